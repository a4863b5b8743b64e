#include "server/engine/expired.h"

#include "base/limits.h"
#include "base/require.h"

_Static_assert(TIERS_PER_PERFORMANCE_MAX == 16, "what a seat has room for is a tier");

/* --- Entries ---------------------------------------------------------------------------------- */

/* Entries before a number that wait although their time may be up. */
struct entries_before {
    struct store_txn *txn;
    struct leases *leases;
    const struct queue *queue;
    uint64_t number;
    unix_ms now_ms;
    uint64_t
        first; /* of the runs that were seen last and follow one another, and are not counted */
    uint64_t end;
    uint32_t looked_at;
    uint64_t expired;
};

/* Without renewals the timer says it all: of its entries those that still wait have expired. */
static void count_run(struct entries_before *before)
{
    if (before->first == before->end) return;
    uint32_t concert_id = before->queue->concert_id;
    before->expired += queue_rank_before(before->txn, concert_id, before->end) -
                       queue_rank_before(before->txn, concert_id, before->first);
}

/* Who entered one after another is due one after another, so a long line is a few long runs. */
static void add_run(struct entries_before *before, uint64_t first, uint64_t end)
{
    if (first != before->end) {
        count_run(before);
        before->first = first;
    }
    before->end = end;
}

static bool is_expired(const struct entries_before *before, uint64_t number)
{
    struct queue_entry entry;
    return queue_entry_get(before->txn, before->queue->concert_id, number, &entry) &&
           entry.status == QUEUE_ENTRY_WAITING &&
           leases_expiry(before->leases, before->queue, &entry, before->now_ms) <= before->now_ms;
}

static void look_at_run(struct entries_before *before, uint64_t first, uint64_t end)
{
    for (uint64_t number = first; number < end; number++)
        if (before->looked_at++ < EXPIRED_LOOKED_AT_MAX && is_expired(before, number))
            before->expired++;
}

static bool visit_waiting(void *context, const struct timer_list *list)
{
    struct entries_before *before = context;
    REQUIRE(list->kind == TIMER_LINE);
    REQUIRE(list->concert_id == before->queue->concert_id);
    REQUIRE(list->count <= TIMER_ITEMS_MAX);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct entry_run *run = &list->items[i].run;
        uint64_t end = run->first + run->count;
        if (run->first >= before->number) continue;
        if (end > before->number) end = before->number;
        if (before->queue->policy.waiting_from_last_poll)
            look_at_run(before, run->first, end);
        else
            add_run(before, run->first, end);
    }
    return before->looked_at < EXPIRED_LOOKED_AT_MAX;
}

uint64_t expired_entries_before(struct store_txn *txn, struct leases *leases,
                                const struct queue *queue, uint64_t number, unix_ms now_ms)
{
    REQUIRE(queue->concert_id != 0);
    REQUIRE(number != 0);
    struct entries_before before = {
        .txn = txn, .leases = leases, .queue = queue, .number = number, .now_ms = now_ms};
    unix_ms clock_ms = queue_clock_ms(queue, now_ms);
    if (queue->line_due_ms > clock_ms) return 0;
    timer_line_visit(txn, queue->concert_id, clock_ms, visit_waiting, &before);
    count_run(&before);
    return before.expired;
}

/* --- Seats ------------------------------------------------------------------------------------ */

struct seats_left {
    unix_ms now_ms;
    uint32_t *remaining;
};

static bool visit_block(void *context, uint32_t block_index, const struct seat_block *block)
{
    const struct seats_left *left = context;
    (void)block_index;
    REQUIRE(block->count <= SEATS_PER_BLOCK);
    for (uint32_t i = 0; i < block->count; i++) {
        struct seat seat = seat_block_seat(block, i);
        if (seat.state == SEAT_HELD && seat.expires_at_ms <= left->now_ms)
            left->remaining[seat.tier]++;
    }
    return true;
}

bool expired_holds_exist(struct store_txn *txn, unix_ms now_ms)
{
    return timer_due(txn, TIMER_HOLD) <= now_ms;
}

void expired_seats_count(struct store_txn *txn, uint32_t performance_id, unix_ms now_ms,
                         uint32_t remaining[TIERS_PER_PERFORMANCE_MAX])
{
    struct seats_left left = {now_ms, remaining};
    if (expired_holds_exist(txn, now_ms))
        seat_blocks_visit(txn, performance_id, visit_block, &left);
}
