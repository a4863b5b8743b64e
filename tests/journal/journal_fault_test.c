/* journal_fault_test.c -- The disk fails at the first call, the second, the third ... */
#include "tests/journal/fixture.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/lib/fault.h"
#include "tests/lib/temp_folder.h"

enum { FAULTS_MAX = 100, RECORDS = 4 };

/* Around the end of the ring, so that one flush is two writes. */
static void go_near_the_end(struct fixture *fixture)
{
    fixture_stage(fixture, 100, RING_BYTES - 200);
    assert_int_equal(journal_flush(fixture->journal), STATUS_OK);
    assert_int_equal(fixture_checkpoint(fixture, 1), STATUS_OK);
}

static void a_flush_that_failed_fails_for_good_and_leaves_a_prefix(void **state)
{
    struct fixture *fixture = *state;
    unsigned failures = 0;
    bool has_failed = true;
    for (unsigned calls = 0; has_failed; calls++) {
        go_near_the_end(fixture);
        for (uint64_t i = 0; i < RECORDS; i++)
            fixture_stage(fixture, i, 100);
        fault_arm(calls, EIO, FAULT_ONCE);
        enum status err = journal_flush(fixture->journal);
        has_failed = fault_disarm();
        assert_true(err == STATUS_OK || has_failed); /* a note that failed is none */
        assert_true(err == STATUS_OK || err == STATUS_STORAGE_FAILED);
        assert_int_equal(journal_flush(fixture->journal), err);
        fixture_stage(fixture, RECORDS, 100);
        assert_int_equal(journal_flush(fixture->journal), err);
        uint64_t found = fixture_reopen(fixture, 0);
        assert_true(err == STATUS_OK ? found == RECORDS + 1 : found < RECORDS);
        assert_true(calls < FAULTS_MAX);
        failures += err != STATUS_OK;
    }
    assert_true(failures >= 2);
}

static void a_checkpoint_that_failed_leaves_the_older_one_and_its_records(void **state)
{
    struct fixture *fixture = *state;
    fixture_stage(fixture, 0, 100);
    assert_int_equal(journal_flush(fixture->journal), STATUS_OK);
    fault_arm(0, EIO, FAULT_ONCE);
    assert_int_equal(fixture_checkpoint(fixture, 9), STATUS_STORAGE_FAILED);
    assert_true(fault_disarm());
    assert_true(journal_used_bytes(fixture->journal) > 0);
    fixture_close(fixture);
    assert_int_equal(fixture_open(fixture), STATUS_OK);
    assert_int_equal(fixture_state(fixture), 0);
    assert_int_equal(fixture_replay(fixture, 0), 1);
}

static void a_journal_whose_making_failed_is_not_there(void **state)
{
    struct fixture *fixture = *state;
    char *left_over = temp_folder_join(fixture->folder, "journal.new");
    static const int errors[] = {EIO, ENOSPC};
    for (int i = 0; i < 2; i++) {
        bool has_failed = true;
        for (unsigned calls = 0; has_failed; calls++) {
            fixture_close(fixture);
            assert_int_equal(unlink(fixture->path), calls == 0 ? 0 : -1);
            fault_arm(calls, errors[i], FAULT_ONCE);
            enum status err = fixture_make(fixture);
            has_failed = fault_disarm();
            assert_int_equal(err != STATUS_OK, has_failed);
            assert_int_equal(access(fixture->path, F_OK), has_failed ? -1 : 0);
            assert_int_equal(access(left_over, F_OK), -1);
            assert_true(calls < FAULTS_MAX);
        }
    }
    free(left_over);
}

static enum status count(void *context, const uint8_t *bytes, size_t size)
{
    uint64_t *number = context;
    assert_true(fixture_is_record(*number, bytes, size));
    ++*number;
    return STATUS_OK;
}

