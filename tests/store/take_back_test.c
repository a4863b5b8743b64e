/* take_back_test.c -- A write that fails among others that are executed and not committed takes
 * back itself and nothing else, of every kind of record. */
#include "tests/store/fixture.h"

#include <stdio.h>
#include <string.h>

#include "store/record.h"
#include "store/transaction.h"

enum {
    CONCERT = 3,
    PERFORMANCE = 11,
    BLOCKS = 4,
    SMALL_MAP_BYTES = 2 * 1024 * 1024,
    ROUNDS = 6,
};

/* --- What the n-th write does ----------------------------------------------------------------- */

static enum status put_hall(struct store_txn *txn, void *context)
{
    struct seat_block block = {.version = 1};
    (void)context;
    while (block.count < SEATS_PER_BLOCK)
        seat_block_add(&block, (struct seat){.state = SEAT_AVAILABLE});
    for (uint32_t i = 0; i < BLOCKS; i++)
        seat_block_put(txn, PERFORMANCE, i, &block);
    performance_state_put(txn, &(struct performance_state){.performance_id = PERFORMANCE});
    queue_put(txn, &(struct queue){.concert_id = CONCERT});
    return STATUS_OK;
}

static struct reservation_id id_of(uint64_t n)
{
    return (struct reservation_id){{1, (uint8_t)(n >> 8), (uint8_t)n}};
}

static void put_buyer(struct store_txn *txn, uint64_t n)
{
    struct queue_entry entry;
    struct queue queue;
    memset(&entry, 0, sizeof entry);
    entry.concert_id = CONCERT;
    entry.number = n;
    entry.user_id = 1000 + n;
    entry.status = n % 3 == 0 ? QUEUE_ENTRY_WAITING : QUEUE_ENTRY_ACTIVE;
    queue_entry_put(txn, &entry);
    queue_user_put(txn, CONCERT, entry.user_id, n);
    queue_rank_add(txn, CONCERT, n);
    assert_true(queue_get(txn, CONCERT, &queue));
    queue.last_number = n;
    queue_put(txn, &queue);
}

static void put_sale(struct store_txn *txn, uint64_t n)
{
    struct reservation reservation = {.id = id_of(n), .user_id = 1000 + n, .seats_count = 1};
    struct event event = {.number = n, .kind = EVENT_BALANCE_CHARGED, .user_id = 1000 + n};
    reservation.concert_id = CONCERT;
    reservation.performance_id = PERFORMANCE;
    reservation.status = RESERVATION_HELD;
    reservation_put(txn, &reservation);
    event_append(txn, &event);
    wallet_put(txn, &(struct wallet){.user_id = 1000 + n, .balance = (int64_t)n});
    timer_list_put(txn, &(struct timer_list){.kind = TIMER_HOLD,
                                             .due_ms = (unix_ms)n,
                                             .count = 1,
                                             .items[0].reservation_id = id_of(n)});
}

static void put_seat(struct store_txn *txn, uint64_t n)
{
    struct seat_block *block = seat_block_edit(txn, PERFORMANCE, (uint32_t)n % BLOCKS);
    assert_non_null(block);
    block->version = n;
    seat_block_set(block, (uint32_t)n / BLOCKS, (struct seat){.state = SEAT_SOLD});
    performance_state_edit(txn, PERFORMANCE)->version = n;
}

static void put_all(struct store_txn *txn, uint64_t n)
{
    put_buyer(txn, n);
    put_sale(txn, n);
    put_seat(txn, n);
}

/* --- What must be there when n writes are ----------------------------------------------------- */

static void check_one(struct store_txn *txn, uint64_t n, bool is_there)
{
    struct queue_entry entry;
    struct reservation reservation;
    struct event event;
    struct wallet wallet;
    struct seat_block block;
    assert_int_equal(queue_entry_get(txn, CONCERT, n, &entry), is_there);
    assert_int_equal(queue_entry_of_user(txn, CONCERT, 1000 + n, &entry), is_there);
    assert_int_equal(reservation_get(txn, id_of(n), &reservation), is_there);
    assert_int_equal(event_get(txn, n, &event), is_there);
    assert_int_equal(wallet_get(txn, 1000 + n, &wallet), is_there);
    assert_true(seat_block_get(txn, PERFORMANCE, (uint32_t)n % BLOCKS, &block));
    assert_int_equal(seat_block_seat(&block, (uint32_t)n / BLOCKS).state,
                     is_there ? SEAT_SOLD : SEAT_AVAILABLE);
}

static enum status check_all(struct store_txn *txn, void *context)
{
    uint64_t writes = *(const uint64_t *)context;
    struct performance_state performance_state;
    struct queue queue;
    for (uint64_t n = 1; n <= writes + 1; n++)
        check_one(txn, n, n <= writes);
    assert_int_equal(queue_rank_before(txn, CONCERT, writes + 1000), writes);
    assert_true(queue_get(txn, CONCERT, &queue));
    assert_int_equal(queue.last_number, writes);
    assert_true(performance_state_get(txn, PERFORMANCE, &performance_state));
    assert_int_equal(performance_state.version, writes);
    assert_int_equal(timer_due(txn, TIMER_HOLD), writes > 0 ? 1 : UNIX_MS_NEVER);
    assert_int_equal(store_txn_failure(txn), STATUS_OK);
    return STATUS_NOT_YET;
}

