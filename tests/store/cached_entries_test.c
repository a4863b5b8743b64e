#include "tests/store/fixture.h"

#include <string.h>

#include "store/inside.h"

enum {
    CONCERT = 3,
    OTHER_CONCERT = 4,
    NEIGHBOURS = QUEUE_ENTRIES_CACHED + 100,
    SMALL_MAP_BYTES = 8 * 1024 * 1024
};

static struct queue_entry make_entry(uint32_t concert_id, uint64_t number,
                                     enum queue_entry_status status)
{
    struct queue_entry entry;
    memset(&entry, 0, sizeof entry);
    entry.concert_id = concert_id;
    entry.number = number;
    entry.user_id = 1000 + number;
    entry.status = status;
    entry.entered_at_ms = 5;
    entry.expires_at_ms = 5 + (unix_ms)number;
    return entry;
}

static void check_entry(struct store_txn *txn, const struct queue_entry *wanted)
{
    struct queue_entry found;
    memset(&found, 0, sizeof found);
    assert_true(queue_entry_get(txn, wanted->concert_id, wanted->number, &found));
    assert_memory_equal(&found, wanted, sizeof found);
}

/* --- more than are kept ----------------------------------------------------------------------- */

static enum status put_crowd(struct store_txn *txn, void *context)
{
    (void)context;
    for (uint64_t number = 1; number <= NEIGHBOURS; number++)
        for (uint32_t concert = CONCERT; concert <= OTHER_CONCERT; concert++) {
            struct queue_entry entry = make_entry(concert, number, QUEUE_ENTRY_ACTIVE);
            queue_entry_put(txn, &entry);
        }
    return STATUS_OK;
}

static enum status check_crowd(struct store_txn *txn, void *context)
{
    (void)context;
    for (uint64_t number = 1; number <= NEIGHBOURS; number++)
        for (uint32_t concert = CONCERT; concert <= OTHER_CONCERT; concert++) {
            struct queue_entry entry = make_entry(concert, number, QUEUE_ENTRY_ACTIVE);
            check_entry(txn, &entry);
        }
    return STATUS_OK;
}

static void more_entries_than_are_cached_are_all_stored(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(store_write(fixture->store, put_crowd, NULL), STATUS_OK);
    assert_int_equal(store_read(fixture->store, check_crowd, NULL), STATUS_OK);
    assert_int_equal(store_write(fixture->store, check_crowd, NULL), STATUS_OK);
    fixture_reopen(fixture);
    assert_int_equal(store_write(fixture->store, check_crowd, NULL), STATUS_OK);
}

/* --- one entry -------------------------------------------------------------------------------- */

static enum status put_one(struct store_txn *txn, void *context)
{
    queue_entry_put(txn, context);
    return STATUS_OK;
}

static enum status put_one_in_vain(struct store_txn *txn, void *context)
{
    queue_entry_put(txn, context);
    return STATUS_NOT_YET;
}

static enum status check_one(struct store_txn *txn, void *context)
{
    check_entry(txn, context);
    return STATUS_OK;
}

static enum status check_gone(struct store_txn *txn, void *context)
{
    const struct queue_entry *entry = context;
    struct queue_entry found;
    assert_false(queue_entry_get(txn, entry->concert_id, entry->number, &found));
    assert_false(queue_entry_of_user(txn, entry->concert_id, entry->user_id, &found));
    return STATUS_OK;
}

static void check_stored(struct fixture *fixture, struct queue_entry entry)
{
    assert_int_equal(store_write(fixture->store, check_one, &entry), STATUS_OK);
    assert_int_equal(store_read(fixture->store, check_one, &entry), STATUS_OK);
}

static void an_entry_that_was_not_committed_is_forgotten(void **state)
{
    struct fixture *fixture = *state;
    struct queue_entry active = make_entry(CONCERT, 1, QUEUE_ENTRY_ACTIVE);
    struct queue_entry left = make_entry(CONCERT, 1, QUEUE_ENTRY_LEFT);
    assert_int_equal(store_write(fixture->store, put_one_in_vain, &active), STATUS_NOT_YET);
    assert_int_equal(store_write(fixture->store, check_gone, &active), STATUS_OK);
    assert_int_equal(store_write(fixture->store, put_one, &active), STATUS_OK);
    assert_int_equal(store_write(fixture->store, put_one_in_vain, &left), STATUS_NOT_YET);
    check_stored(fixture, active);
}

