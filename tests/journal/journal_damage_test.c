/* journal_damage_test.c -- What a power cut or a bad disk leaves of a journal. */
#include "tests/journal/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "journal/inside.h"
#include "journal/note.h"

enum { RECORDS = 3, RECORD_BYTES = 60, WHOLE_BYTES = sizeof(struct record_head) + RECORD_BYTES };

/* Where the last of the records of a new journal begins. */
enum { LAST_AT = RING_AT + (RECORDS - 1) * WHOLE_BYTES };

static void flush(struct fixture *fixture)
{
    assert_int_equal(journal_flush(fixture->journal), STATUS_OK);
}

/* As a kill leaves a journal with records 0, 1, 2. */
static struct image write_records(struct fixture *fixture, bool flush_each)
{
    for (uint64_t i = 0; i < RECORDS; i++) {
        fixture_stage(fixture, i, RECORD_BYTES);
        if (flush_each) flush(fixture);
    }
    flush(fixture);
    fixture_close(fixture);
    return fixture_read_image(fixture);
}

static uint64_t count_records(struct fixture *fixture, const struct image *image)
{
    fixture_write_image(fixture, image);
    return fixture_reopen(fixture, 0);
}

/* @return What the replay ends with; the problem is the fixture's. */
static enum status try_records(struct fixture *fixture, const struct image *image)
{
    uint64_t count;
    fixture_close(fixture);
    fixture_write_image(fixture, image);
    enum status err = fixture_open(fixture);
    return err == STATUS_OK ? fixture_try_replay(fixture, 0, &count) : err;
}

static void a_record_cut_at_any_byte_leaves_all_before_it(void **state)
{
    struct fixture *fixture = *state;
    struct image image = write_records(fixture, true);
    fixture_forget_note(fixture);
    assert_int_equal(count_records(fixture, &image), RECORDS);
    for (size_t i = WHOLE_BYTES; i-- > 0;) {
        image.bytes[LAST_AT + i] = 0; /* as it was before */
        assert_int_equal(count_records(fixture, &image), RECORDS - 1);
    }
    free(image.bytes);
}

static void a_flush_that_was_torn_may_lack_any_of_its_records(void **state)
{
    struct fixture *fixture = *state;
    struct image image = write_records(fixture, false);
    fixture_forget_note(fixture);
    for (size_t lost = 0; lost < RECORDS; lost++) {
        struct image torn = {malloc(image.size), image.size};
        assert_non_null(torn.bytes);
        memcpy(torn.bytes, image.bytes, image.size);
        memset(torn.bytes + RING_AT + lost * WHOLE_BYTES, 0, WHOLE_BYTES);
        assert_int_equal(count_records(fixture, &torn), lost);
        free(torn.bytes);
    }
    free(image.bytes);
}

/* @param number  Of the record, as the journal counts. */
static void assert_named(struct fixture *fixture, const struct image *image, size_t number)
{
    char name[64];
    snprintf(name, sizeof name, "record %zu at byte %zu ", number,
             (size_t)RING_AT + (number - 1) * WHOLE_BYTES);
    assert_int_equal(try_records(fixture, image), STATUS_STORE_DAMAGED);
    if (strstr(fixture->problem, name) == NULL) fail_msg("%s: %s", name, fixture->problem);
}

