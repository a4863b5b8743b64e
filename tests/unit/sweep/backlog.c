#include "tests/unit/sweep/backlog.h"

#include <string.h>

#include "base/limits.h"
#include "server/engine/admission.h"
#include "server/engine/seat_group.h"
#include "server/engine/sweep.h"
#include "store/inside.h"

enum { PER_BATCH = 256, SEATS = 20000 };

void backlog_open(struct backlog *backlog, struct fixture *fixture)
{
    *backlog = (struct backlog){.fixture = fixture};
    assert_int_equal(leases_open(0, &backlog->leases), STATUS_OK);
}

void backlog_close(struct backlog *backlog)
{
    leases_close(backlog->leases);
}

/* --- Batches ---------------------------------------------------------------------------------- */

/* Some of what is to be added, in one batch. */
struct adding {
    struct backlog *backlog;
    unix_ms now_ms;
    uint32_t first;
    uint32_t end;
    void (*add)(struct batch *batch, uint32_t place);
};

static enum status add_some(struct store_txn *txn, void *context)
{
    const struct adding *adding = context;
    struct batch batch;
    batch_begin(&batch, txn, adding->now_ms, adding->backlog->leases);
    for (uint32_t i = adding->first; i < adding->end; i++)
        adding->add(&batch, i);
    batch_end(&batch);
    return STATUS_OK;
}

static void add_all(struct backlog *backlog, unix_ms now_ms, uint32_t count,
                    void (*add)(struct batch *batch, uint32_t place))
{
    for (uint32_t first = 0; first < count; first += PER_BATCH) {
        uint32_t end = first + PER_BATCH < count ? first + PER_BATCH : count;
        struct adding adding = {backlog, now_ms, first, end, add};
        assert_int_equal(store_write(backlog->fixture->store, add_some, &adding), STATUS_OK);
    }
}

struct reaping {
    struct backlog *backlog;
    unix_ms now_ms;
    struct reaped reaped;
};

static enum status reap(struct store_txn *txn, void *context)
{
    struct reaping *reaping = context;
    struct batch batch;
    batch_begin(&batch, txn, reaping->now_ms, reaping->backlog->leases);
    uint64_t touches = txn->touches;
    uint64_t last_event = batch.meta.last_event;
    sweep_run(&batch, SWEEP_HOLDS_MAX);
    caches_write_back(txn); /* what is cached is touched when it is put */
    reaping->reaped.touches = txn->touches - touches;
    reaping->reaped.events = batch.meta.last_event - last_event;
    batch_end(&batch);
    reaping->reaped.due_ms = sweep_due(txn);
    return STATUS_OK;
}

struct reaped backlog_reap(struct backlog *backlog, unix_ms now_ms)
{
    struct reaping reaping = {.backlog = backlog, .now_ms = now_ms};
    assert_int_equal(store_write(backlog->fixture->store, reap, &reaping), STATUS_OK);
    return reaping.reaped;
}

/* --- Holds ------------------------------------------------------------------------------------ */

static void add_performance(struct batch *batch, uint32_t place)
{
    struct performance_state state = {.performance_id = BACKLOG_PERFORMANCE + place,
                                      .remaining = {SEATS / 2, SEATS / 2}};
    performance_state_put(batch->txn, &state);
    for (uint32_t first = 0; first < SEATS; first += SEATS_PER_BLOCK) {
        uint32_t left = SEATS - first;
        struct seat_block block = {.count = left < SEATS_PER_BLOCK ? left : SEATS_PER_BLOCK};
        for (uint32_t i = 0; i < block.count; i++)
            seat_block_set(&block, i, (struct seat){.tier = i % BACKLOG_TIERS});
        seat_block_put(batch->txn, state.performance_id, first / SEATS_PER_BLOCK, &block);
    }
}

/* Somewhere in the hall, but no seat twice. */
static uint32_t seat_of(uint32_t place)
{
    enum { LARGE_PRIME = 7919 };
    return (uint32_t)((uint64_t)place * LARGE_PRIME % SEATS);
}

