#include "server/engine/timer_lists.h"

#include "base/require.h"

_Static_assert(TIMER_LISTS_OPEN_MAX >= 1, "a timer has a list");

void timer_lists_begin(struct timer_lists *lists)
{
    lists->open = 0;
    lists->written = 0;
}

static void write_list(struct timer_lists *lists, struct store_txn *txn, uint64_t batch,
                       struct timer_list *list)
{
    REQUIRE(list->count <= TIMER_ITEMS_MAX);
    if (list->count == 0) return;
    list->batch = batch;
    list->serial = lists->written++;
    timer_list_put(txn, list);
    list->count = 0;
}

/* Of the line of a queue; every other list takes timers of all concerts. */
static uint32_t concert_of(const struct timer *timer)
{
    return timer->kind == TIMER_LINE ? timer->concert_id : 0;
}

static struct timer_list *list_begin(struct timer_list *list, const struct timer *timer)
{
    list->kind = timer->kind;
    list->concert_id = concert_of(timer);
    list->due_ms = timer->due_ms;
    list->count = 0;
    return list;
}

static bool is_for(const struct timer_list *list, const struct timer *timer)
{
    return list->kind == timer->kind && list->due_ms == timer->due_ms &&
           list->concert_id == concert_of(timer);
}

/* The list of a kind and moment; when too many have begun, they take turns. */
static struct timer_list *list_for(struct timer_lists *lists, struct store_txn *txn, uint64_t batch,
                                   const struct timer *timer)
{
    REQUIRE(lists->open <= TIMER_LISTS_OPEN_MAX);
    for (uint32_t i = 0; i < lists->open; i++)
        if (is_for(&lists->lists[i], timer)) return &lists->lists[i];
    if (lists->open < TIMER_LISTS_OPEN_MAX) return list_begin(&lists->lists[lists->open++], timer);
    struct timer_list *turn = &lists->lists[lists->written % TIMER_LISTS_OPEN_MAX];
    write_list(lists, txn, batch, turn);
    return list_begin(turn, timer);
}

/* Whether the entry is the one after a run, which it then joins. */
static bool join_run(struct entry_run *run, const struct timer *timer)
{
    REQUIRE(run->count >= 1);
    if (run->concert_id != timer->concert_id || run->first + run->count != timer->number ||
        run->count == UINT32_MAX)
        return false;
    run->count++;
    return true;
}

void timer_lists_add(struct timer_lists *lists, struct store_txn *txn, uint64_t batch,
                     const struct timer *timer)
{
    REQUIRE(timer->kind >= TIMER_HOLD);
    REQUIRE(timer->kind < TIMER_KINDS);
    struct timer_list *list = list_for(lists, txn, batch, timer);
    if (timer->kind != TIMER_HOLD && list->count > 0 &&
        join_run(&list->items[list->count - 1].run, timer))
        return;
    if (list->count == TIMER_ITEMS_MAX) write_list(lists, txn, batch, list);
    REQUIRE(list->count < TIMER_ITEMS_MAX);
    union timer_item *item = &list->items[list->count++];
    if (timer->kind == TIMER_HOLD) {
        item->reservation_id = timer->reservation_id;
    } else {
        REQUIRE(timer->concert_id != 0);
        item->run = (struct entry_run){timer->concert_id, 1, timer->number};
    }
}

void timer_lists_end(struct timer_lists *lists, struct store_txn *txn, uint64_t batch)
{
    REQUIRE(lists->open <= TIMER_LISTS_OPEN_MAX);
    for (uint32_t i = 0; i < lists->open; i++)
        write_list(lists, txn, batch, &lists->lists[i]);
    lists->open = 0;
}
