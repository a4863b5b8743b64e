#include "tests/journal/fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "journal/inside.h"
#include "tests/sim/random.h"

enum { HEAD_BYTES = sizeof(struct record_head) };

static enum status flush(const struct fixture *fixture)
{
    return journal_flush(fixture->journal);
}

/* --- what comes back -------------------------------------------------------------------------- */

static void records_come_back_in_the_order_they_were_staged(void **state)
{
    struct fixture *fixture = *state;
    static const size_t sizes[] = {1, 0, 4096, 7, 20000, 24};
    for (uint64_t i = 0; i < 6; i++) {
        fixture_stage(fixture, i, sizes[i]);
        if (i % 3 != 0) assert_int_equal(flush(fixture), STATUS_OK);
    }
    assert_int_equal(fixture_reopen(fixture, 0), 6);
}

static void records_stay_until_the_next_checkpoint(void **state)
{
    struct fixture *fixture = *state;
    fixture_stage(fixture, 0, 100);
    assert_int_equal(flush(fixture), STATUS_OK);
    for (int i = 0; i < 3; i++) { /* which nobody finishes */
        fixture_close(fixture);
        assert_int_equal(fixture_open(fixture), STATUS_OK);
        assert_int_equal(fixture_state(fixture), 0);
    }
    assert_int_equal(fixture_replay(fixture, 0), 1);
    assert_int_equal(fixture_reopen(fixture, 1), 0);
}

static void a_record_that_is_staged_and_not_flushed_is_lost(void **state)
{
    struct fixture *fixture = *state;
    fixture_stage(fixture, 0, 100);
    assert_int_equal(flush(fixture), STATUS_OK);
    fixture_stage(fixture, 1, 100);
    assert_int_equal(fixture_reopen(fixture, 0), 1);
    fixture_stage(fixture, 5, 100);
    assert_int_equal(flush(fixture), STATUS_OK);
    assert_int_equal(fixture_reopen(fixture, 5), 1);
}

static void a_record_that_was_dropped_leaves_no_gap(void **state)
{
    struct fixture *fixture = *state;
    struct journal_record *record = journal_record_begin(fixture->journal);
    assert_true(journal_record_add(record, "hello", 5));
    journal_record_drop(fixture->journal, record);
    journal_record_drop(fixture->journal, NULL);
    fixture_stage(fixture, 0, 10);
    assert_int_equal(flush(fixture), STATUS_OK);
    assert_int_equal(fixture_reopen(fixture, 0), 1);
}

static void a_journal_that_is_not_there_is_no_failure(void **state)
{
    struct fixture *fixture = *state;
    struct fixture nowhere = {.path = "/no/such/journal"};
    assert_int_equal(fixture_open(&nowhere), STATUS_OK);
    assert_null(nowhere.journal);
    nowhere.path = fixture->folder;
    assert_int_equal(fixture_open(&nowhere), STATUS_STORE_NOT_OPENED);
    journal_close(NULL);
}

static void a_checkpoint_tells_whether_it_was_the_last_thing_done(void **state)
{
    struct fixture *fixture = *state;
    assert_false(journal_is_closed(fixture->journal));
    uint64_t last = 9;
    assert_int_equal(journal_checkpoint(fixture->journal, journal_end(fixture->journal), &last,
                                        sizeof last, true),
                     STATUS_OK);
    fixture_close(fixture);
    assert_int_equal(fixture_open(fixture), STATUS_OK);
    assert_true(journal_is_closed(fixture->journal));
    assert_int_equal(fixture_state(fixture), 9);
    assert_int_equal(fixture_replay(fixture, 0), 0);
    assert_false(journal_is_closed(fixture->journal));
}

/* --- the ring --------------------------------------------------------------------------------- */

static bool fits(const struct fixture *fixture, size_t size)
{
    static const uint8_t zeros[RING_BYTES + 1];
    struct journal_record *record = journal_record_begin(fixture->journal);
    assert_true(journal_record_add(record, zeros, size));
    bool is_fitting = journal_fits(fixture->journal, record);
    journal_record_drop(fixture->journal, record);
    return is_fitting;
}

static void a_record_fits_that_writes_over_nothing_the_checkpoint_needs(void **state)
{
    struct fixture *fixture = *state;
    assert_true(fits(fixture, RING_BYTES - HEAD_BYTES));
    assert_false(fits(fixture, RING_BYTES - HEAD_BYTES + 1));
    fixture_stage(fixture, 0, 1000);
    assert_int_equal(journal_used_bytes(fixture->journal), 1000 + HEAD_BYTES);
    assert_int_equal(journal_seen_bytes(fixture->journal), 1000 + HEAD_BYTES);
    assert_true(fits(fixture, RING_BYTES - 1000 - 2 * HEAD_BYTES));
    assert_false(fits(fixture, RING_BYTES - 1000 - 2 * HEAD_BYTES + 1));
    assert_int_equal(fixture_checkpoint(fixture, 1), STATUS_OK);
    assert_true(fits(fixture, RING_BYTES - HEAD_BYTES));
}