static void add_hold(struct batch *batch, uint32_t place)
{
    struct reservation reservation = {.user_id = place + 1,
                                      .concert_id = BACKLOG_CONCERT,
                                      .performance_id = BACKLOG_PERFORMANCE + place / SEATS,
                                      .status = RESERVATION_HELD,
                                      .seats_count = 1,
                                      .seat_indexes = {seat_of(place)},
                                      .held_at_ms = batch->now_ms,
                                      .expires_at_ms = BACKLOG_DUE_MS};
    struct seat seat = {SEAT_HELD, (uint8_t)(seat_of(place) % SEATS_PER_BLOCK % BACKLOG_TIERS),
                        BACKLOG_DUE_MS};
    for (size_t i = 0; i < sizeof place; i++)
        reservation.id.bytes[ID_BYTES - 1 - i] = (uint8_t)((place + 1) >> 8 * i);
    uint64_t version = batch_add_reservation_event(batch, EVENT_SEATS_HELD, &reservation, 0);
    seat_group_save(batch->txn, reservation.performance_id, reservation.seat_indexes, 1, &seat,
                    version);
    reservation_put(batch->txn, &reservation);
    batch_set_timer(batch, &(struct timer){.due_ms = BACKLOG_DUE_MS,
                                           .kind = TIMER_HOLD,
                                           .reservation_id = reservation.id});
}

void backlog_add_holds(struct backlog *backlog, uint32_t count)
{
    backlog->performances = (count + SEATS - 1) / SEATS;
    add_all(backlog, BACKLOG_START_MS, backlog->performances, add_performance);
    add_all(backlog, BACKLOG_START_MS, count, add_hold);
}

/* --- Entries ---------------------------------------------------------------------------------- */

static void put_queue(struct batch *batch, bool renewed)
{
    struct queue_policy policy = queue_policy_default();
    policy.waiting_from_last_poll = renewed;
    policy.waiting_lifetime_ms = BACKLOG_DUE_MS - BACKLOG_START_MS;
    struct queue queue = queue_make(BACKLOG_CONCERT, policy, 0, batch->now_ms);
    queue.active = policy.active_max; /* nobody is let in */
    queue_put(batch->txn, &queue);
}

static void add_queue(struct batch *batch, uint32_t place)
{
    (void)place;
    put_queue(batch, false);
}

static void add_renewed_queue(struct batch *batch, uint32_t place)
{
    (void)place;
    put_queue(batch, true);
}

void backlog_add_queue(struct backlog *backlog, bool renewed)
{
    add_all(backlog, BACKLOG_START_MS, 1, renewed ? add_renewed_queue : add_queue);
}

static void add_entry(struct batch *batch, uint32_t place)
{
    struct queue queue;
    struct queue_entry entry = {0};
    (void)place;
    assert_true(queue_get(batch->txn, BACKLOG_CONCERT, &queue));
    entry.user_id = queue.last_number + 1;
    admission_enter(batch, &queue, &entry);
    admission_run(batch, &queue);
}

static void turn_pause(struct batch *batch, bool paused)
{
    struct queue queue;
    assert_true(queue_get(batch->txn, BACKLOG_CONCERT, &queue));
    struct queue_policy policy = queue.policy;
    policy.admission_paused = paused;
    queue_set_policy(&queue, &policy, batch->now_ms);
    admission_run(batch, &queue);
}

static void begin_pause(struct batch *batch, uint32_t place)
{
    (void)place;
    turn_pause(batch, true);
}

static void end_pause(struct batch *batch, uint32_t place)
{
    (void)place;
    turn_pause(batch, false);
}

void backlog_pause(struct backlog *backlog, bool paused, unix_ms now_ms)
{
    add_all(backlog, now_ms, 1, paused ? begin_pause : end_pause);
}

void backlog_add_entries(struct backlog *backlog, uint32_t count, unix_ms entered_at_ms)
{
    add_all(backlog, entered_at_ms, count, add_entry);
}
