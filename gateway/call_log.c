#include "gateway/call_log.h"

#include <inttypes.h>
#include <stdio.h>

#include "gateway/json_refusal.h"
#include "service/log.h"

enum { FIELDS_MAX = 6, NUMBER_BYTES = 32 };

static int64_t slow_call_ms;

void call_log_set(int64_t slow_ms)
{
    slow_call_ms = slow_ms;
}

bool call_log_is_on(void)
{
    return slow_call_ms > 0;
}

static bool has_failed(const struct onsale_error *error)
{
    if (error == NULL || error->status == ONSALE_SHUTTING_DOWN) return false;
    return error->code == ONSALE__RPC__V1__CODE__CODE_UNKNOWN ||
           error->code == ONSALE__RPC__V1__CODE__CODE_INTERNAL ||
           error->code == ONSALE__RPC__V1__CODE__CODE_UNAVAILABLE ||
           error->code == ONSALE__RPC__V1__CODE__CODE_DATA_LOSS;
}

/* Long polls wait on purpose. */
static bool was_slow(const struct ended_call *call)
{
    bool waits = call->method->endpoint == ONSALE_ENDPOINT_WATCH;
    return slow_call_ms > 0 && !waits && call->took_ms >= slow_call_ms;
}

static void log_call(const char *what, const struct ended_call *call)
{
    char took[NUMBER_BYTES];
    size_t count = 0;
    struct log_field fields[FIELDS_MAX];
    snprintf(took, sizeof took, "%" PRId64, call->took_ms);
    fields[count++] = (struct log_field){"method", call->method->name};
    fields[count++] = (struct log_field){"peer", call->peer};
    fields[count++] =
        (struct log_field){"status", call->error == NULL ? "OK" : call->error->reason};
    fields[count++] = (struct log_field){
        "code", json_code_name(call->error == NULL ? 0 : (int)call->error->code)};
    fields[count++] = (struct log_field){"took_ms", took};
    if (call->trace_id[0] != '\0') fields[count++] = (struct log_field){"trace_id", call->trace_id};
    log_event(LOG_WARNING, true, what, fields, count);
}

void call_log_ended(const struct ended_call *call)
{
    if (has_failed(call->error))
        log_call("failed call", call);
    else if (was_slow(call))
        log_call("slow call", call);
}
