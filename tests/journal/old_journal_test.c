/* old_journal_test.c -- A journal of version 0.1.0 is read by the rules of that version. */
#include "tests/lib/old_journal.h"

#include <stdlib.h>

#include "journal/inside.h"
#include "journal/old.h"
#include "tests/journal/fixture.h"

enum { RECORDS = 5, RECORD_BYTES = 200, WHOLE_BYTES = sizeof(struct old_record_head) + 200 };

static struct image write_old_journal(struct fixture *fixture)
{
    for (uint64_t i = 0; i < RECORDS; i++) {
        fixture_stage(fixture, i, RECORD_BYTES);
        assert_int_equal(journal_flush(fixture->journal), STATUS_OK);
    }
    fixture_close(fixture);
    old_journal_make(fixture->path);
    return fixture_read_image(fixture);
}

static uint64_t count_records(struct fixture *fixture, const struct image *image)
{
    uint64_t count;
    fixture_close(fixture);
    fixture_write_image(fixture, image);
    assert_int_equal(fixture_open(fixture), STATUS_OK);
    assert_true(journal_is_old(fixture->journal));
    assert_int_equal(fixture_state(fixture), 0);
    assert_int_equal(fixture_try_replay(fixture, 0, &count), STATUS_OK);
    return count;
}

static void the_records_of_an_old_journal_come_back(void **state)
{
    struct fixture *fixture = *state;
    assert_false(journal_is_old(fixture->journal));
    struct image image = write_old_journal(fixture);
    assert_int_equal(count_records(fixture, &image), RECORDS);
    free(image.bytes);
}

/* It says nothing of what was flushed, so damage can't be told from a torn end. */
static void a_damaged_record_of_an_old_journal_ends_it(void **state)
{
    struct fixture *fixture = *state;
    struct image image = write_old_journal(fixture);
    for (size_t i = 0; i < RECORDS; i++) {
        image.bytes[OLD_RING_AT + i * WHOLE_BYTES + 30] ^= 1;
        assert_int_equal(count_records(fixture, &image), i);
        image.bytes[OLD_RING_AT + i * WHOLE_BYTES + 30] ^= 1;
    }
    free(image.bytes);
}

static void an_old_journal_that_was_cut_off_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct image image = write_old_journal(fixture);
    image.size -= 1;
    fixture_write_image(fixture, &image);
    assert_int_equal(fixture_open(fixture), STATUS_STORE_DAMAGED);
    free(image.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(the_records_of_an_old_journal_come_back),
        FIXTURE_TEST(a_damaged_record_of_an_old_journal_ends_it),
        FIXTURE_TEST(an_old_journal_that_was_cut_off_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
