/* upgrade_test.c -- What a store of format 1 has for those who wait, in every shape it can have. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/inside.h"
#include "store/meta.h"
#include "store/record.h"
#include "tests/lib/fault.h"
#include "tests/store/old_store.h"

enum { NOW = 1000 * 1000, LATER = NOW + 50 * 1000 };

static void put_concert(struct store_txn *txn, uint32_t concert_id, unix_ms sale_opens_at_ms,
                        bool paused)
{
    struct concert concert = {.id = concert_id, .title = "a"};
    struct performance performance = {.id = concert_id,
                                      .concert_id = concert_id,
                                      .seat_count = 1,
                                      .sale_opens_at_ms = sale_opens_at_ms,
                                      .sale_closes_at_ms = INT64_MAX};
    struct queue queue = queue_make(concert_id, queue_policy_default(), 0, NOW);
    queue.policy.admission_paused = paused;
    concert_put(txn, &concert);
    performance_put(txn, &performance);
    queue_put(txn, &queue);
}

static enum status put_old_store(struct store_txn *txn, void *context)
{
    struct store_meta meta = {.now_ms = NOW, .last_batch = 9};
    const struct timer_list mixed = {
        TIMER_WAITING,
        0,
        LATER,
        8,
        0,
        4,
        {{.run = {1, 2, 5}}, {.run = {2, 1, 7}}, {.run = {1, 1, 9}}, {.run = {3, 3, 1}}}};
    const struct timer_list early = {TIMER_WAITING, 0, LATER - 1, 7, 3, 1, {{.run = {2, 4, 1}}}};
    (void)context;
    txn->is_headless = true;
    put_concert(txn, 1, NOW - 1, false);
    put_concert(txn, 2, LATER, false);
    put_concert(txn, 3, INT64_MIN, true);
    put_concert(txn, 4, INT64_MAX, false);
    timer_list_put(txn, &mixed);
    timer_list_put(txn, &early);
    meta_put(txn, &meta);
    meta_format_put(txn, 1);
    return STATUS_OK;
}

static enum status cut_queues(struct store_txn *txn, void *context)
{
    (void)context;
    txn->is_headless = true;
    for (uint32_t concert_id = 1; concert_id <= 4; concert_id++)
        old_store_cut_queue(txn, concert_id);
    return STATUS_OK;
}

static void open_old_store(struct fixture *fixture)
{
    assert_int_equal(store_write(fixture->store, put_old_store, NULL), STATUS_OK);
    assert_int_equal(store_write(fixture->store, cut_queues, NULL), STATUS_OK);
    fixture_reopen(fixture);
}

/* --- Lines ------------------------------------------------------------------------------------ */

static void check_line(struct store_txn *txn, uint32_t concert_id, unix_ms due_ms, uint32_t count,
                       struct entry_run last)
{
    struct timer_list line;
    assert_true(timer_line_first(txn, concert_id, &line));
    assert_int_equal(line.due_ms, due_ms);
    assert_int_equal(line.count, count);
    const struct entry_run *run = &line.items[count - 1].run;
    assert_int_equal(run->concert_id, last.concert_id);
    assert_int_equal(run->count, last.count);
    assert_int_equal(run->first, last.first);
}

static enum status check_lines(struct store_txn *txn, void *context)
{
    struct timer_list line;
    (void)context;
    check_line(txn, 1, LATER, 2, (struct entry_run){1, 1, 9});
    check_line(txn, 2, LATER - 1, 1, (struct entry_run){2, 4, 1});
    check_line(txn, 3, LATER, 1, (struct entry_run){3, 3, 1});
    assert_false(timer_line_first(txn, 4, &line));
    return STATUS_OK;
}

static void each_queue_has_a_line_of_its_own(void **state)
{
    struct fixture *fixture = *state;
    open_old_store(fixture);
    assert_int_equal(store_read(fixture->store, check_lines, NULL), STATUS_OK);
    fixture_crash(fixture);
    assert_int_equal(store_read(fixture->store, check_lines, NULL), STATUS_OK);
}

/* --- Queues ----------------------------------------------------------------------------------- */

static void check_queue(struct store_txn *txn, uint32_t concert_id, unix_ms opens_at_ms,
                        unix_ms line_due_ms, unix_ms waiting_due_ms)
{
    struct queue queue;
    assert_true(queue_get(txn, concert_id, &queue));
    assert_int_equal(queue.sale_opens_at_ms, opens_at_ms);
    assert_int_equal(queue.line_due_ms, line_due_ms);
    assert_int_equal(queue.waiting_due_ms, waiting_due_ms);
    assert_int_equal(queue_clock_ms(&queue, NOW), NOW); /* the clock was the time so far */
    assert_false(queue.holding_stopped);
    assert_int_equal(queue.policy.admission_lead_ms, 0);
}