static enum status put_and_fill(struct store_txn *txn, void *context)
{
    queue_entry_put(txn, context);
    for (uint64_t user_id = 1; store_txn_failure(txn) == STATUS_OK; user_id++)
        wallet_put(txn, &(struct wallet){.user_id = user_id});
    return STATUS_OK;
}

static void an_entry_that_found_no_room_is_forgotten(void **state)
{
    struct fixture *fixture = *state;
    struct queue_entry active = make_entry(CONCERT, 1, QUEUE_ENTRY_ACTIVE);
    struct queue_entry left = make_entry(CONCERT, 1, QUEUE_ENTRY_LEFT);
    fixture->options.map_bytes = SMALL_MAP_BYTES;
    fixture_reopen(fixture);
    assert_int_equal(store_write(fixture->store, put_one, &active), STATUS_OK);
    assert_int_equal(store_write(fixture->store, put_and_fill, &left), STATUS_STORAGE_FULL);
    check_stored(fixture, active);
}

static void an_entry_goes_on_from_write_to_write(void **state)
{
    struct fixture *fixture = *state;
    struct queue_entry entry = make_entry(CONCERT, 1, QUEUE_ENTRY_WAITING);
    static const enum queue_entry_status statuses[] = {QUEUE_ENTRY_WAITING, QUEUE_ENTRY_ACTIVE,
                                                       QUEUE_ENTRY_LEFT};
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        entry.status = statuses[i];
        assert_int_equal(store_write(fixture->store, put_one, &entry), STATUS_OK);
        check_stored(fixture, entry);
    }
}

static void an_entry_with_many_holdings_is_stored_too(void **state)
{
    struct fixture *fixture = *state;
    struct queue_entry entry = make_entry(CONCERT, 1, QUEUE_ENTRY_ACTIVE);
    for (uint32_t i = 0; i < QUEUE_ENTRY_CACHED_HOLDINGS + 2; i++) {
        holdings_add(&entry.holdings, (struct holding){i + 1, 1, 7});
        assert_int_equal(store_write(fixture->store, put_one, &entry), STATUS_OK);
        check_stored(fixture, entry);
    }
    while (entry.holdings.count > 0) {
        entry.holdings.count--;
        memset(&entry.holdings.items[entry.holdings.count], 0, sizeof(struct holding));
        assert_int_equal(store_write(fixture->store, put_one, &entry), STATUS_OK);
        check_stored(fixture, entry);
    }
}

static enum status put_twice_and_delete(struct store_txn *txn, void *context)
{
    const struct queue_entry *entry = context;
    struct queue_entry found;
    queue_entry_put(txn, entry);
    queue_entry_put(txn, entry);
    queue_entry_delete(txn, entry->concert_id, entry->number);
    assert_false(queue_entry_get(txn, entry->concert_id, entry->number, &found));
    return STATUS_OK;
}

static void an_entry_that_was_deleted_does_not_come_back(void **state)
{
    struct fixture *fixture = *state;
    struct queue_entry entry = make_entry(CONCERT, 1, QUEUE_ENTRY_ACTIVE);
    assert_int_equal(store_write(fixture->store, put_one, &entry), STATUS_OK);
    assert_int_equal(store_write(fixture->store, put_twice_and_delete, &entry), STATUS_OK);
    assert_int_equal(store_write(fixture->store, check_gone, &entry), STATUS_OK);
    assert_int_equal(store_read(fixture->store, check_gone, &entry), STATUS_OK);
}

/* --- of a user -------------------------------------------------------------------------------- */

static void put_with_index(struct store_txn *txn, struct queue_entry *entry)
{
    queue_entry_put(txn, entry);
    queue_user_put(txn, entry->concert_id, entry->user_id, entry->number);
}