/* --- Writes, good and bad --------------------------------------------------------------------- */

static enum status execute_body(struct store_txn *txn, void *context)
{
    put_all(txn, *(const uint64_t *)context);
    return STATUS_OK;
}

static enum status refuse_with_changes(struct store_txn *txn, void *context)
{
    put_all(txn, *(const uint64_t *)context);
    return STATUS_SEAT_TAKEN;
}

/* Nothing that the journal or the trees were told before the end. */
static enum status refuse_what_was_executed(struct store_txn *txn, void *context)
{
    struct queue queue;
    put_seat(txn, *(const uint64_t *)context);
    queue_rank_add(txn, CONCERT, *(const uint64_t *)context);
    assert_true(queue_get(txn, CONCERT, &queue));
    queue.last_number = *(const uint64_t *)context;
    queue_put(txn, &queue);
    return STATUS_NOT_YET;
}

static enum status run_out_of_memory(struct store_txn *txn, void *context)
{
    put_all(txn, *(const uint64_t *)context);
    store_txn_fail(txn, STATUS_OUT_OF_MEMORY);
    return STATUS_OK;
}

/* Evicts what is kept of the writes before. */
static enum status run_out_of_room(struct store_txn *txn, void *context)
{
    struct seat_block block = {.version = 1};
    put_all(txn, *(const uint64_t *)context);
    seat_block_add(&block, (struct seat){.state = SEAT_AVAILABLE});
    for (uint32_t i = 0; store_txn_failure(txn) == STATUS_OK; i++) {
        seat_block_put(txn, PERFORMANCE + 1, i, &block);
        if (store_txn_failure(txn) == STATUS_OK) seat_block_edit(txn, PERFORMANCE + 1, i);
    }
    return STATUS_OK;
}

struct failure {
    store_body *body;
    enum status status;
    bool shows; /* what was executed before it */
};

static void apply(struct fixture *fixture, uint64_t n)
{
    assert_int_equal(store_execute(fixture->store, execute_body, &n), STATUS_OK);
}

static void execute_failing(struct fixture *fixture, uint64_t n, const struct failure *failure)
{
    uint64_t executed = store_executed(fixture->store);
    assert_int_equal(store_execute(fixture->store, failure->body, &n), failure->status);
    assert_int_equal(store_executed(fixture->store), executed);
    if (failure->shows) assert_int_equal(store_committed(fixture->store), executed);
}

static void check_read(struct fixture *fixture, uint64_t writes)
{
    assert_int_equal(store_read(fixture->store, check_all, &writes), STATUS_NOT_YET);
}

static void check_write(struct fixture *fixture, uint64_t writes)
{
    assert_int_equal(store_execute(fixture->store, check_all, &writes), STATUS_NOT_YET);
}

/* With the failure after each number of writes, looked at by writes, by reads, and after a crash.
 */
static void fail_among_others(struct fixture *fixture, const struct failure *failure)
{
    assert_int_equal(store_write(fixture->store, put_hall, NULL), STATUS_OK);
    uint64_t writes = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned i = 0; i < round; i++)
            apply(fixture, ++writes);
        execute_failing(fixture, writes + 1, failure);
        if (round % 2 == 0) check_write(fixture, writes);
        assert_int_equal(store_commit(fixture->store), STATUS_OK);
        check_read(fixture, writes);
        apply(fixture, ++writes);
        execute_failing(fixture, writes + 1, failure);
        apply(fixture, ++writes);
        execute_failing(fixture, writes + 1, failure);
        assert_int_equal(store_flush(fixture->store), STATUS_OK);
        fixture_crash(fixture);
        check_read(fixture, writes);
        check_write(fixture, writes);
    }
}

static void a_write_refused_after_its_changes_takes_back_itself_alone(void **state)
{
    fail_among_others(*state, &(struct failure){refuse_with_changes, STATUS_SEAT_TAKEN, true});
}

static void a_write_that_gave_up_what_it_had_in_mind_takes_back_itself_alone(void **state)
{
    fail_among_others(*state, &(struct failure){refuse_what_was_executed, STATUS_NOT_YET, false});
}

static void a_write_that_failed_takes_back_itself_alone(void **state)
{
    fail_among_others(*state, &(struct failure){run_out_of_memory, STATUS_OUT_OF_MEMORY, true});
}

static void a_write_that_found_the_map_full_takes_back_itself_alone(void **state)
{
    struct fixture *fixture = *state;
    fixture_close(fixture);
    fixture->options.map_bytes = SMALL_MAP_BYTES;
    assert_int_equal(fixture_open(fixture), STATUS_OK);
    fail_among_others(fixture, &(struct failure){run_out_of_room, STATUS_STORAGE_FULL, true});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_write_refused_after_its_changes_takes_back_itself_alone),
        FIXTURE_TEST(a_write_that_gave_up_what_it_had_in_mind_takes_back_itself_alone),
        FIXTURE_TEST(a_write_that_failed_takes_back_itself_alone),
        FIXTURE_TEST(a_write_that_found_the_map_full_takes_back_itself_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