static void assert_refused_with_any_bit_flipped(struct fixture *fixture, struct image *image,
                                                size_t number)
{
    size_t at = RING_AT + (number - 1) * WHOLE_BYTES;
    for (size_t bit = 0; bit < 8 * WHOLE_BYTES; bit++) {
        image->bytes[at + bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_named(fixture, image, number);
        image->bytes[at + bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void a_damaged_record_that_was_flushed_before_another_is_refused_by_name(void **state)
{
    struct fixture *fixture = *state;
    struct image image = write_records(fixture, true);
    fixture_forget_note(fixture);
    for (size_t number = 1; number < RECORDS; number++)
        assert_refused_with_any_bit_flipped(fixture, &image, number);
    free(image.bytes);
}

static void a_damaged_record_of_the_last_flush_is_refused_by_name_after_a_kill(void **state)
{
    struct fixture *fixture = *state;
    struct image image = write_records(fixture, true);
    assert_refused_with_any_bit_flipped(fixture, &image, RECORDS);
    free(image.bytes);
}

/* The checkpoint that began before they were flushed was noted after it. */
static void a_checkpoint_tells_what_was_flushed_behind_it(void **state)
{
    struct fixture *fixture = *state;
    struct journal_mark mark = journal_end(fixture->journal);
    uint64_t number = 0;
    fixture_stage(fixture, 0, RECORD_BYTES);
    flush(fixture);
    assert_int_equal(journal_checkpoint(fixture->journal, mark, &number, sizeof number, false),
                     STATUS_OK);
    fixture_close(fixture);
    struct image image = fixture_read_image(fixture);
    fixture_forget_note(fixture);
    assert_refused_with_any_bit_flipped(fixture, &image, 1);
    free(image.bytes);
}

/* What begins with a damaged size may hide where the next one begins. */
static void several_damaged_records_do_not_hide_one_another(void **state)
{
    struct fixture *fixture = *state;
    struct image image = write_records(fixture, true);
    fixture_forget_note(fixture);
    memset(image.bytes + RING_AT, 0xff, (RECORDS - 1) * WHOLE_BYTES);
    assert_named(fixture, &image, 1);
    free(image.bytes);
}

static void write_note(const struct fixture *fixture, const struct note *note)
{
    FILE *file = fopen(fixture->note_path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(note, sizeof *note, 1, file), 1);
    assert_int_equal(fclose(file), 0);
}

static struct note read_note(const struct fixture *fixture)
{
    struct note note;
    FILE *file = fopen(fixture->note_path, "r");
    assert_non_null(file);
    assert_int_equal(fread(&note, sizeof note, 1, file), 1);
    fclose(file);
    return note;
}

/* Whoever lost the last record is told nothing by it. */
static void a_note_that_is_damaged_says_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct image image = write_records(fixture, true);
    struct note note = read_note(fixture);
    image.bytes[LAST_AT] ^= 1;
    assert_int_equal(try_records(fixture, &image), STATUS_STORE_DAMAGED);
    for (size_t bit = 0; bit < 8 * sizeof note; bit++) {
        struct note damaged = note;
        ((uint8_t *)&damaged)[bit / 8] ^= (uint8_t)(1 << bit % 8);
        write_note(fixture, &damaged);
        assert_int_equal(count_records(fixture, &image), RECORDS - 1);
    }
    free(image.bytes);
}

static void a_note_of_another_life_or_journal_says_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct image image = write_records(fixture, true);
    struct note note = read_note(fixture);
    fixture_write_image(fixture, &image);
    assert_int_equal(fixture_reopen(fixture, 0), RECORDS);
    write_note(fixture, &note);
    assert_int_equal(fixture_reopen(fixture, 0), 0);
    fixture_close(fixture);
    assert_int_equal(unlink(fixture->path), 0);
    assert_int_equal(fixture_make(fixture), STATUS_OK);
    assert_int_equal(fixture_replay(fixture, 0), 0);
    write_note(fixture, &note);
    assert_int_equal(fixture_reopen(fixture, 0), 0);
    free(image.bytes);
}

/* After a record was lost, what lies behind it is whole and follows the number of the next. */
static void records_behind_one_that_was_lost_never_come_back(void **state)
{
    struct fixture *fixture = *state;
    struct image image = write_records(fixture, false);
    fixture_forget_note(fixture);
    image.bytes[RING_AT + WHOLE_BYTES] ^= 1;
    assert_int_equal(count_records(fixture, &image), 1);
    fixture_stage(fixture, 7, RECORD_BYTES);
    flush(fixture);
    assert_int_equal(fixture_reopen(fixture, 7), 1);
    free(image.bytes);
}

/* --- Checkpoints ------------------------------------------------------------------------------ */

enum { USED_SLOT_BYTES = offsetof(struct slot, checkpoint.state) + sizeof(uint64_t) };

/* Two checkpoints: number 0 with record 0 after it, and number 1. */
static struct image write_checkpoints(struct fixture *fixture)
{
    fixture_stage(fixture, 0, RECORD_BYTES);
    flush(fixture);
    assert_int_equal(fixture_checkpoint(fixture, 1), STATUS_OK);
    fixture_close(fixture);
    return fixture_read_image(fixture);
}

/* The first slot of the pair that was written last. */
static size_t newer_pair(const struct image *image)
{
    enum { PAIR_BYTES = SLOT_COPIES * SLOT_BYTES };
    const struct slot *first = (const struct slot *)image->bytes;
    const struct slot *second = (const struct slot *)(image->bytes + PAIR_BYTES);
    return first->checkpoint.number > second->checkpoint.number ? 0 : PAIR_BYTES;
}

static void assert_state(struct fixture *fixture, const struct image *image, uint64_t number)
{
    fixture_write_image(fixture, image);
    assert_int_equal(fixture_open(fixture), STATUS_OK);
    assert_int_equal(fixture_state(fixture), number);
    assert_int_equal(fixture_replay(fixture, 0), number == 0 ? 1 : 0);
    fixture_close(fixture);
}

/* The other one of the pair still has the checkpoint before the older. */
static void a_torn_checkpoint_leaves_the_older_one_and_its_records(void **state)
{
    struct fixture *fixture = *state;
    fixture_close(fixture);
    struct image before = fixture_read_image(fixture);
    assert_int_equal(fixture_reopen(fixture, 0), 0);
    struct image image = write_checkpoints(fixture);
    size_t first = newer_pair(&image), second = first + SLOT_BYTES;
    memcpy(image.bytes + second, before.bytes + second, SLOT_BYTES);
    for (size_t i = 0; i < USED_SLOT_BYTES; i++) {
        image.bytes[first + i] ^= 0x10;
        assert_state(fixture, &image, 0);
        image.bytes[first + i] ^= 0x10;
    }
    assert_state(fixture, &image, 1);
    free(before.bytes);
    free(image.bytes);
}

static void a_checkpoint_has_a_copy_that_damage_does_not_reach(void **state)
{
    struct fixture *fixture = *state;
    struct image image = write_checkpoints(fixture);
    for (size_t slot = 0; slot < SLOTS; slot++) {
        for (size_t i = 0; i < USED_SLOT_BYTES; i++) {
            image.bytes[slot * SLOT_BYTES + i] ^= 0x10;
            assert_state(fixture, &image, 1);
            image.bytes[slot * SLOT_BYTES + i] ^= 0x10;
        }
    }
    free(image.bytes);
}

/* It may have been the newer one: what the other pair has may be written over. */
static void a_checkpoint_whose_copies_are_both_damaged_is_refused_by_name(void **state)
{
    struct fixture *fixture = *state;
    struct image image = write_checkpoints(fixture);
    for (size_t pair = 0; pair < SLOT_PAIRS; pair++) {
        for (size_t copy = 0; copy < SLOT_COPIES; copy++)
            image.bytes[(pair * SLOT_COPIES + copy) * SLOT_BYTES + 20] ^= 1;
        assert_int_equal(try_records(fixture, &image), STATUS_STORE_DAMAGED);
        assert_non_null(strstr(fixture->problem, "both copies of a checkpoint"));
        for (size_t copy = 0; copy < SLOT_COPIES; copy++)
            image.bytes[(pair * SLOT_COPIES + copy) * SLOT_BYTES + 20] ^= 1;
    }
    free(image.bytes);
}

static void a_journal_without_a_whole_checkpoint_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct image image = write_records(fixture, true);
    for (size_t slot = 0; slot < SLOTS; slot++)
        image.bytes[slot * SLOT_BYTES] ^= 1;
    fixture_write_image(fixture, &image);
    assert_int_equal(fixture_open(fixture), STATUS_STORE_DAMAGED);
    assert_non_null(strstr(fixture->problem, "no checkpoint that is whole"));
    assert_null(fixture->journal);
    free(image.bytes);
}

static void a_journal_that_was_cut_off_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct image image = write_records(fixture, true);
    const size_t sizes[] = {image.size - 1, LAST_AT + 10, RING_AT, RING_AT - 1, SLOT_BYTES, 1, 0};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        assert_int_equal(truncate(fixture->path, (off_t)sizes[i]), 0);
        assert_int_equal(fixture_open(fixture), STATUS_STORE_DAMAGED);
        assert_non_null(strstr(fixture->problem, "cut off"));
    }
    free(image.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_record_cut_at_any_byte_leaves_all_before_it),
        FIXTURE_TEST(a_flush_that_was_torn_may_lack_any_of_its_records),
        FIXTURE_TEST(a_damaged_record_that_was_flushed_before_another_is_refused_by_name),
        FIXTURE_TEST(a_damaged_record_of_the_last_flush_is_refused_by_name_after_a_kill),
        FIXTURE_TEST(a_checkpoint_tells_what_was_flushed_behind_it),
        FIXTURE_TEST(several_damaged_records_do_not_hide_one_another),
        FIXTURE_TEST(a_note_that_is_damaged_says_nothing),
        FIXTURE_TEST(a_note_of_another_life_or_journal_says_nothing),
        FIXTURE_TEST(records_behind_one_that_was_lost_never_come_back),
        FIXTURE_TEST(a_torn_checkpoint_leaves_the_older_one_and_its_records),
        FIXTURE_TEST(a_checkpoint_has_a_copy_that_damage_does_not_reach),
        FIXTURE_TEST(a_checkpoint_whose_copies_are_both_damaged_is_refused_by_name),
        FIXTURE_TEST(a_journal_without_a_whole_checkpoint_is_refused),
        FIXTURE_TEST(a_journal_that_was_cut_off_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
