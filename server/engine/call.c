#include "server/engine/call.h"

#include <string.h>

_Static_assert(USER_ID_MAX == 9223372036854775807, "the refusal of a user's number says so");
_Static_assert(PAGE_SIZE_DEFAULT >= 1, "a page shows something");
_Static_assert(PAGE_SIZE_DEFAULT <= PAGE_SIZE_MAX, "who does not ask gets no more than who does");

enum status call_check_id(struct call *call, const char *field, ProtobufCBinaryData bytes,
                          uint8_t ret_id[ID_BYTES])
{
    if (bytes.len != ID_BYTES)
        return call_bad_field(call, field, "must have 16 bytes, has %zu", bytes.len);
    if (id_is_zero(bytes.data)) return call_bad_field(call, field, "must not be all zero");
    memcpy(ret_id, bytes.data, ID_BYTES);
    return STATUS_OK;
}

enum status call_check_user_id(struct call *call, uint64_t user_id)
{
    if (user_id == 0 || user_id > USER_ID_MAX)
        return call_bad_field(call, "user_id", "must be 1..9223372036854775807");
    return STATUS_OK;
}

/* A clock that was set back stands still, so nothing is negative but what was begun by a time that
 * the store knew and the clock has yet to reach. */
static int64_t between(unix_ms from_ms, unix_ms to_ms)
{
    return to_ms > from_ms ? to_ms - from_ms : 0;
}

struct call_times call_times_of(const struct rpc_call *call, unix_ms now_ms)
{
    unix_ms begun_ms = call->begun_ms == 0 ? now_ms : call->begun_ms;
    unix_ms executed_ms = call->executed_ms == 0 ? now_ms : call->executed_ms;
    return (struct call_times){
        .took_ms = between(call->checked_ms, now_ms),
        .waited_ms = between(call->checked_ms, begun_ms),
        .executed_ms = between(begun_ms, executed_ms),
        .flushed_ms = between(executed_ms, now_ms),
    };
}

uint32_t call_page_size(uint32_t asked)
{
    if (asked == 0) return PAGE_SIZE_DEFAULT;
    return asked < PAGE_SIZE_MAX ? asked : PAGE_SIZE_MAX;
}
