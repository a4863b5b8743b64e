/* upgrade_slices_test.c -- An upgrade is made in slices: whatever moment it is interrupted at, the
 * next opening goes on and comes to the same store. */
#include "tests/store/old_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store/inside.h"
#include "store/upgrade.h"
#include "store/upgrade_moves.h"
#include "store/upgrade_place.h"
#include "tests/lib/fault.h"
#include "tests/lib/temp_folder.h"

enum { USERS = 400, CONCERTS = 60, SMALL_ROOM_BYTES = 2 * 1024, SLICES_MAX = 512, CALLS_MIN = 40 };

/* What the folder has at the beginning of each slice: what `kill -9` would leave there. */
struct pictures {
    bool is_only_followed;
    const char *path;
    char *folders[SLICES_MAX];
    unsigned count;
    unsigned gone_on;  /* slices that went on in the middle of a step */
    unsigned in_past;  /* that went through less than the one before */
    uint64_t began_at; /* records and steps that had been gone through before the first one */
    bool has_begun;
    unsigned ends; /* of steps */
    struct store_upgrading last;
};

/* @return Whether a slice is about to begin. */
static bool follow(struct pictures *pictures, const struct store_upgrading *progress)
{
    assert_int_equal(progress->to, STORE_FORMAT_VERSION);
    assert_true(progress->number < progress->steps);
    assert_in_range(progress->from, STORE_FORMAT_OLDEST, STORE_FORMAT_VERSION - 1);
    assert_non_null(progress->step);
    pictures->ends += progress->is_over;
    if (progress->is_over) return false;
    if (progress->number == pictures->last.number) {
        pictures->gone_on += progress->done > 0;
        pictures->in_past += progress->done < pictures->last.done;
    }
    if (!pictures->has_begun)
        pictures->began_at = progress->done + upgrade_steps_count - progress->steps;
    pictures->has_begun = true;
    pictures->last = *progress;
    return true;
}

static void take_picture(void *context, const struct store_upgrading *progress)
{
    struct pictures *pictures = context;
    if (!follow(pictures, progress)) return;
    if (pictures->is_only_followed) return;
    assert_true(pictures->count < SLICES_MAX);
    char *folder = temp_folder_make();
    pictures->folders[pictures->count++] = folder;
    old_store_copy(pictures->path, folder);
}

static void upgrade_with_pictures(struct fixture *fixture, struct pictures *pictures)
{
    fixture->options.upgrading = take_picture;
    fixture->options.upgrading_context = pictures;
    fixture->options.room_bytes = SMALL_ROOM_BYTES;
    assert_int_equal(fixture_open(fixture), STATUS_OK);
}

/* --- Interruptions ---------------------------------------------------------------------------- */

static void an_upgrade_killed_at_the_beginning_of_any_slice_goes_on(void **state)
{
    struct fixture *fixture = *state;
    struct pictures pictures = {.path = fixture->path};
    unsigned went_on = 0;
    old_store_make(fixture, USERS, CONCERTS);
    struct store_dump expected = old_store_upgrade_copy(fixture);
    upgrade_with_pictures(fixture, &pictures);
    assert_int_equal(store_upgraded_from(fixture->store), 1);
    assert_int_equal(pictures.last.number + 1, pictures.last.steps);
    assert_int_equal(pictures.ends, upgrade_steps_count);
    assert_true(pictures.gone_on >= 10);
    assert_int_equal(pictures.in_past, 0);
    for (unsigned i = 0; i < pictures.count; i++) {
        struct pictures none = {.is_only_followed = true};
        fixture->options.upgrading_context = &none;
        uint32_t from = old_store_check(&fixture->options, pictures.folders[i], &expected);
        assert_in_range(from, STORE_FORMAT_OLDEST, STORE_FORMAT_VERSION - 1);
        temp_folder_remove(pictures.folders[i]);
        went_on += none.began_at > 0;
    }
    assert_true(went_on > pictures.count / 2);
    free(expected.bytes);
}

/* @return Whether the call was made at all. */
static bool kill_at_call(struct fixture *fixture, unsigned calls, const struct store_dump *expected)
{
    struct store_options options = fixture->options;
    struct store *store;
    char problem[STORE_PROBLEM_BYTES];
    char *folder = temp_folder_make();
    old_store_copy(fixture->path, folder);
    options.path = folder;
    fault_arm(calls, EIO, FAULT_FROM_THEN_ON); /* nothing is written any more: it is dead */
    enum status err = store_open(&options, problem, &store);
    bool was_killed = fault_disarm();
    if (err == STATUS_OK) store_close(store);
    uint32_t upgraded_from = old_store_check(&options, folder, expected);
    assert_true(was_killed ? upgraded_from < STORE_FORMAT_VERSION : upgraded_from == 0);
    temp_folder_remove(folder);
    return was_killed;
}

static void an_upgrade_killed_at_any_write_or_flush_goes_on(void **state)
{
    struct fixture *fixture = *state;
    unsigned calls = 0;
    fixture->options.room_bytes = SMALL_ROOM_BYTES;
    old_store_make(fixture, USERS / 4, CONCERTS / 2);
    struct store_dump expected = old_store_upgrade_copy(fixture);
    while (kill_at_call(fixture, calls, &expected))
        calls++;
    assert_true(calls >= CALLS_MIN);
    free(expected.bytes);
}

