/* recovery_test.c -- What a store makes of the journal that a crash leaves: of one that is damaged,
 * and of one of version 0.1.0. */
#include "tests/store/fixture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/require.h"
#include "journal/inside.h"
#include "store/inside.h"
#include "store/record.h"
#include "tests/lib/fault.h"
#include "tests/lib/old_journal.h"
#include "tests/lib/temp_folder.h"

enum { WRITES = 300, WALLETS = 12, FAULTS_MAX = 200, UNCHECKED = 20 };

/* --- What is in a store ----------------------------------------------------------------------- */

struct digest {
    uint64_t value;
    uint64_t records;
};

static void digest_add(struct digest *digest, struct reader bytes)
{
    for (const uint8_t *at = bytes.at; at < bytes.end; at++)
        digest->value = (digest->value ^ *at) * UINT64_C(1099511628211);
}

static bool add_record(void *context, struct reader key, struct reader value)
{
    struct digest *digest = context;
    digest_add(digest, key);
    digest_add(digest, value);
    digest->records++;
    return true;
}

static enum status digest_body(struct store_txn *txn, void *context)
{
    for (enum tree tree = 0; tree < TREES; tree++)
        record_visit(txn, tree, &(struct key){0}, add_record, context);
    return STATUS_OK;
}

/* Of every record of every tree. */
static struct digest store_digest(struct store *store)
{
    struct digest digest = {.value = UINT64_C(14695981039346656037)};
    assert_int_equal(store_read(store, digest_body, &digest), STATUS_OK);
    return digest;
}

/* --- What a crash leaves ---------------------------------------------------------------------- */

static enum status put_wallets(struct store_txn *txn, void *context)
{
    const uint64_t *number = context;
    for (uint64_t i = 0; i < WALLETS; i++)
        wallet_put(txn, &(struct wallet){.user_id = *number % 50 * WALLETS + i + 1,
                                         .balance = (int64_t)*number});
    return STATUS_OK;
}

/* Over several rounds of the ring and several checkpoints. */
static void use_store(struct fixture *fixture)
{
    fixture_close(fixture);
    fixture->options.path = temp_folder_join(fixture->parent, "used");
    fixture->options.journal_bytes = JOURNAL_RING_BYTES_MIN;
    fixture->options.room_bytes = 32 * 1024;
    assert_int_equal(fixture_open(fixture), STATUS_OK);
    for (uint64_t number = 1; number <= WRITES; number++) {
        assert_int_equal(store_write(fixture->store, put_wallets, &number), STATUS_OK);
        if (number % 3 == 0) assert_int_equal(store_flush(fixture->store), STATUS_OK);
        if (number < WRITES - UNCHECKED)
            assert_int_equal(store_checkpoint(fixture->store), STATUS_OK);
    }
    assert_int_equal(store_flush(fixture->store), STATUS_OK);
}

static void use_store_end(struct fixture *fixture)
{
    fixture_close(fixture);
    free((char *)fixture->options.path);
    fixture->options.path = fixture->path;
}

/* A store as a kill leaves it, to be opened again and again. */
struct crashed {
    struct fixture fixture;
    char *from;
    char *journal;
};

static struct crashed crashed_make(const struct fixture *used)
{
    struct crashed crashed = {.fixture = {.options = used->options}};
    crashed.from = temp_folder_join(used->parent, "image");
    crashed.fixture.path = temp_folder_join(used->parent, "crashed");
    crashed.fixture.options.path = crashed.fixture.path;
    crashed.journal = temp_folder_join(crashed.from, "onsale.journal");
    REQUIRE(mkdir(crashed.from, 0700) == 0 && mkdir(crashed.fixture.path, 0700) == 0);
    temp_folder_copy_file(used->options.path, crashed.from, "data.mdb");
    temp_folder_copy_file(used->options.path, crashed.from, "onsale.journal");
    temp_folder_copy_file(used->options.path, crashed.from, "onsale.journal.flushed");
    return crashed;
}