/* Taken for the end, it would have lost the records behind it for good. */
static void what_can_not_be_read_is_a_failure_and_not_the_end(void **state)
{
    struct fixture *fixture = *state;
    bool has_failed = true;
    unsigned refusals = 0;
    for (uint64_t i = 0; i < RECORDS; i++)
        fixture_stage(fixture, i, 100);
    assert_int_equal(journal_flush(fixture->journal), STATUS_OK);
    for (unsigned calls = 0; has_failed; calls++) {
        uint64_t records = 0;
        fixture_close(fixture);
        fault_arm_reads(calls);
        enum status err = fixture_open(fixture);
        if (err == STATUS_OK)
            err = journal_replay(fixture->journal, count, &records, fixture->problem);
        has_failed = fault_disarm();
        if (err == STATUS_OK) assert_int_equal(records, RECORDS); /* a slot has a copy */
        if (err != STATUS_OK) assert_int_equal(err, STATUS_STORAGE_FAILED);
        assert_true(has_failed || err == STATUS_OK);
        refusals += err != STATUS_OK;
        assert_true(calls < FAULTS_MAX);
    }
    assert_true(refusals >= 2 * RECORDS);
}

static enum status refuse(void *context, const uint8_t *bytes, size_t size)
{
    (void)bytes, (void)size;
    uint64_t *left = context;
    return (*left)-- > 0 ? STATUS_OK : STATUS_STORAGE_FULL;
}

static void a_replay_that_was_refused_can_be_begun_again(void **state)
{
    struct fixture *fixture = *state;
    for (uint64_t i = 0; i < RECORDS; i++)
        fixture_stage(fixture, i, 100);
    assert_int_equal(journal_flush(fixture->journal), STATUS_OK);
    for (uint64_t good = 0; good < RECORDS; good++) {
        uint64_t left = good;
        fixture_close(fixture);
        assert_int_equal(fixture_open(fixture), STATUS_OK);
        assert_int_equal(journal_replay(fixture->journal, refuse, &left, fixture->problem),
                         STATUS_STORAGE_FULL);
    }
    assert_int_equal(fixture_reopen(fixture, 0), RECORDS);
}

/* @return How many writes, flushes and allocations it takes. */
static unsigned calls_to_make(struct fixture *fixture, enum journal_room room)
{
    enum status err = STATUS_STORAGE_FAILED;
    unsigned calls = 0;
    for (;; calls++) {
        fixture_close(fixture);
        fault_arm(calls, EIO, FAULT_ONCE);
        err = fixture_make_in(fixture, room);
        if (!fault_disarm()) break;
        assert_true(calls < FAULTS_MAX);
    }
    assert_int_equal(err, STATUS_OK);
    return calls;
}

/* The file system of the folder must be able to reserve room, as all that are used for it are. */
static void room_that_is_only_reserved_is_not_written_and_takes_records(void **state)
{
    struct fixture *fixture = *state;
    unsigned written = calls_to_make(fixture, JOURNAL_ROOM_WRITTEN);
    assert_int_equal(calls_to_make(fixture, JOURNAL_ROOM_RESERVED), written - 1);
    assert_int_equal(fixture_replay(fixture, 0), 0);
    go_near_the_end(fixture);
    for (uint64_t i = 0; i < RECORDS; i++)
        fixture_stage(fixture, i, 100);
    assert_int_equal(journal_flush(fixture->journal), STATUS_OK);
    assert_int_equal(fixture_reopen(fixture, 0), RECORDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_flush_that_failed_fails_for_good_and_leaves_a_prefix),
        FIXTURE_TEST(a_checkpoint_that_failed_leaves_the_older_one_and_its_records),
        FIXTURE_TEST(a_journal_whose_making_failed_is_not_there),
        FIXTURE_TEST(what_can_not_be_read_is_a_failure_and_not_the_end),
        FIXTURE_TEST(a_replay_that_was_refused_can_be_begun_again),
        FIXTURE_TEST(room_that_is_only_reserved_is_not_written_and_takes_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
