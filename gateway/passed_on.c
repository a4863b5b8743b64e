#include "gateway/passed_on.h"

#include <string.h>

#include "base/limits.h"
#include "base/traceparent.h"
#include "gateway/call_log.h"
#include "gateway/http_limits.h"

_Static_assert(TRACE_ID_BYTES == (int)ONSALE_ID_BYTES, "a trace is named by an id");

/* @return The one that is there; NULL if there is none, or another, or it is not valid. */
static const char *find_traceparent(const struct request *request)
{
    char trace_id[TRACE_ID_TEXT_BYTES];
    const char *found = NULL;
    for (size_t i = 0; i < request->headers_count; i++) {
        if (strcmp(request->headers[i].name, "traceparent") != 0) continue;
        if (found != NULL) return NULL;
        found = request->headers[i].value;
    }
    return traceparent_read(found, trace_id) ? found : NULL;
}

static const char *begin_trace(struct exchange *exchange)
{
    uint8_t id[ONSALE_ID_BYTES];
    if (exchange->traceparent != NULL || !call_log_is_on()) return exchange->traceparent;
    char *text = arena_alloc(exchange->arena, TRACEPARENT_TEXT_BYTES);
    if (text == NULL || !onsale_id_new(id)) return NULL;
    traceparent_make(id, text);
    exchange->traceparent = text;
    return text;
}

/* Of what later versions add nothing is known. */
static const char *as_version_00(struct exchange *exchange, const char *traceparent)
{
    static const char version[] = "00";
    char *text = arena_copy(exchange->arena, traceparent, TRACEPARENT_TEXT_BYTES);
    if (text == NULL) return NULL;
    memcpy(text, version, sizeof version - 1);
    text[TRACEPARENT_TEXT_BYTES - 1] = '\0';
    return text;
}

struct upstream_origin passed_on_origin(struct exchange *exchange)
{
    const char *given = find_traceparent(&exchange->request);
    return (struct upstream_origin){
        .account = exchange->account,
        .traceparent = given == NULL ? begin_trace(exchange) : as_version_00(exchange, given),
    };
}

static uint32_t gather(struct exchange *exchange,
                       struct onsale_metadata ret_metadata[UPSTREAM_METADATA_MAX])
{
    const struct request *request = &exchange->request;
    const char *given = find_traceparent(request);
    const char *traceparent = given == NULL ? begin_trace(exchange) : given;
    uint32_t count = 0;
    if (traceparent != NULL)
        ret_metadata[count++] = (struct onsale_metadata){"traceparent", traceparent};
    for (size_t i = 0; i < request->headers_count && count < UPSTREAM_METADATA_MAX; i++) {
        const struct header *header = &request->headers[i];
        bool is_passed_on = strcmp(header->name, "accept-language") == 0 ||
                            (given != NULL && strcmp(header->name, "tracestate") == 0);
        if (is_passed_on)
            ret_metadata[count++] = (struct onsale_metadata){header->name, header->value};
    }
    return count;
}

void passed_on_options(struct exchange *exchange, const struct onsale_method *method,
                       struct onsale_metadata ret_metadata[UPSTREAM_METADATA_MAX],
                       struct onsale_call_options *ret_options)
{
    bool may_wait = method->endpoint == ONSALE_ENDPOINT_WATCH;
    int64_t timeout_ms = may_wait ? CALL_MS_DEFAULT + LONG_POLL_WAIT_MS_MAX : CALL_MS_DEFAULT;
    *ret_options = (struct onsale_call_options)ONSALE_CALL_OPTIONS_INIT;
    ret_options->deadline_ms = exchange->arrived_ms + timeout_ms;
    ret_options->metadata = ret_metadata;
    ret_options->metadata_count = gather(exchange, ret_metadata);
}