static enum status check_queues(struct store_txn *txn, void *context)
{
    uint32_t version;
    struct queue paused;
    struct performance performance;
    (void)context;
    assert_true(performance_get(txn, 1, &performance));
    assert_string_equal(performance.currency, "KRW");
    check_queue(txn, 1, NOW - 1, LATER, LATER);
    check_queue(txn, 2, LATER, LATER - 1, LATER + (LATER - 1 - NOW));
    check_queue(txn, 3, 0, LATER, 0);
    check_queue(txn, 4, OPENING_MS_MAX, UNIX_MS_NEVER, 0);
    assert_true(queue_get(txn, 3, &paused));
    assert_int_equal(queue_clock_ms(&paused, LATER), NOW);
    assert_int_equal(timer_due(txn, TIMER_WAITING), LATER);
    assert_true(meta_format_get(txn, &version));
    assert_int_equal(version, STORE_FORMAT_VERSION);
    return STATUS_OK;
}

static void each_queue_has_its_opening_and_a_timer_for_its_line(void **state)
{
    struct fixture *fixture = *state;
    open_old_store(fixture);
    assert_int_equal(store_read(fixture->store, check_queues, NULL), STATUS_OK);
    fixture_reopen(fixture);
    assert_int_equal(store_read(fixture->store, check_queues, NULL), STATUS_OK);
}

/* --- Damage ----------------------------------------------------------------------------------- */

static struct key damaged_key(void)
{
    struct key key = {0};
    key_add_u8(&key, TIMER_WAITING);
    return key;
}

static enum status put_damaged_timer(struct store_txn *txn, void *context)
{
    struct key key = damaged_key();
    uint8_t bytes[] = {1, 2, 3};
    (void)context;
    record_put_bytes(txn, TREE_TIMERS, &key, reader_make(bytes, sizeof bytes));
    return STATUS_OK;
}

static enum status find_damaged_timer(struct store_txn *txn, void *context)
{
    struct key key = damaged_key();
    struct reader value;
    (void)context;
    return record_get(txn, TREE_TIMERS, &key, &value) ? STATUS_OK : STATUS_NOT_YET;
}

static void a_record_that_is_damaged_stays_and_is_told_of(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(store_write(fixture->store, put_damaged_timer, NULL), STATUS_OK);
    open_old_store(fixture);
    assert_int_equal(store_read(fixture->store, check_lines, NULL), STATUS_OK);
    assert_int_equal(store_read(fixture->store, find_damaged_timer, NULL), STATUS_OK);
    assert_int_equal(store_damage_met(fixture->store), 1);
    assert_string_equal(store_damaged_tree(fixture->store, TREE_TIMERS), "timers");
}

/* --- Failures --------------------------------------------------------------------------------- */

/* @return Whether the call that was to fail was made at all. */
static bool fail_one_call(unsigned calls, int error, enum fault_scope scope)
{
    void *state;
    assert_int_equal(fixture_set_up(&state), 0);
    struct fixture *fixture = state;
    assert_int_equal(store_write(fixture->store, put_old_store, NULL), STATUS_OK);
    assert_int_equal(store_write(fixture->store, cut_queues, NULL), STATUS_OK);
    fixture_close(fixture);
    fault_arm(calls, error, scope);
    enum status err = fixture_open(fixture);
    bool failed = fault_disarm();
    if (err == STATUS_OK)
        fixture_crash(fixture);
    else
        assert_int_equal(fixture_open(fixture), STATUS_OK);
    assert_int_equal(store_read(fixture->store, check_lines, NULL), STATUS_OK);
    assert_int_equal(store_read(fixture->store, check_queues, NULL), STATUS_OK);
    assert_int_equal(fixture_tear_down(&state), 0);
    return failed;
}

static void an_upgrade_that_could_not_write_can_be_done_later(void **state)
{
    unsigned calls = 0;
    (void)state;
    while (fail_one_call(calls, EIO, FAULT_ONCE))
        calls++;
    assert_true(calls > 0);
}

static void an_upgrade_on_a_full_disk_can_be_done_later(void **state)
{
    unsigned calls = 0;
    (void)state;
    while (fail_one_call(calls, ENOSPC, FAULT_FROM_THEN_ON))
        calls++;
    assert_true(calls > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(each_queue_has_a_line_of_its_own),
        FIXTURE_TEST(each_queue_has_its_opening_and_a_timer_for_its_line),
        FIXTURE_TEST(a_record_that_is_damaged_stays_and_is_told_of),
        cmocka_unit_test(an_upgrade_that_could_not_write_can_be_done_later),
        cmocka_unit_test(an_upgrade_on_a_full_disk_can_be_done_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
