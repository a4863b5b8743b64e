#include "gateway/json_reply.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "base/require.h"
#include "gateway/grpc_reply.h"
#include "gateway/json_error.h"

enum { STATUS_OK_HTTP = 200, NO_CONTENT = 204, NOT_MODIFIED = 304, UNAUTHORIZED = 401 };

void json_headers_add(struct json_headers *headers, const char *name, const char *value)
{
    REQUIRE(headers->count < JSON_HEADERS_MAX);
    headers->list[headers->count++] = (struct header){name, value};
}

void json_headers_add_cors(struct json_headers *headers, const struct request *request,
                           const struct origins *origins)
{
    const char *origin = request_header(request, "origin");
    if (origins->count == 0) return;
    json_headers_add(headers, "vary", "origin");
    if (!origins_have(origins, origin)) return;
    json_headers_add(headers, "access-control-allow-origin", origin);
    json_headers_add(headers, "access-control-expose-headers", "etag, retry-after, allow");
}

static void begin_headers(struct json_headers *headers, const struct exchange *exchange,
                          const struct origins *origins)
{
    headers->count = 0;
    json_headers_add(headers, "content-type", "application/json; charset=utf-8");
    json_headers_add(headers, "x-content-type-options", "nosniff");
    json_headers_add_cors(headers, &exchange->request, origins);
}

/* --- Messages --------------------------------------------------------------------------------- */

static bool is_get(const struct request *request)
{
    return strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0;
}

/* Whether a list of tags has this one, or "*". Weak ones count: bodies are compared here. */
static bool has_tag(const char *list, const char *tag)
{
    if (list == NULL) return false;
    return strcmp(list, "*") == 0 || strstr(list, tag) != NULL;
}

static void reply_to_get(struct exchange *exchange, struct json_headers *headers,
                         const struct json_buffer *text)
{
    char tag[JSON_HEADER_VALUE_BYTES];
    snprintf(tag, sizeof tag, "\"%016" PRIx64 "\"", XXH3_64bits(text->bytes, text->size));
    json_headers_add(headers, "etag", tag);
    json_headers_add(headers, "cache-control", "private, no-cache");
    if (has_tag(request_header(&exchange->request, "if-none-match"), tag))
        exchange_answer(exchange, NOT_MODIFIED, headers->list, headers->count, NULL, 0);
    else
        exchange_answer(exchange, STATUS_OK_HTTP, headers->list, headers->count, text->bytes,
                        text->size);
}

void json_reply_text(struct exchange *exchange, const struct origins *origins,
                     const struct json_buffer *text)
{
    struct json_headers headers;
    if (text->is_cut) {
        json_reply_status(exchange, origins, STATUS_REPLY_TOO_LARGE);
        return;
    }
    begin_headers(&headers, exchange, origins);
    if (is_get(&exchange->request)) {
        reply_to_get(exchange, &headers, text);
        return;
    }
    json_headers_add(&headers, "cache-control", "no-store");
    exchange_answer(exchange, STATUS_OK_HTTP, headers.list, headers.count, text->bytes, text->size);
}

/* --- Refusals --------------------------------------------------------------------------------- */

static void reply_refused(struct exchange *exchange, const struct origins *origins,
                          unsigned http_status, uint32_t retry_after_ms, const char *allow,
                          const struct json_buffer *text)
{
    struct json_headers headers;
    char seconds[JSON_HEADER_VALUE_BYTES];
    begin_headers(&headers, exchange, origins);
    json_headers_add(&headers, "cache-control", "no-store");
    snprintf(seconds, sizeof seconds, "%" PRIu32,
             retry_after_ms / 1000 + (retry_after_ms % 1000 != 0));
    if (retry_after_ms > 0) json_headers_add(&headers, "retry-after", seconds);
    if (http_status == UNAUTHORIZED) json_headers_add(&headers, "www-authenticate", "Bearer");
    if (allow != NULL) json_headers_add(&headers, "allow", allow);
    exchange_answer(exchange, http_status, headers.list, headers.count, text->bytes, text->size);
}

void json_reply_error(struct exchange *exchange, const struct origins *origins,
                      const struct onsale_error *error)
{
    struct json_buffer text;
    unsigned http_status = json_http_status((enum status)error->status, (int)error->code);
    json_buffer_init(&text, JSON_ERROR_BYTES_MAX);
    json_error_write(&text, http_status, error, request_prefers_korean(&exchange->request));
    reply_refused(exchange, origins, http_status, error->retry_after_ms, NULL, &text);
    json_buffer_deinit(&text);
}

void json_reply_status(struct exchange *exchange, const struct origins *origins, enum status status)
{
    struct onsale_error error;
    upstream_error(&error, status, request_prefers_korean(&exchange->request));
    error.retry_after_ms = exchange->retry_after_ms;
    json_reply_error(exchange, origins, &error);
}

void json_reply_refusal(struct exchange *exchange, const struct origins *origins,
                        const struct json_refusal *refusal, const char *allow)
{
    struct json_buffer text;
    bool is_korean = request_prefers_korean(&exchange->request);
    unsigned http_status =
        refusal->http != JSON_NO_REFUSAL
            ? json_http_refusal_text(refusal->http)->http_status
            : json_http_status(refusal->status, status_grpc_code(refusal->status));
    json_buffer_init(&text, JSON_ERROR_BYTES_MAX);
    json_error_write_refusal(&text, http_status, refusal, is_korean);
    reply_refused(exchange, origins, http_status, 0,
                  refusal->http == JSON_VERB_NOT_ALLOWED ? allow : NULL, &text);
    json_buffer_deinit(&text);
}

/* --- Options ---------------------------------------------------------------------------------- */

void json_reply_options(struct exchange *exchange, const struct origins *origins, const char *allow)
{
    struct json_headers headers = {0};
    json_headers_add(&headers, "allow", allow);
    json_headers_add_cors(&headers, &exchange->request, origins);
    if (origins_have(origins, request_header(&exchange->request, "origin"))) {
        json_headers_add(&headers, "access-control-allow-methods", allow);
        json_headers_add(&headers, "access-control-allow-headers",
                         "authorization, content-type, idempotency-key, if-none-match, "
                         "accept-language, x-api-key");
        json_headers_add(&headers, "access-control-max-age", "600");
    }
    exchange_answer(exchange, NO_CONTENT, headers.list, headers.count, NULL, 0);
}