static void check_newest(struct store_txn *txn, uint64_t user_id, uint64_t number)
{
    struct queue_entry found;
    assert_true(queue_entry_of_user(txn, CONCERT, user_id, &found));
    assert_int_equal(found.number, number);
    assert_int_equal(found.user_id, user_id);
}

static enum status enter_again(struct store_txn *txn, void *context)
{
    uint64_t user_id = *(const uint64_t *)context;
    struct queue_entry first = make_entry(CONCERT, 1, QUEUE_ENTRY_ACTIVE);
    struct queue_entry second = make_entry(CONCERT, 2, QUEUE_ENTRY_WAITING);
    struct queue_entry found;
    first.user_id = user_id;
    second.user_id = user_id;
    put_with_index(txn, &first);
    check_newest(txn, user_id, 1);
    assert_false(queue_entry_of_user(txn, OTHER_CONCERT, user_id, &found));
    first.status = QUEUE_ENTRY_EXPIRED;
    queue_entry_put(txn, &first);
    check_newest(txn, user_id, 1);
    put_with_index(txn, &second);
    check_newest(txn, user_id, 2);
    second.status = QUEUE_ENTRY_ACTIVE;
    queue_entry_put(txn, &second);
    check_newest(txn, user_id, 2);
    return STATUS_OK;
}

static enum status check_second(struct store_txn *txn, void *context)
{
    check_newest(txn, *(const uint64_t *)context, 2);
    return STATUS_OK;
}

static void the_entry_of_a_user_is_the_newest(void **state)
{
    struct fixture *fixture = *state;
    uint64_t user_id = 9;
    assert_int_equal(store_write(fixture->store, enter_again, &user_id), STATUS_OK);
    assert_int_equal(store_write(fixture->store, check_second, &user_id), STATUS_OK);
    assert_int_equal(store_read(fixture->store, check_second, &user_id), STATUS_OK);
    fixture_reopen(fixture);
    assert_int_equal(store_write(fixture->store, check_second, &user_id), STATUS_OK);
}

/* --- in order --------------------------------------------------------------------------------- */

static enum status walk_while_writing(struct store_txn *txn, void *context)
{
    (void)context;
    struct queue_entry found = {0};
    for (uint64_t number = 10; number >= 1; number--) {
        struct queue_entry entry = make_entry(CONCERT, number, QUEUE_ENTRY_ACTIVE);
        queue_entry_put(txn, &entry);
    }
    for (uint64_t number = 1; number <= 10; number++) {
        assert_true(queue_entry_next(txn, CONCERT, found.number, &found));
        assert_int_equal(found.number, number);
    }
    assert_false(queue_entry_next(txn, CONCERT, found.number, &found));
    return STATUS_OK;
}

static void a_walk_meets_what_was_just_put(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(store_write(fixture->store, walk_while_writing, NULL), STATUS_OK);
}

static enum status put_often(struct store_txn *txn, void *context)
{
    struct queue_entry entry = make_entry(CONCERT, 1, QUEUE_ENTRY_ACTIVE);
    for (int i = 0; i < 10; i++)
        queue_entry_put(txn, &entry);
    caches_write_back(txn);
    *(uint64_t *)context = txn->touches;
    return STATUS_OK;
}

static void an_entry_is_put_once_however_often_it_changes(void **state)
{
    struct fixture *fixture = *state;
    uint64_t touches = 0;
    assert_int_equal(store_write(fixture->store, put_often, &touches), STATUS_OK);
    assert_int_equal(touches, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(more_entries_than_are_cached_are_all_stored),
        FIXTURE_TEST(an_entry_that_was_not_committed_is_forgotten),
        FIXTURE_TEST(an_entry_that_found_no_room_is_forgotten),
        FIXTURE_TEST(an_entry_goes_on_from_write_to_write),
        FIXTURE_TEST(an_entry_with_many_holdings_is_stored_too),
        FIXTURE_TEST(an_entry_that_was_deleted_does_not_come_back),
        FIXTURE_TEST(the_entry_of_a_user_is_the_newest),
        FIXTURE_TEST(a_walk_meets_what_was_just_put),
        FIXTURE_TEST(an_entry_is_put_once_however_often_it_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
