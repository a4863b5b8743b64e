/* follow_newer_test.c -- A store whose log is of a later version does not take its records for
 * damaged ones, and does not apply them. */
#include <stdlib.h>
#include <string.h>

#include "log/memory/memory.h"
#include "store/bytes.h"
#include "store/record_head.h"
#include "store/redo.h"
#include "tests/store/fixture.h"

enum { USER = 1, BALANCE = 7, KEY_BYTES = 8, CHANGE_BYTES = 64 };

static const struct store_shop shop = {{1}};

struct follower {
    struct fixture *fixture;
    struct memory_log *memory;
    struct log *log;
};

static int64_t now_ns(void *context)
{
    (void)context;
    return 1;
}

/* A folder of one machine that has a wallet, and from then on follows a log. */
static int set_up(void **state)
{
    struct follower *follower = calloc(1, sizeof *follower);
    void *made;
    assert_int_equal(fixture_set_up(&made), 0);
    struct fixture *fixture = follower->fixture = made;
    assert_int_equal(fixture_write_wallet(fixture, USER, BALANCE), STATUS_OK);
    fixture->options.shop = &shop;
    fixture_reopen(fixture);
    follower->memory =
        memory_log_make(shop.bytes, store_place(fixture->store).index + 1, now_ns, NULL);
    follower->log = memory_log_open(follower->memory, shop.bytes);
    fixture->options.log = follower->log;
    fixture_reopen(fixture);
    *state = follower;
    return 0;
}

static int tear_down(void **state)
{
    struct follower *follower = *state;
    void *made = follower->fixture;
    fixture_close(follower->fixture);
    log_close(follower->log);
    memory_log_free(follower->memory);
    free(follower);
    return fixture_tear_down(&made);
}

/* A change that puts a record of a format, as redo.c lays it out. @return Its size. */
static size_t make_change(uint8_t bytes[CHANGE_BYTES], uint8_t format)
{
    const uint8_t key[KEY_BYTES] = {0, 0, 0, 0, 0, 0, 0, USER};
    uint8_t value[RECORD_HEAD_BYTES + 1] = {0};
    const uint8_t head[] = {REDO_PUT, TREE_USERS, sizeof key, 0, sizeof value, 0, 0, 0};
    const struct writer record = {.start = value, .at = value + sizeof value, .format = format};
    record_head_fill(TREE_USERS, key, sizeof key, &record);
    memcpy(bytes, head, sizeof head);
    memcpy(bytes + sizeof head, key, sizeof key);
    memcpy(bytes + sizeof head + sizeof key, value, sizeof value);
    return sizeof head + sizeof key + sizeof value;
}

static enum status follow(struct follower *follower, uint8_t format)
{
    uint8_t redo[CHANGE_BYTES];
    struct store *store = follower->fixture->store;
    const struct log_entry entry = {.kind = LOG_START,
                                    .index = store_applied(store).index + 1,
                                    .epoch = 1,
                                    .redo = redo,
                                    .redo_size = make_change(redo, format)};
    return store_follow(store, &entry);
}

static void records_of_a_later_format_are_not_applied(void **state)
{
    struct follower *follower = *state;
    struct store *store = follower->fixture->store;
    struct log_place before = store_applied(store);
    assert_int_equal(follow(follower, STORE_FORMAT_VERSION + 1), STATUS_LOG_NEWER);
    assert_int_equal(store_applied(store).index, before.index);
    assert_int_equal(fixture_read_wallet(follower->fixture, USER), BALANCE);
}

/* The same of this one says no place: no leader made it. */
static void an_entry_without_its_place_is_damaged(void **state)
{
    assert_int_equal(follow(*state, STORE_FORMAT_VERSION), STATUS_LOG_DAMAGED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(records_of_a_later_format_are_not_applied, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_entry_without_its_place_is_damaged, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
