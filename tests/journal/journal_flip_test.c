/* journal_flip_test.c -- One bit of a used journal is flipped: it has no effect, or the journal is
 * refused by name, or the records are the same. Never are they others, and never fewer but for
 * those of the last flush after a power cut that came before the note of it was on disk.
 *
 * A bit of each byte that is in use, and of some others; with ONSALE_FLIPS=all every bit. */
#include "tests/journal/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "journal/inside.h"

enum { ROUND_RECORDS = 30, RECORD_BYTES = 3000, LAST_RECORDS = 12, SMALL_RECORD_BYTES = 120 };
enum { UNUSED_STRIDE = 61 };
enum { SLOT_USED_BYTES = offsetof(struct slot, checkpoint.state) + sizeof(uint64_t) };

struct sweep {
    struct fixture *fixture;
    FILE *file;
    bool has_every_bit;
    uint64_t records;           /* all that were ever flushed */
    uint64_t before_last_flush; /* of them */
    size_t used_at;             /* where the records after the checkpoint lie in the file */
    size_t last_flush_at;
    size_t used_end;
    bool may_lose_last_flush;
    unsigned same, refused, lost;
};

static void flush(struct fixture *fixture)
{
    assert_int_equal(journal_flush(fixture->journal), STATUS_OK);
}

static size_t end_offset(const struct fixture *fixture)
{
    return (size_t)ring_offset(fixture->journal, journal_end(fixture->journal).position);
}

/* More than a round of the ring, over several checkpoints, each with the number of the record after
 * it as its state. */
static void use_journal(struct sweep *sweep)
{
    struct fixture *fixture = sweep->fixture;
    uint64_t number = 0;
    while (number < ROUND_RECORDS) {
        fixture_stage(fixture, number++, RECORD_BYTES);
        if (number % 3 == 0) flush(fixture);
        if (number % 10 == 0) assert_int_equal(fixture_checkpoint(fixture, number), STATUS_OK);
    }
    sweep->used_at = end_offset(fixture);
    for (unsigned i = 0; i < LAST_RECORDS; i++) {
        if (i == LAST_RECORDS - 2) {
            flush(fixture);
            sweep->before_last_flush = number;
            sweep->last_flush_at = end_offset(fixture);
        }
        fixture_stage(fixture, number++, SMALL_RECORD_BYTES + i);
        if (i % 2 == 0 && i < LAST_RECORDS - 2) flush(fixture);
    }
    flush(fixture);
    sweep->records = number;
    sweep->used_end = end_offset(fixture);
    assert_true(sweep->used_end > sweep->last_flush_at);
    assert_true(sweep->last_flush_at > sweep->used_at);
    fixture_close(fixture);
}

static void flip(struct sweep *sweep, size_t byte, unsigned bit)
{
    int found;
    REQUIRE(fseek(sweep->file, (long)byte, SEEK_SET) == 0);
    found = fgetc(sweep->file);
    REQUIRE(found != EOF && fseek(sweep->file, (long)byte, SEEK_SET) == 0);
    REQUIRE(fputc(found ^ 1 << bit, sweep->file) != EOF && fflush(sweep->file) == 0);
}

/* Closes without a checkpoint, so that the file stays as it is. */
static enum status look(struct sweep *sweep, uint64_t *ret_records)
{
    struct fixture *fixture = sweep->fixture;
    uint64_t count = 0, first = 0;
    enum status err = fixture_open(fixture);
    if (err == STATUS_OK) {
        first = fixture_state(fixture);
        err = fixture_try_replay(fixture, first, &count);
    }
    fixture_close(fixture);
    *ret_records = first + count;
    return err;
}

static void judge(struct sweep *sweep, size_t byte, unsigned bit)
{
    uint64_t records;
    enum status err = look(sweep, &records);
    bool is_in_last_flush = byte >= sweep->last_flush_at && byte < sweep->used_end;
    if (err == STATUS_STORE_DAMAGED && sweep->fixture->problem[0] != '\0') {
        sweep->refused++;
    } else if (err == STATUS_OK && records == sweep->records) {
        sweep->same++;
    } else if (err == STATUS_OK && records >= sweep->before_last_flush && is_in_last_flush &&
               sweep->may_lose_last_flush) {
        sweep->lost++;
    } else {
        fail_msg("byte %zu bit %u: status %d, %llu records of %llu", byte, bit, (int)err,
                 (unsigned long long)records, (unsigned long long)sweep->records);
    }
}

static void try_byte(struct sweep *sweep, size_t byte)
{
    for (unsigned bit = 0; bit < 8; bit++) {
        if (!sweep->has_every_bit && bit != byte % 8) continue;
        flip(sweep, byte, bit);
        judge(sweep, byte, bit);
        flip(sweep, byte, bit);
    }
}

static bool is_used(const struct sweep *sweep, size_t byte)
{
    if (byte < RING_AT) return byte % SLOT_BYTES < SLOT_USED_BYTES;
    return byte >= sweep->used_at && byte < sweep->used_end;
}

static void try_all(struct sweep *sweep)
{
    uint64_t records;
    sweep->same = sweep->refused = sweep->lost = 0;
    assert_int_equal(look(sweep, &records), STATUS_OK);
    assert_int_equal(records, sweep->records);
    for (size_t byte = 0; byte < RING_AT + RING_BYTES; byte++)
        if (sweep->has_every_bit || is_used(sweep, byte) || byte % UNUSED_STRIDE == 0)
            try_byte(sweep, byte);
    printf("%u the same, %u refused, %u without the last flush\n", sweep->same, sweep->refused,
           sweep->lost);
}

static struct sweep sweep_make(struct fixture *fixture)
{
    struct sweep sweep = {.fixture = fixture};
    const char *flips = getenv("ONSALE_FLIPS");
    sweep.has_every_bit = flips != NULL && strcmp(flips, "all") == 0;
    use_journal(&sweep);
    sweep.file = fopen(fixture->path, "r+");
    assert_non_null(sweep.file);
    return sweep;
}

static void no_flipped_bit_changes_what_a_killed_process_left(void **state)
{
    struct sweep sweep = sweep_make(*state);
    try_all(&sweep);
    fclose(sweep.file);
    assert_true(sweep.refused >= sweep.used_end - sweep.used_at);
}

static void no_flipped_bit_changes_more_than_the_last_flush_of_a_power_cut(void **state)
{
    struct sweep sweep = sweep_make(*state);
    sweep.may_lose_last_flush = true;
    fixture_forget_note(*state);
    try_all(&sweep);
    fclose(sweep.file);
    assert_true(sweep.refused >= sweep.last_flush_at - sweep.used_at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(no_flipped_bit_changes_what_a_killed_process_left),
        FIXTURE_TEST(no_flipped_bit_changes_more_than_the_last_flush_of_a_power_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