/* --- A place to go on from -------------------------------------------------------------------- */

static enum status look_for_place(struct store_txn *txn, void *context)
{
    struct upgrade_place place;
    (void)context;
    return upgrade_place_get(txn, &place) ? STATUS_OK : STATUS_NOT_YET;
}

static void a_place_is_read_as_it_was_put(void **state)
{
    struct fixture *fixture = *state;
    struct upgrade_place place = {.format = 7, .number = 3, .done = UINT64_MAX - 1};
    for (unsigned i = 0; i < KEY_BYTES_MAX; i++)
        key_add_u8(&place.last, (uint8_t)(i + 1));
    struct upgrade_place found = {0};
    MDB_txn *mdb;
    struct store_txn txn = {.trees = fixture->store->environment.trees, .may_write = true};
    assert_int_equal(mdb_txn_begin(fixture->store->environment.env, NULL, 0, &mdb), MDB_SUCCESS);
    txn.mdb = mdb;
    upgrade_place_put(&txn, &place);
    assert_true(upgrade_place_get(&txn, &found));
    assert_int_equal(found.format, place.format);
    assert_int_equal(found.number, place.number);
    assert_int_equal(found.done, place.done);
    assert_int_equal(found.last.size, place.last.size);
    assert_memory_equal(found.last.bytes, place.last.bytes, place.last.size);
    upgrade_place_delete(&txn);
    assert_false(upgrade_place_get(&txn, &found));
    mdb_txn_abort(mdb);
}

static void no_place_is_left_when_all_is_done(void **state)
{
    struct fixture *fixture = *state;
    old_store_make(fixture, USERS, CONCERTS);
    assert_int_equal(fixture_open(fixture), STATUS_OK);
    assert_int_equal(store_read(fixture->store, look_for_place, NULL), STATUS_NOT_YET);
    fixture_reopen(fixture);
    assert_int_equal(store_upgraded_from(fixture->store), 0);
}

/* --- Records that move ------------------------------------------------------------------------ */

static void ignore(void *context, uint64_t done)
{
    (void)context;
    (void)done;
}

static void check_order(const struct upgrade_moves *moves)
{
    for (size_t i = 1; i < moves->count; i++)
        assert_true(memcmp(moves->moves[i - 1].id, moves->moves[i].id, ID_BYTES) < 0);
}

static enum status gather_all(struct store_txn *txn, void *context)
{
    enum { AT_ONCE = 50 };
    struct upgrade_moves moves = {0};
    struct upgrade_place place = {.format = 2};
    size_t *gathered = context;
    assert_true(upgrade_moves_init(&moves, AT_ONCE * sizeof *moves.moves));
    while (!moves.is_over) {
        upgrade_moves_gather(&moves, txn, TREE_USERS, &upgrade_ledger_ids, &place, ignore, NULL);
        assert_in_range(moves.count, 0, AT_ONCE);
        assert_true(moves.after.done > place.done || moves.is_over);
        check_order(&moves);
        *gathered += moves.put = moves.count;
        place = moves.after;
    }
    assert_int_equal(place.done, 2 * USERS); /* a wallet and an entry each */
    upgrade_moves_deinit(&moves);
    return STATUS_OK;
}

static void what_moves_is_gathered_in_bounded_memory_and_in_its_new_order(void **state)
{
    struct fixture *fixture = *state;
    size_t gathered = 0;
    old_store_make(fixture, USERS, CONCERTS);
    assert_int_equal(fixture_open(fixture), STATUS_OK);
    assert_int_equal(store_read(fixture->store, gather_all, &gathered), STATUS_OK);
    assert_int_equal(gathered, USERS);
}

/* --- The table -------------------------------------------------------------------------------- */

static void every_format_has_steps_in_order(void **state)
{
    uint32_t format = STORE_FORMAT_OLDEST;
    (void)state;
    for (unsigned i = 0; i < upgrade_steps_count; i++) {
        assert_true(upgrade_steps[i].format == format || upgrade_steps[i].format == format + 1);
        assert_int_not_equal(upgrade_steps[i].format, STORE_FORMAT_OLDEST);
        assert_non_null(upgrade_steps[i].name);
        assert_true((upgrade_steps[i].change == NULL) != (upgrade_steps[i].mover == NULL));
        format = upgrade_steps[i].format;
    }
    assert_int_equal(format, STORE_FORMAT_VERSION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_format_has_steps_in_order),
        FIXTURE_TEST(a_place_is_read_as_it_was_put),
        FIXTURE_TEST(what_moves_is_gathered_in_bounded_memory_and_in_its_new_order),
        FIXTURE_TEST(no_place_is_left_when_all_is_done),
        FIXTURE_TEST(an_upgrade_killed_at_any_write_or_flush_goes_on),
        FIXTURE_TEST(an_upgrade_killed_at_the_beginning_of_any_slice_goes_on),
    };
    return cmocka_run_group_tests_name("upgrade slices", tests, NULL, NULL);
}
