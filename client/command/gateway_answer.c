#include "client/command/gateway_answer.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/hex.h"
#include "base/require.h"
#include "base/status.h"
#include "google/rpc/status.pb-c.h"
#include "json/base64.h"

enum { DETAILS_TEXT_BYTES_MAX = 16 * 1024, BYTES_FIRST = 4096 };

/* --- Headers and trailers --------------------------------------------------------------------- */

/* %XX as gRPC writes what is no printable ASCII. */
static void unescape(const char *text, char *ret_text, size_t text_size)
{
    size_t written = 0;
    for (; *text != '\0' && written + 1 < text_size; text++) {
        uint8_t byte;
        bool is_escape = *text == '%' && hex_read(text + 1, 1, &byte);
        ret_text[written++] = is_escape ? (char)byte : *text;
        if (is_escape) text += 2;
    }
    ret_text[written] = '\0';
}

static void add_detail(struct onsale_error *error, const Google__Protobuf__Any *any)
{
    const char *slash = strrchr(any->type_url, '/');
    const char *type = slash == NULL ? any->type_url : slash + 1;
    size_t used = 0;
    for (size_t i = 0; i < error->details_count; i++)
        used += error->details[i].size;
    struct onsale_detail *detail = &error->details[error->details_count];
    if (error->details_count == ONSALE_DETAILS_MAX || strlen(type) >= sizeof detail->type ||
        any->value.len > sizeof error->detail_bytes - used)
        return;
    *detail = (struct onsale_detail){.offset = used, .size = any->value.len};
    strcpy(detail->type, type);
    if (any->value.len > 0) memcpy(error->detail_bytes + used, any->value.data, any->value.len);
    error->details_count++;
}

/* A google.rpc.Status, whose first detail says the reason, which has a trailer of its own. */
static void take_details(struct onsale_error *error, const char *text)
{
    uint8_t bytes[DETAILS_TEXT_BYTES_MAX];
    size_t size, length = strlen(text);
    if (length > DETAILS_TEXT_BYTES_MAX || !base64_read(text, length, bytes, &size)) return;
    Google__Rpc__Status *status = google__rpc__status__unpack(NULL, size, bytes);
    for (size_t i = 0; status != NULL && i < status->n_details; i++)
        if (strstr(status->details[i]->type_url, "google.rpc.ErrorInfo") == NULL)
            add_detail(error, status->details[i]);
    google__rpc__status__free_unpacked(status, NULL);
}

/* What is no code of gRPC is UNKNOWN. */
static int read_code(const char *text)
{
    enum { CODES = ONSALE__RPC__V1__CODE__CODE_UNAUTHENTICATED + 1 };
    char *end;
    long code = strtol(text, &end, 10);
    bool is_code = text[0] >= '0' && text[0] <= '9' && *end == '\0' && code < CODES;
    return is_code ? (int)code : (int)ONSALE__RPC__V1__CODE__CODE_UNKNOWN;
}

/* @param name  Ends with a colon. */
static bool is_named(const char *name, const char *wanted)
{
    size_t length = strlen(wanted);
    return strncasecmp(name, wanted, length) == 0 && name[length] == ':';
}

static void take_header(struct gateway_answer *answer, const char *name, const char *value)
{
    struct onsale_error *error = &answer->error;
    if (is_named(name, "grpc-status")) {
        answer->has_ended = true;
        answer->code = read_code(value);
    } else if (is_named(name, "grpc-message")) {
        unescape(value, error->message, sizeof error->message);
    } else if (is_named(name, "onsale-reason")) {
        snprintf(error->reason, sizeof error->reason, "%s", value);
    } else if (is_named(name, "grpc-retry-pushback-ms")) {
        error->retry_after_ms = (uint32_t)strtoul(value, NULL, 10);
    } else if (is_named(name, "grpc-status-details-bin")) {
        take_details(error, value);
    }
}

