/* timer_lists_test.c -- What a batch gathers is all in the store when it ends, in few records. */
#include "server/engine/timer_lists.h"

#include "tests/store/fixture.h"

enum { BATCH = 7 };

/* What a batch sets. */
struct setting {
    uint32_t timers;
    struct timer (*timer)(uint32_t place);
};

static enum status set_timers(struct store_txn *txn, void *context)
{
    const struct setting *setting = context;
    struct timer_lists lists;
    timer_lists_begin(&lists);
    for (uint32_t i = 0; i < setting->timers; i++) {
        struct timer timer = setting->timer(i);
        timer_lists_add(&lists, txn, BATCH, &timer);
    }
    timer_lists_end(&lists, txn, BATCH);
    return STATUS_OK;
}

/* What is in the store. */
struct found {
    uint32_t lists;
    uint32_t items;
    uint64_t units;
};

static bool note_list(void *context, const struct timer_list *list)
{
    struct found *found = context;
    found->lists++;
    found->items += list->count;
    for (uint32_t i = 0; i < list->count; i++)
        found->units += list->kind == TIMER_HOLD ? 1 : list->items[i].run.count;
    return true;
}

static enum status find_timers(struct store_txn *txn, void *context)
{
    for (enum timer_kind kind = TIMER_HOLD; kind < TIMER_KINDS; kind++)
        timer_lists_visit(txn, kind, UNIX_MS_NEVER, note_list, context);
    return STATUS_OK;
}

static struct found set_and_find(struct fixture *fixture, uint32_t count,
                                 struct timer (*timer)(uint32_t place))
{
    struct setting setting = {count, timer};
    struct found found = {0};
    assert_int_equal(store_write(fixture->store, set_timers, &setting), STATUS_OK);
    assert_int_equal(store_read(fixture->store, find_timers, &found), STATUS_OK);
    return found;
}

static struct timer hold_of_one_moment(uint32_t place)
{
    return (struct timer){.due_ms = 100,
                          .kind = TIMER_HOLD,
                          .reservation_id.bytes = {(uint8_t)(place >> 8), (uint8_t)place}};
}

static void holds_of_one_moment_fill_one_record_after_another(void **state)
{
    struct found found = set_and_find(*state, 2 * TIMER_ITEMS_MAX + 1, hold_of_one_moment);
    assert_int_equal(found.lists, 3);
    assert_int_equal(found.items, 2 * TIMER_ITEMS_MAX + 1);
}

static struct timer neighbour(uint32_t place)
{
    return (struct timer){
        .due_ms = 100, .kind = TIMER_WAITING, .concert_id = 1, .number = place + 1};
}

static void entries_that_follow_one_another_are_one_run(void **state)
{
    struct found found = set_and_find(*state, 1000, neighbour);
    assert_int_equal(found.lists, 1);
    assert_int_equal(found.items, 1);
    assert_int_equal(found.units, 1000);
}

static struct timer not_a_neighbour(uint32_t place)
{
    return (struct timer){
        .due_ms = 100, .kind = TIMER_WAITING, .concert_id = 1 + place % 2, .number = place / 2 + 1};
}

static void entries_of_two_concerts_are_not_one_run(void **state)
{
    struct found found = set_and_find(*state, 10, not_a_neighbour);
    assert_int_equal(found.lists, 1);
    assert_int_equal(found.items, 10);
    assert_int_equal(found.units, 10);
}

static struct timer of_its_own_moment(uint32_t place)
{
    return (struct timer){
        .due_ms = place % 50, .kind = TIMER_PURGE, .concert_id = 1, .number = 2 * place};
}

static void more_moments_than_lists_lose_no_timer(void **state)
{
    struct found found = set_and_find(*state, 1000, of_its_own_moment);
    assert_int_equal(found.units, 1000);
}

static void a_batch_that_sets_no_timer_writes_none(void **state)
{
    assert_int_equal(set_and_find(*state, 0, neighbour).lists, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(holds_of_one_moment_fill_one_record_after_another),
        FIXTURE_TEST(entries_that_follow_one_another_are_one_run),
        FIXTURE_TEST(entries_of_two_concerts_are_not_one_run),
        FIXTURE_TEST(more_moments_than_lists_lose_no_timer),
        FIXTURE_TEST(a_batch_that_sets_no_timer_writes_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
