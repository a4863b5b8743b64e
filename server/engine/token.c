#include "server/engine/token.h"

#include <string.h>

#include "base/id.h"
#include "base/require.h"
#include "server/engine/leases.h"
#include "store/records.h"

_Static_assert(QUEUE_TOKEN_BYTES == sizeof(uint32_t) + sizeof(uint64_t) + QUEUE_SECRET_BYTES,
               "a token is concert, number and secret");

bool token_is_first_field(const ProtobufCMessageDescriptor *request)
{
    return request->n_fields > 0 && strcmp(request->fields[0].name, "token") == 0 &&
           request->fields[0].type == PROTOBUF_C_TYPE_BYTES;
}

static ProtobufCBinaryData token_of(const ProtobufCMessage *request)
{
    REQUIRE(request->descriptor->fields[0].type == PROTOBUF_C_TYPE_BYTES);
    ProtobufCBinaryData token;
    memcpy(&token, (const uint8_t *)request + request->descriptor->fields[0].offset, sizeof token);
    return token;
}

/* A waiting entry is stored with a time of its queue's clock, and polling may have renewed it. */
static void apply_lease(struct call *call, struct queue_entry *entry)
{
    REQUIRE(call->leases != NULL);
    struct queue queue;
    if (entry->status == QUEUE_ENTRY_WAITING && queue_get(call->txn, entry->concert_id, &queue))
        entry->expires_at_ms = leases_expiry(call->leases, &queue, entry, call->now_ms);
}

enum status token_find_entry(struct call *call)
{
    REQUIRE(call->rpc->request != NULL);
    ProtobufCBinaryData bytes = token_of(call->rpc->request);
    if (bytes.len == 0) return STATUS_TOKEN_MISSING;
    if (bytes.len != QUEUE_TOKEN_BYTES) return STATUS_TOKEN_UNKNOWN;
    struct queue_token token = queue_token_unpack(bytes.data);
    if (!queue_entry_get(call->txn, token.concert_id, token.number, &call->entry) ||
        !bytes_equal_constant_time(token.secret, call->entry.secret, QUEUE_SECRET_BYTES))
        return STATUS_TOKEN_UNKNOWN;
    apply_lease(call, &call->entry);
    return STATUS_OK;
}

enum status token_check_active(const struct call *call)
{
    switch (queue_entry_status_at(&call->entry, call->now_ms)) {
    case QUEUE_ENTRY_ACTIVE:
        return STATUS_OK;
    case QUEUE_ENTRY_WAITING:
        return STATUS_TOKEN_NOT_ACTIVE;
    case QUEUE_ENTRY_EXPIRED:
    case QUEUE_ENTRY_LEFT:
        break;
    }
    return STATUS_TOKEN_EXPIRED;
}
