/* journal_damage_test.c -- What a power cut or a bad disk leaves of a journal. */
#include "tests/journal/fixture.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "journal/inside.h"

enum { RECORDS = 3, RECORD_BYTES = 60, WHOLE_BYTES = sizeof(struct record_head) + RECORD_BYTES };

/* Where the records of a new journal begin. */
enum { RING_AT = SLOTS * SLOT_BYTES, LAST_AT = RING_AT + (RECORDS - 1) * WHOLE_BYTES };

/* Leaves a closed journal with records 0, 1, 2. */
static struct image write_records(struct fixture *fixture)
{
    for (uint64_t i = 0; i < RECORDS; i++)
        fixture_stage(fixture, i, RECORD_BYTES);
    assert_int_equal(journal_flush(fixture->journal), STATUS_OK);
    fixture_close(fixture);
    return fixture_read_image(fixture);
}

static uint64_t count_records(struct fixture *fixture, const struct image *image)
{
    fixture_write_image(fixture, image);
    return fixture_reopen(fixture, 0);
}

static void a_record_cut_at_any_byte_leaves_all_before_it(void **state)
{
    struct fixture *fixture = *state;
    struct image image = write_records(fixture);
    assert_int_equal(count_records(fixture, &image), RECORDS);
    for (size_t i = WHOLE_BYTES; i-- > 0;) {
        image.bytes[LAST_AT + i] = 0; /* as it was before */
        assert_int_equal(count_records(fixture, &image), RECORDS - 1);
    }
    free(image.bytes);
}

static void a_record_with_any_bit_flipped_leaves_all_before_it(void **state)
{
    struct fixture *fixture = *state;
    struct image image = write_records(fixture);
    for (size_t bit = 0; bit < 8 * WHOLE_BYTES; bit++) {
        image.bytes[LAST_AT + bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(count_records(fixture, &image), RECORDS - 1);
        image.bytes[LAST_AT + bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_int_equal(count_records(fixture, &image), RECORDS);
    free(image.bytes);
}

/* After a record was lost, what lies behind it is whole and follows the number of the next. */
static void records_behind_one_that_was_lost_never_come_back(void **state)
{
    struct fixture *fixture = *state;
    struct image image = write_records(fixture);
    image.bytes[RING_AT + WHOLE_BYTES] ^= 1;
    assert_int_equal(count_records(fixture, &image), 1);
    fixture_stage(fixture, 7, RECORD_BYTES);
    assert_int_equal(journal_flush(fixture->journal), STATUS_OK);
    assert_int_equal(fixture_reopen(fixture, 7), 1);
    free(image.bytes);
}

/* The newer of the two slots, and the older one, by their numbers. */
static size_t newer_slot(const struct image *image)
{
    const struct slot *first = (const struct slot *)image->bytes;
    const struct slot *second = (const struct slot *)(image->bytes + SLOT_BYTES);
    return first->checkpoint.number > second->checkpoint.number ? 0 : SLOT_BYTES;
}

static void a_torn_checkpoint_leaves_the_older_one_and_its_records(void **state)
{
    struct fixture *fixture = *state;
    enum { USED_BYTES = offsetof(struct slot, checkpoint.state) + sizeof(uint64_t) };
    fixture_stage(fixture, 0, RECORD_BYTES);
    assert_int_equal(journal_flush(fixture->journal), STATUS_OK);
    assert_int_equal(fixture_checkpoint(fixture, 1), STATUS_OK);
    fixture_close(fixture);
    struct image image = fixture_read_image(fixture);
    size_t slot = newer_slot(&image);
    for (size_t i = 0; i < USED_BYTES; i++) {
        image.bytes[slot + i] ^= 0x10;
        fixture_write_image(fixture, &image);
        assert_int_equal(fixture_open(fixture), STATUS_OK);
        assert_int_equal(fixture_state(fixture), 0);
        assert_int_equal(fixture_replay(fixture, 0), 1);
        fixture_close(fixture);
        image.bytes[slot + i] ^= 0x10;
    }
    fixture_write_image(fixture, &image);
    assert_int_equal(fixture_open(fixture), STATUS_OK);
    assert_int_equal(fixture_state(fixture), 1);
    free(image.bytes);
}

static void a_journal_without_a_whole_checkpoint_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct image image = write_records(fixture);
    image.bytes[0] ^= 1;
    image.bytes[SLOT_BYTES] ^= 1;
    fixture_write_image(fixture, &image);
    assert_int_equal(fixture_open(fixture), STATUS_STORE_DAMAGED);
    assert_null(fixture->journal);
    free(image.bytes);
}

static void a_journal_that_was_cut_off_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct image image = write_records(fixture);
    const size_t sizes[] = {image.size - 1, LAST_AT + 10, RING_AT, RING_AT - 1, SLOT_BYTES, 1, 0};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        assert_int_equal(truncate(fixture->path, (off_t)sizes[i]), 0);
        assert_int_equal(fixture_open(fixture), STATUS_STORE_DAMAGED);
    }
    free(image.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_record_cut_at_any_byte_leaves_all_before_it),
        FIXTURE_TEST(a_record_with_any_bit_flipped_leaves_all_before_it),
        FIXTURE_TEST(records_behind_one_that_was_lost_never_come_back),
        FIXTURE_TEST(a_torn_checkpoint_leaves_the_older_one_and_its_records),
        FIXTURE_TEST(a_journal_without_a_whole_checkpoint_is_refused),
        FIXTURE_TEST(a_journal_that_was_cut_off_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
