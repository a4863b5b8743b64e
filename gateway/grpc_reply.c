#include "gateway/grpc_reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/base64.h"
#include "gateway/grpc_frame.h"
#include "gateway/grpc_text.h"
#include "gateway/upstream.h"
#include "google/rpc/status.pb-c.h"
#include "rpc/frame/language.h"

enum {
    TRAILERS_MAX = 8,
    NUMBER_BYTES = 16,
    SMALL_BYTES = 512, /* a message up to this is written in one piece */
    TYPE_URL_BYTES = 96,
    DETAILS_BYTES_MAX = 4 * 1024, /* clients take 8 KiB of headers by default */
};

static const struct header answer_headers[] = {
    {"content-type", "application/grpc"},
    {"grpc-accept-encoding", "identity,gzip"},
};

enum { ANSWER_HEADERS = sizeof answer_headers / sizeof answer_headers[0] };

bool request_prefers_korean(const struct request *request)
{
    struct languages languages = {0};
    for (size_t i = 0; i < request->headers_count; i++)
        if (strcmp(request->headers[i].name, "accept-language") == 0)
            languages_read(&languages, request->headers[i].value);
    return languages_prefer_korean(&languages);
}

/* --- Messages ----------------------------------------------------------------------------------
 */

void grpc_send(struct exchange *exchange, const uint8_t *bytes, size_t size)
{
    uint8_t frame[GRPC_PREFIX_BYTES + SMALL_BYTES];
    bool is_small = size <= SMALL_BYTES;
    if (!exchange->has_begun) exchange_begin(exchange, 200, answer_headers, 1);
    grpc_frame_begin(frame, size);
    if (is_small && size > 0) memcpy(frame + GRPC_PREFIX_BYTES, bytes, size);
    exchange_write(exchange, frame, GRPC_PREFIX_BYTES + (is_small ? size : 0));
    if (!is_small) exchange_write(exchange, bytes, size);
}

bool grpc_send_message(struct exchange *exchange, const ProtobufCMessage *message)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = malloc(size + 1);
    if (bytes == NULL) return false;
    protobuf_c_message_pack(message, bytes);
    grpc_send(exchange, bytes, size);
    free(bytes);
    return true;
}

/* --- The end -----------------------------------------------------------------------------------
 */

/* Packs the reason and the details that the server gave.
 * @return NULL if that is more than fits into a trailer. */
static const char *pack_details(struct arena *arena, const struct onsale_error *error,
                                const char *message)
{
    Google__Rpc__Status status = GOOGLE__RPC__STATUS__INIT;
    Google__Rpc__ErrorInfo info = GOOGLE__RPC__ERROR_INFO__INIT;
    Google__Protobuf__Any any[ONSALE_DETAILS_MAX + 1], *all[ONSALE_DETAILS_MAX + 1];
    char urls[ONSALE_DETAILS_MAX][TYPE_URL_BYTES];
    uint8_t info_bytes[sizeof error->reason + NUMBER_BYTES];
    uint8_t bytes[DETAILS_BYTES_MAX];
    info.reason = (char *)error->reason;
    info.domain = (char *)"onsale";
    google__protobuf__any__init(&any[0]);
    any[0].type_url = (char *)"type.googleapis.com/google.rpc.ErrorInfo";
    any[0].value =
        (ProtobufCBinaryData){google__rpc__error_info__pack(&info, info_bytes), info_bytes};
    all[0] = &any[0];
    for (size_t i = 0; i < error->details_count; i++) {
        const struct onsale_detail *detail = &error->details[i];
        google__protobuf__any__init(&any[i + 1]);
        snprintf(urls[i], sizeof urls[i], "type.googleapis.com/%s", detail->type);
        any[i + 1].type_url = urls[i];
        any[i + 1].value =
            (ProtobufCBinaryData){detail->size, (uint8_t *)error->detail_bytes + detail->offset};
        all[i + 1] = &any[i + 1];
    }
    status.code = (int32_t)error->code;
    status.message = (char *)message;
    status.n_details = error->details_count + 1;
    status.details = all;
    size_t size = google__rpc__status__get_packed_size(&status);
    if (size > sizeof bytes) return NULL;
    google__rpc__status__pack(&status, bytes);
    return base64_encode(arena, bytes, size, false);
}

/* Leaves out what there is nothing of. */
static void add_trailer(struct header *trailers, size_t *count, const char *name, const char *value)
{
    if (value != NULL && value[0] != '\0') trailers[(*count)++] = (struct header){name, value};
}

/* Before any message, a call that failed is told by headers alone. */
static void end_with(struct exchange *exchange, const struct header *trailers, size_t count)
{
    if (exchange->has_begun) {
        exchange_end(exchange, trailers, count);
        return;
    }
    struct header headers[ANSWER_HEADERS + TRAILERS_MAX];
    memcpy(headers, answer_headers, sizeof answer_headers);
    memcpy(headers + ANSWER_HEADERS, trailers, count * sizeof *trailers);
    exchange_answer(exchange, 200, headers, ANSWER_HEADERS + count, NULL, 0);
}

static void end_with_code(struct exchange *exchange, int code, const char *message)
{
    struct header trailers[TRAILERS_MAX];
    char number[NUMBER_BYTES];
    size_t count = 0;
    snprintf(number, sizeof number, "%d", code);
    add_trailer(trailers, &count, "grpc-status", number);
    add_trailer(trailers, &count, "grpc-message", grpc_message_escape(exchange->arena, message));
    end_with(exchange, trailers, count);
}

static void end_with_error(struct exchange *exchange, const struct onsale_error *error)
{
    struct header trailers[TRAILERS_MAX];
    char number[NUMBER_BYTES], pushback[NUMBER_BYTES];
    size_t count = 0;
    const char *message = upstream_message(error, request_prefers_korean(&exchange->request));
    snprintf(number, sizeof number, "%d", (int)error->code);
    snprintf(pushback, sizeof pushback, "%u", (unsigned)error->retry_after_ms);
    add_trailer(trailers, &count, "grpc-status", number);
    add_trailer(trailers, &count, "grpc-message", grpc_message_escape(exchange->arena, message));
    add_trailer(trailers, &count, "onsale-reason", error->reason);
    if (error->retry_after_ms > 0)
        add_trailer(trailers, &count, "grpc-retry-pushback-ms", pushback);
    add_trailer(trailers, &count, "grpc-status-details-bin",
                pack_details(exchange->arena, error, message));
    end_with(exchange, trailers, count);
}

void grpc_end(struct exchange *exchange, const struct onsale_error *error)
{
    static const struct header ok = {"grpc-status", "0"};
    if (error != NULL)
        end_with_error(exchange, error);
    else
        end_with(exchange, &ok, 1);
}

void grpc_refuse(struct exchange *exchange, enum status status)
{
    struct onsale_error error;
    upstream_error(&error, status, request_prefers_korean(&exchange->request));
    error.retry_after_ms = exchange->retry_after_ms;
    end_with_error(exchange, &error);
}

void grpc_fail(struct exchange *exchange, int code, const char *message)
{
    end_with_code(exchange, code, message);
}