static void a_record_may_fill_the_whole_ring(void **state)
{
    struct fixture *fixture = *state;
    fixture_stage(fixture, 0, 1000);
    assert_int_equal(fixture_checkpoint(fixture, 1), STATUS_OK);
    fixture_stage(fixture, 1, RING_BYTES - HEAD_BYTES);
    assert_int_equal(flush(fixture), STATUS_OK);
    assert_int_equal(fixture_reopen(fixture, 1), 1);
}

static void records_staged_over_several_checkpoints_are_written_around_the_ring(void **state)
{
    struct fixture *fixture = *state;
    uint64_t number = 0;
    for (uint64_t checkpoint = 1; checkpoint <= 4; checkpoint++) {
        for (int i = 0; i < 3; i++)
            fixture_stage(fixture, number++, 19999);
        assert_int_equal(fixture_checkpoint(fixture, checkpoint), STATUS_OK);
    }
    for (int i = 0; i < 3; i++)
        fixture_stage(fixture, number++, 19999);
    assert_int_equal(flush(fixture), STATUS_OK);
    struct image image = fixture_read_image(fixture);
    assert_int_equal(image.size, RING_AT + RING_BYTES);
    free(image.bytes);
    assert_int_equal(fixture_reopen(fixture, number - 3), 3);
}

/* Records numbered from 0: those before `kept` are covered by the checkpoint, those before
 * `flushed` are on disk, those before `staged` are not yet. */
struct history {
    uint64_t kept;
    uint64_t flushed;
    uint64_t staged;
};

static void stage_if_it_fits(struct fixture *fixture, struct random *random,
                             struct history *history)
{
    size_t size = (size_t)random_below(random, random_chance(random, 80) ? 300 : 30000);
    if (!fits(fixture, size)) return;
    fixture_stage(fixture, history->staged++, size);
}

static void reopen_and_check(struct fixture *fixture, struct history *history)
{
    uint64_t kept = history->kept;
    assert_int_equal(fixture_reopen(fixture, kept), history->flushed - kept);
    *history = (struct history){history->flushed, history->flushed, history->flushed};
}

static void nothing_of_an_older_round_or_epoch_is_taken_for_a_record(void **state)
{
    enum { SEED = 42, MOVES = 20000 };
    struct fixture *fixture = *state;
    struct random random = random_make(SEED);
    struct history history = {0};
    for (int i = 0; i < MOVES; i++) {
        unsigned drawn = (unsigned)random_below(&random, 100);
        if (drawn < 70) {
            stage_if_it_fits(fixture, &random, &history);
        } else if (drawn < 85) {
            assert_int_equal(flush(fixture), STATUS_OK);
            history.flushed = history.staged;
        } else if (drawn < 95) {
            assert_int_equal(fixture_checkpoint(fixture, (uint64_t)i), STATUS_OK);
            history.kept = history.staged;
            history.flushed = history.staged;
        } else {
            reopen_and_check(fixture, &history);
        }
    }
    reopen_and_check(fixture, &history);
}

/* --- threads ---------------------------------------------------------------------------------- */

struct flushing {
    struct journal *journal;
    atomic_bool is_over;
    _Atomic enum status err; /* of the flush that failed last */
};

static void *flush_often(void *context)
{
    struct flushing *flushing = context;
    enum status err = STATUS_OK;
    while (!atomic_load(&flushing->is_over) && err == STATUS_OK)
        err = journal_flush(flushing->journal);
    if (err != STATUS_OK) atomic_store(&flushing->err, err);
    return NULL;
}

static void records_may_be_staged_beside_a_flush(void **state)
{
    enum { RECORDS = 600 };
    struct fixture *fixture = *state;
    struct flushing flushing = {.journal = fixture->journal, .err = STATUS_OK};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, flush_often, &flushing), 0);
    for (uint64_t i = 0; i < RECORDS; i++)
        fixture_stage(fixture, i, i % 50);
    atomic_store(&flushing.is_over, true);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&flushing.err), STATUS_OK);
    assert_int_equal(flush(fixture), STATUS_OK);
    assert_int_equal(fixture_reopen(fixture, 0), RECORDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(records_come_back_in_the_order_they_were_staged),
        FIXTURE_TEST(records_stay_until_the_next_checkpoint),
        FIXTURE_TEST(a_record_that_is_staged_and_not_flushed_is_lost),
        FIXTURE_TEST(a_record_that_was_dropped_leaves_no_gap),
        FIXTURE_TEST(a_journal_that_is_not_there_is_no_failure),
        FIXTURE_TEST(a_checkpoint_tells_whether_it_was_the_last_thing_done),
        FIXTURE_TEST(a_record_fits_that_writes_over_nothing_the_checkpoint_needs),
        FIXTURE_TEST(a_record_may_fill_the_whole_ring),
        FIXTURE_TEST(records_staged_over_several_checkpoints_are_written_around_the_ring),
        FIXTURE_TEST(nothing_of_an_older_round_or_epoch_is_taken_for_a_record),
        FIXTURE_TEST(records_may_be_staged_beside_a_flush),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
