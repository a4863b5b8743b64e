#include "server/methods/seat_change.h"

#include <stdlib.h>
#include <string.h>

#include "server/engine/seat_group.h"
#include "server/methods/refuse_taken.h"
#include "store/records.h"

/* The seats of a change that are to be saved. */
struct changed_seats {
    uint32_t count;
    uint32_t indexes[SEATS_PER_BLOCK_CALL_MAX];
    struct seat seats[SEATS_PER_BLOCK_CALL_MAX];
};

static int compare_indexes(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

/* Sorted, so that neighbours share the load of their block. */
static enum status check_seats(struct call *call, const struct seat_change *change,
                               uint32_t seat_count, uint32_t ret_sorted[SEATS_PER_BLOCK_CALL_MAX])
{
    for (size_t i = 0; i < change->seats_count; i++)
        if (change->seat_indexes[i] >= seat_count)
            return rpc_call_bad_field(call->rpc, STATUS_SEAT_OUT_OF_RANGE, "seat_indexes",
                                      "seat %u is not one of 0..%u", change->seat_indexes[i],
                                      seat_count - 1);

    memcpy(ret_sorted, change->seat_indexes, change->seats_count * sizeof *ret_sorted);
    qsort(ret_sorted, change->seats_count, sizeof *ret_sorted, compare_indexes);
    for (size_t i = 1; i < change->seats_count; i++)
        if (ret_sorted[i] == ret_sorted[i - 1])
            return rpc_call_bad_field(call->rpc, STATUS_SEAT_REPEATED, "seat_indexes",
                                      "seat %u is named twice", ret_sorted[i]);
    return STATUS_OK;
}

static bool is_taken(struct seat seat, unix_ms now_ms)
{
    enum seat_state state = seat_state_at(seat, now_ms);
    return state == SEAT_HELD || state == SEAT_SOLD;
}

static enum status check_free(struct call *call, const struct performance *performance,
                              const uint32_t *indexes, const struct seat *seats, size_t count)
{
    uint32_t taken[SEATS_PER_BLOCK_CALL_MAX];
    size_t taken_count = 0;
    for (size_t i = 0; i < count; i++)
        if (is_taken(seats[i], call->now_ms)) taken[taken_count++] = indexes[i];
    return taken_count == 0 ? STATUS_OK : refuse_taken(call, performance, taken, taken_count);
}

static enum status decide(struct call *call, const struct seat_change *change,
                          const struct performance *performance, const uint32_t *indexes,
                          struct changed_seats *ret_changed)
{
    struct seat seats[SEATS_PER_BLOCK_CALL_MAX];
    seat_group_load(call->txn, performance->id, indexes, change->seats_count, seats);
    enum status err = check_free(call, performance, indexes, seats, change->seats_count);
    if (err != STATUS_OK) return err;

    ret_changed->count = 0;
    for (size_t i = 0; i < change->seats_count; i++) {
        if (seat_state_at(seats[i], call->now_ms) != change->from) continue;
        ret_changed->indexes[ret_changed->count] = indexes[i];
        ret_changed->seats[ret_changed->count++] =
            (struct seat){.state = change->to, .tier = seats[i].tier};
    }
    return STATUS_OK;
}

static void save(struct call *call, const struct seat_change *change,
                 const struct performance *performance, const struct changed_seats *changed)
{
    struct event event = {.kind = change->kind,
                          .concert_id = performance->concert_id,
                          .performance_id = performance->id,
                          .seats_count = changed->count};
    memcpy(event.seat_indexes, changed->indexes, changed->count * sizeof *changed->indexes);
    uint64_t version = batch_add_event(call->batch, &event);
    seat_group_save(call->txn, performance->id, changed->indexes, changed->count, changed->seats,
                    version);
}

enum status seat_change_run(struct call *call, const struct seat_change *change,
                            uint32_t *ret_changed)
{
    struct performance performance;
    struct changed_seats changed;
    uint32_t indexes[SEATS_PER_BLOCK_CALL_MAX];

    if (change->seats_count < 1 || change->seats_count > SEATS_PER_BLOCK_CALL_MAX)
        return call_bad_field(call, "seat_indexes", "must name 1..%d seats",
                              SEATS_PER_BLOCK_CALL_MAX);
    if (!performance_get(call->txn, change->performance_id, &performance))
        return STATUS_PERFORMANCE_NOT_FOUND;
    enum status err = check_seats(call, change, performance.seat_count, indexes);
    if (err == STATUS_OK) err = decide(call, change, &performance, indexes, &changed);
    if (err != STATUS_OK) return err;

    if (changed.count > 0) save(call, change, &performance, &changed);
    *ret_changed = changed.count;
    return STATUS_OK;
}