static enum status crashed_open(struct crashed *crashed)
{
    fixture_close(&crashed->fixture);
    temp_folder_copy_file(crashed->from, crashed->fixture.path, "data.mdb");
    temp_folder_copy_file(crashed->from, crashed->fixture.path, "onsale.journal");
    temp_folder_copy_file(crashed->from, crashed->fixture.path, "onsale.journal.flushed");
    return fixture_open(&crashed->fixture);
}

static void crashed_free(struct crashed *crashed)
{
    fixture_close(&crashed->fixture);
    free(crashed->journal);
    free(crashed->from);
    free(crashed->fixture.path);
}

static void assert_comes_back(struct crashed *crashed, struct digest wanted)
{
    assert_int_equal(crashed_open(crashed), STATUS_OK);
    struct digest found = store_digest(crashed->fixture.store);
    assert_int_equal(found.records, wanted.records);
    assert_int_equal(found.value, wanted.value);
}

/* --- Damage ----------------------------------------------------------------------------------- */

struct region {
    size_t begin;
    size_t end;
    size_t stride;
};

static void flip(const char *path, size_t byte, unsigned bit)
{
    FILE *file = fopen(path, "r+");
    REQUIRE(file != NULL && fseek(file, (long)byte, SEEK_SET) == 0);
    int found = fgetc(file);
    REQUIRE(found != EOF && fseek(file, (long)byte, SEEK_SET) == 0);
    REQUIRE(fputc(found ^ 1 << bit, file) != EOF && fclose(file) == 0);
}

struct counts {
    unsigned same;
    unsigned refused;
};

static void try_flip(struct crashed *crashed, struct digest wanted, size_t byte, unsigned bit,
                     struct counts *counts)
{
    flip(crashed->journal, byte, bit);
    enum status err = crashed_open(crashed);
    if (err == STATUS_OK) {
        struct digest found = store_digest(crashed->fixture.store);
        if (found.value != wanted.value) fail_msg("byte %zu bit %u: other records", byte, bit);
        counts->same++;
    } else {
        bool is_named = strstr(crashed->fixture.problem, "onsale.journal is damaged") != NULL &&
                        strstr(crashed->fixture.problem, crashed->fixture.path) != NULL;
        if (err != STATUS_STORE_DAMAGED || !is_named)
            fail_msg("byte %zu bit %u: %d %s", byte, bit, (int)err, crashed->fixture.problem);
        counts->refused++;
    }
    flip(crashed->journal, byte, bit);
}

static void try_region(struct crashed *crashed, struct digest wanted, struct region region,
                       struct counts *counts)
{
    bool has_every_bit = getenv("ONSALE_FLIPS") != NULL;
    size_t stride = has_every_bit ? 1 : region.stride;
    for (size_t byte = region.begin; byte < region.end; byte += stride)
        for (unsigned bit = 0; bit < 8; bit++)
            if (has_every_bit || bit == byte / stride % 8)
                try_flip(crashed, wanted, byte, bit, counts);
}

/* With ONSALE_FLIPS every bit of the slots in use and of the records. */
static void no_flipped_bit_of_the_journal_brings_back_other_records(void **state)
{
    struct fixture *fixture = *state;
    struct counts counts = {0};
    use_store(fixture);
    struct digest wanted = store_digest(fixture->store);
    const struct journal *journal = fixture->store->journal;
    size_t records_at = (size_t)ring_offset(journal, atomic_load(&journal->kept_position));
    size_t records_end = (size_t)ring_offset(journal, journal_end(journal).position);
    size_t state_size;
    journal_state(journal, &state_size);
    struct crashed crashed = crashed_make(fixture);
    assert_true(records_at < records_end);
    for (size_t slot = 0; slot < SLOTS; slot++) {
        size_t end = offsetof(struct slot, checkpoint.state) + state_size;
        try_region(&crashed, wanted,
                   (struct region){slot * SLOT_BYTES, slot * SLOT_BYTES + end, 397}, &counts);
    }
    unsigned refused_before = counts.refused;
    unsigned tried_before = counts.same + counts.refused;
    try_region(&crashed, wanted, (struct region){records_at, records_end, 89}, &counts);
    print_message("%u the same, %u refused\n", counts.same, counts.refused);
    assert_int_equal(refused_before, 0);
    assert_int_equal(counts.refused, counts.same + counts.refused - tried_before);
    assert_true(counts.refused > 50);
    crashed_free(&crashed);
    use_store_end(fixture);
}