size_t gateway_answer_header(char *line, size_t one, size_t size, void *context)
{
    size_t length = size * one;
    char *copy = strndup(line, length);
    REQUIRE(copy != NULL);
    char *value = strchr(copy, ':'), *end = copy + strlen(copy);
    while (value != NULL && end > value && (unsigned char)end[-1] <= ' ')
        *--end = '\0';
    if (value != NULL) take_header(context, copy, value + 1 + strspn(value + 1, " \t"));
    free(copy);
    return length;
}

/* --- Messages --------------------------------------------------------------------------------- */

static size_t message_size(const uint8_t prefix[GRPC_PREFIX_BYTES])
{
    return (size_t)prefix[1] << 24 | (size_t)prefix[2] << 16 | (size_t)prefix[3] << 8 | prefix[4];
}

static bool take_message(struct gateway_answer *answer, const uint8_t *bytes, size_t size)
{
    const struct gateway_call *call = answer->call;
    ProtobufCMessage *message = protobuf_c_message_unpack(call->response, NULL, size, bytes);
    if (message == NULL) return false;
    call->take(answer->run, message);
    protobuf_c_message_free_unpacked(message, NULL);
    answer->messages++;
    return true;
}

/* @return False if what has come is no gRPC. */
static bool take_whole_ones(struct gateway_answer *answer)
{
    size_t taken = 0;
    while (answer->size - taken >= GRPC_PREFIX_BYTES) {
        const uint8_t *frame = answer->bytes + taken;
        size_t size = message_size(frame);
        if (frame[0] != 0 || size > GRPC_MESSAGE_BYTES_MAX) return false;
        if (answer->size - taken - GRPC_PREFIX_BYTES < size) break;
        if (!take_message(answer, frame + GRPC_PREFIX_BYTES, size)) return false;
        taken += GRPC_PREFIX_BYTES + size;
    }
    memmove(answer->bytes, answer->bytes + taken, answer->size - taken);
    answer->size -= taken;
    return true;
}

static void make_room(struct gateway_answer *answer, size_t size)
{
    size_t capacity = answer->capacity == 0 ? BYTES_FIRST : answer->capacity;
    while (capacity < answer->size + size)
        capacity *= 2;
    if (capacity == answer->capacity) return;
    answer->bytes = realloc(answer->bytes, capacity);
    REQUIRE(answer->bytes != NULL);
    answer->capacity = capacity;
}

size_t gateway_answer_body(char *bytes, size_t one, size_t size, void *context)
{
    struct gateway_answer *answer = context;
    make_room(answer, size * one);
    memcpy(answer->bytes + answer->size, bytes, size * one);
    answer->size += size * one;
    answer->is_malformed = !take_whole_ones(answer);
    return answer->is_malformed ? 0 : size * one;
}

/* --- The end ---------------------------------------------------------------------------------- */

/* Of another gateway there may be no reason. */
static void complete_error(struct onsale_error *error, int code)
{
    enum status status = status_from_name(error->reason);
    bool is_known = strcmp(status_name(status), error->reason) == 0;
    error->status = is_known ? (enum onsale_status)status : ONSALE_UNKNOWN_REASON;
    error->code = (Onsale__Rpc__V1__Code)code;
    error->attempts = 1;
    if (error->reason[0] == '\0')
        snprintf(error->reason, sizeof error->reason, "%s",
                 onsale_status_name(ONSALE_UNKNOWN_REASON));
}

enum onsale_status gateway_answer_end(struct gateway_answer *answer, long http_status)
{
    struct run *run = answer->run;
    free(answer->bytes);
    bool is_whole = answer->size == 0 && (answer->messages == 1 || answer->call->is_stream);
    if (answer->is_malformed || (answer->has_ended && answer->code == 0 && !is_whole)) {
        run_fail(run, ONSALE_REPLY_MALFORMED, "%s", onsale_status_text(ONSALE_REPLY_MALFORMED));
    } else if (!answer->has_ended) {
        run_fail(run, ONSALE_SERVER_UNREACHABLE,
                 "the gateway: no gRPC came from there, but HTTP %ld", http_status);
    } else if (answer->code == 0) {
        return ONSALE_OK;
    } else {
        run->error = answer->error;
        complete_error(&run->error, answer->code);
    }
    return run->error.status;
}
