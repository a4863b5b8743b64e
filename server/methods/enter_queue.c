#include <string.h>

#include "base/require.h"
#include "onsale/v1/queue.methods.h"
#include "server/engine/admission.h"
#include "server/engine/call.h"
#include "server/engine/expired.h"
#include "server/present.h"

/* A user's place in the queue of a concert, as it is or as it would be. */
struct place {
    struct queue queue;
    struct queue_entry entry; /* the newest of the user, or the new one; its expiry is a time */
    bool has_entry;           /* whether there was one */
    bool is_live;             /* whether it is WAITING or ACTIVE now */
};

static enum status check(struct call *call, const Onsale__V1__EnterQueueRequest *request)
{
    if (request->concert_id == 0)
        return call_bad_field(call, "concert_id", "must be 1..4294967295");
    return call_check_user_id(call, request->user_id);
}

/* A waiting entry is stored with a time of its queue's clock. */
static void set_expiry(struct call *call, struct place *place)
{
    if (place->entry.status == QUEUE_ENTRY_WAITING)
        place->entry.expires_at_ms =
            leases_expiry(call->leases, &place->queue, &place->entry, call->now_ms);
}

static enum status load(struct call *call, const Onsale__V1__EnterQueueRequest *request,
                        struct place *place)
{
    struct wallet wallet;
    if (!wallet_get(call->txn, request->user_id, &wallet)) return STATUS_USER_NOT_FOUND;
    if (wallet.is_blocked) return STATUS_USER_BLOCKED;
    if (!queue_get(call->txn, request->concert_id, &place->queue)) return STATUS_CONCERT_NOT_FOUND;
    place->has_entry =
        queue_entry_of_user(call->txn, request->concert_id, request->user_id, &place->entry);
    place->is_live = false;
    if (!place->has_entry) return STATUS_OK;
    set_expiry(call, place);
    enum queue_entry_status status = queue_entry_status_at(&place->entry, call->now_ms);
    place->is_live = status == QUEUE_ENTRY_WAITING || status == QUEUE_ENTRY_ACTIVE;
    return STATUS_OK;
}

static enum status decide(const struct place *place)
{
    if (!place->is_live && place->queue.waiting >= WAITING_ENTRIES_MAX) return STATUS_QUEUE_FULL;
    return STATUS_OK;
}

/* The new entry goes on with the purchases of the old one. */
static void start_again(struct call *call, uint64_t user_id, struct place *place)
{
    struct queue_entry *entry = &place->entry;
    if (place->has_entry) {
        if (entry->status == QUEUE_ENTRY_WAITING || entry->status == QUEUE_ENTRY_ACTIVE)
            admission_end(call->batch, &place->queue, entry, QUEUE_ENTRY_EXPIRED);
        holdings_prune(&entry->holdings, call->now_ms);
    } else {
        entry->last_reservation = (struct reservation_id){0};
        entry->holdings.count = 0;
    }
    REQUIRE(call->batch->entropy != NULL);
    entry->user_id = user_id;
    memcpy(entry->secret, call->batch->entropy, QUEUE_SECRET_BYTES);
}

static void save(struct call *call, uint64_t user_id, struct place *place)
{
    start_again(call, user_id, place);
    admission_enter(call->batch, &place->queue, &place->entry);
    uint32_t active = place->queue.active;
    admission_run(call->batch, &place->queue);
    if (place->queue.active != active) /* it may have been let in with others */
        queue_entry_get(call->txn, place->entry.concert_id, place->entry.number, &place->entry);
    set_expiry(call, place);
}

enum status enter_queue(struct call *call, const Onsale__V1__EnterQueueRequest *request,
                        Onsale__V1__EnterQueueResponse *response)
{
    struct place place;
    uint8_t *token = arena_alloc(call->rpc->arena, QUEUE_TOKEN_BYTES);
    if (token == NULL) return STATUS_OUT_OF_MEMORY;

    enum status err = check(call, request);
    if (err == STATUS_OK) err = load(call, request, &place);
    if (err == STATUS_OK) err = decide(&place);
    if (err != STATUS_OK) return err;
    if (!place.is_live) save(call, request->user_id, &place);

    uint64_t expired_ahead = 0;
    if (place.entry.status == QUEUE_ENTRY_WAITING)
        expired_ahead = expired_entries_before(call->txn, call->leases, &place.queue,
                                               place.entry.number, call->now_ms);
    queue_token_pack(&place.entry, token);
    response->token = (ProtobufCBinaryData){QUEUE_TOKEN_BYTES, token};
    response->entry = present_queue_entry(call->rpc->arena, call->txn, &place.queue, &place.entry,
                                          expired_ahead, call->now_ms);
    return response->entry == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}
