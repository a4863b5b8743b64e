/* upgrade_cut_test.c -- Power cuts at every write and flush of an upgrade, and again and again: the
 * next opening goes on and comes to the same store. */
#include "tests/store/old_store.h"

#include <stdlib.h>

#include "tests/lib/temp_folder.h"
#include "tests/store/power.h"

enum {
    USERS = 60,
    CONCERTS = 20,
    SMALL_ROOM_BYTES = 1024,
    CALLS_MIN = 40,
    CUTS_MAX = 2000,
};

/* Opens the store in `folder`, which is removed, and has the power cut after so many calls.
 * @param ret_left  What the cut leaves, to be removed by the caller. @return Whether it came. */
static bool cut(const struct fixture *fixture, char *folder, unsigned calls, uint64_t seed,
                char **ret_left)
{
    struct store_options options = fixture->options;
    struct store *store = NULL;
    char problem[STORE_PROBLEM_BYTES];
    char *parent = temp_folder_make_simulated();
    char *left = temp_folder_join(parent, "left");
    options.path = folder;
    power_begin(folder, left, calls, seed);
    assert_int_equal(store_open(&options, problem, &store), STATUS_OK);
    bool was_cut = power_is_cut();
    power_cut();
    store_close(store);
    power_end();
    temp_folder_remove(folder);
    *ret_left = temp_folder_make_simulated();
    old_store_copy(left, *ret_left);
    temp_folder_remove(left);
    temp_folder_remove(parent);
    return was_cut;
}

static char *copy_of(const struct fixture *fixture)
{
    char *folder = temp_folder_make_simulated();
    old_store_copy(fixture->path, folder);
    return folder;
}

static void an_upgrade_cut_at_any_write_or_flush_goes_on(void **state)
{
    struct fixture *fixture = *state;
    fixture->options.room_bytes = SMALL_ROOM_BYTES;
    old_store_make(fixture, USERS, CONCERTS);
    struct store_dump expected = old_store_upgrade_copy(fixture);
    unsigned calls = 0;
    bool was_cut = true;
    for (; was_cut; calls++) {
        char *left;
        was_cut = cut(fixture, copy_of(fixture), calls, calls, &left);
        uint32_t upgraded_from = old_store_check(&fixture->options, left, &expected);
        assert_true(was_cut ? upgraded_from < STORE_FORMAT_VERSION : upgraded_from == 0);
        temp_folder_remove(left);
    }
    assert_true(calls >= CALLS_MIN);
    free(expected.bytes);
}

/* Each life comes a little further, or else the next one has more time. */
static void an_upgrade_cut_again_and_again_comes_to_its_end(void **state)
{
    struct fixture *fixture = *state;
    fixture->options.room_bytes = SMALL_ROOM_BYTES;
    old_store_make(fixture, USERS, CONCERTS);
    struct store_dump expected = old_store_upgrade_copy(fixture);
    char *folder = copy_of(fixture);
    unsigned cuts = 0;
    while (cut(fixture, folder, cuts, cuts, &folder))
        assert_true(++cuts < CUTS_MAX);
    old_store_check(&fixture->options, folder, &expected);
    temp_folder_remove(folder);
    free(expected.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(an_upgrade_cut_at_any_write_or_flush_goes_on),
        FIXTURE_TEST(an_upgrade_cut_again_and_again_comes_to_its_end),
    };
    return cmocka_run_group_tests_name("upgrade cut", tests, NULL, NULL);
}