static void the_records_that_are_done_again_are_counted(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(store_redone_records(fixture->store), 0);
    for (uint64_t user = 1; user <= 7; user++)
        assert_int_equal(fixture_write_wallet(fixture, user, 5), STATUS_OK);
    fixture_crash(fixture);
    assert_int_equal(store_redone_records(fixture->store), 7);
    fixture_reopen(fixture);
    assert_int_equal(store_redone_records(fixture->store), 0);
}

/* --- Journals of version 0.1.0 ---------------------------------------------------------------- */

static bool is_old(const char *path)
{
    char problem[JOURNAL_PROBLEM_BYTES];
    struct journal *journal;
    assert_int_equal(journal_open(path, problem, &journal), STATUS_OK);
    bool is_old = journal_is_old(journal);
    journal_close(journal);
    return is_old;
}

static void an_old_journal_is_done_again_and_replaced(void **state)
{
    struct fixture *fixture = *state;
    use_store(fixture);
    struct digest wanted = store_digest(fixture->store);
    struct crashed crashed = crashed_make(fixture);
    old_journal_make(crashed.journal);
    assert_true(is_old(crashed.journal));
    assert_comes_back(&crashed, wanted);
    assert_true(store_redone_records(crashed.fixture.store) > 0);
    assert_int_equal(fixture_write_wallet(&crashed.fixture, 100000, 7), STATUS_OK);
    fixture_crash(&crashed.fixture);
    assert_int_equal(fixture_read_wallet(&crashed.fixture, 100000), 7);
    fixture_close(&crashed.fixture);
    char *journal = temp_folder_join(crashed.fixture.path, "onsale.journal");
    assert_false(is_old(journal));
    free(journal);
    crashed_free(&crashed);
    use_store_end(fixture);
}

static void an_old_journal_of_a_clean_stop_is_replaced(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(fixture_write_wallet(fixture, 7, 100), STATUS_OK);
    fixture_close(fixture);
    char *journal = temp_folder_join(fixture->path, "onsale.journal");
    old_journal_make(journal);
    assert_int_equal(fixture_open(fixture), STATUS_OK);
    assert_int_equal(fixture_read_wallet(fixture, 7), 100);
    fixture_close(fixture);
    assert_false(is_old(journal));
    free(journal);
}

static void an_old_journal_whose_replacing_failed_can_be_replaced_later(void **state)
{
    struct fixture *fixture = *state;
    bool has_failed = true;
    unsigned failures = 0;
    use_store(fixture);
    struct digest wanted = store_digest(fixture->store);
    struct crashed crashed = crashed_make(fixture);
    old_journal_make(crashed.journal);
    for (unsigned calls = 0; has_failed; calls++) {
        fault_arm(calls, EIO, FAULT_FROM_THEN_ON);
        enum status err = crashed_open(&crashed);
        has_failed = fault_disarm();
        assert_true(has_failed || err == STATUS_OK);
        if (err != STATUS_OK) assert_int_equal(fixture_open(&crashed.fixture), STATUS_OK);
        assert_int_equal(store_digest(crashed.fixture.store).value, wanted.value);
        assert_true(calls < FAULTS_MAX);
        failures += has_failed;
    }
    assert_true(failures >= 8);
    crashed_free(&crashed);
    use_store_end(fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(no_flipped_bit_of_the_journal_brings_back_other_records),
        FIXTURE_TEST(the_records_that_are_done_again_are_counted),
        FIXTURE_TEST(an_old_journal_is_done_again_and_replaced),
        FIXTURE_TEST(an_old_journal_of_a_clean_stop_is_replaced),
        FIXTURE_TEST(an_old_journal_whose_replacing_failed_can_be_replaced_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
