/* ledger_ids_test.c -- The ids of charges and payments, of all users together, and how a store of
 * format 1 comes by them. */
#include "tests/store/fixture.h"

#include <string.h>

#include "store/inside.h"
#include "store/meta.h"

enum { USERS = 300, SHARED = 200, NEW_USER = 1000 };

static struct ledger_id id_of(uint16_t number)
{
    struct ledger_id id = {{1}};
    id.bytes[ID_BYTES - 2] = (uint8_t)(number >> 8);
    id.bytes[ID_BYTES - 1] = (uint8_t)number;
    return id;
}

static void put_charge(struct store_txn *txn, uint64_t user_id, struct ledger_id id)
{
    wallet_put(txn, &(struct wallet){.user_id = user_id, .balance = 1});
    ledger_put(
        txn,
        &(struct ledger_entry){
            .user_id = user_id, .id = id, .kind = LEDGER_CHARGE, .amount = 1, .balance_after = 1});
}

/* Greatest first: no id but the first is beyond all others. */
static enum status put_backwards(struct store_txn *txn, void *context)
{
    (void)context;
    for (uint16_t number = USERS; number > 0; number--)
        put_charge(txn, number, id_of(number));
    assert_true(ledger_id_is_used(txn, id_of(USERS)));
    assert_true(ledger_id_is_used(txn, id_of(1)));
    assert_false(ledger_id_is_used(txn, id_of(USERS + 1)));
    put_charge(txn, USERS + 1, id_of(USERS + 1));
    assert_true(ledger_id_is_used(txn, id_of(USERS + 1)));
    return STATUS_OK;
}

static enum status check_all(struct store_txn *txn, void *context)
{
    struct ledger_id id = {{0}};
    uint64_t user_id;
    uint16_t number = 0;
    (void)context;
    while (ledger_id_next(txn, id, &id, &user_id)) {
        number++;
        assert_memory_equal(id.bytes, id_of(number).bytes, ID_BYTES);
        assert_int_equal(user_id, number);
    }
    assert_int_equal(number, USERS + 1);
    assert_true(ledger_id_get(txn, id_of(7), &user_id));
    assert_int_equal(user_id, 7);
    assert_false(ledger_id_get(txn, id_of(0), &user_id));
    return STATUS_OK;
}

static void ids_are_known_with_their_users(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(store_write(fixture->store, put_backwards, NULL), STATUS_OK);
    assert_int_equal(store_read(fixture->store, check_all, NULL), STATUS_OK);
    assert_int_equal(store_flush(fixture->store), STATUS_OK);
    fixture_crash(fixture);
    assert_int_equal(store_read(fixture->store, check_all, NULL), STATUS_OK);
    fixture_reopen(fixture);
    assert_int_equal(store_read(fixture->store, check_all, NULL), STATUS_OK);
}

static enum status put_and_give_up(struct store_txn *txn, void *context)
{
    (void)context;
    put_charge(txn, 1, id_of(1));
    assert_true(ledger_id_is_used(txn, id_of(1)));
    return STATUS_AMOUNT_INVALID;
}

static enum status check_unused(struct store_txn *txn, void *context)
{
    (void)context;
    assert_false(ledger_id_is_used(txn, id_of(1)));
    return STATUS_NOT_YET;
}

static void an_id_of_a_write_that_gave_up_is_free(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(store_write(fixture->store, put_and_give_up, NULL), STATUS_AMOUNT_INVALID);
    assert_int_equal(store_write(fixture->store, check_unused, NULL), STATUS_NOT_YET);
}

/* --- From format 1 ---------------------------------------------------------------------------- */

/* There, each user could have the same id. */
static enum status put_old(struct store_txn *txn, void *context)
{
    (void)context;
    txn->is_headless = true;
    for (uint16_t number = 1; number <= USERS + 1; number++)
        put_charge(txn, number, id_of(number));
    put_charge(txn, SHARED + 1, id_of(SHARED));
    return STATUS_OK;
}

static enum status make_old(struct store_txn *txn, void *context)
{
    (void)context;
    assert_int_equal(mdb_drop(txn->mdb, txn->trees[TREE_LEDGER_IDS], 1), MDB_SUCCESS);
    meta_format_put(txn, STORE_FORMAT_OLDEST);
    return STATUS_OK;
}

static void make_old_store(struct fixture *fixture)
{
    assert_int_equal(store_write(fixture->store, put_old, NULL), STATUS_OK);
    assert_int_equal(store_write(fixture->store, make_old, NULL), STATUS_OK);
    fixture_close(fixture);
}

static enum status check_upgraded(struct store_txn *txn, void *context)
{
    uint32_t version;
    uint64_t user_id;
    struct ledger_entry entry;
    (void)context;
    assert_true(meta_format_get(txn, &version));
    assert_int_equal(version, STORE_FORMAT_VERSION);
    for (uint16_t number = 1; number <= USERS + 1; number++) {
        assert_true(ledger_id_is_used(txn, id_of(number)));
        assert_true(ledger_id_get(txn, id_of(number), &user_id));
        assert_true(ledger_get(txn, user_id, id_of(number), &entry));
        if (number != SHARED) assert_int_equal(user_id, number);
    }
    assert_true(ledger_get(txn, SHARED, id_of(SHARED), &entry));
    assert_true(ledger_get(txn, SHARED + 1, id_of(SHARED), &entry));
    assert_false(ledger_id_is_used(txn, id_of(USERS + 2)));
    return STATUS_NOT_YET;
}

static enum status put_new(struct store_txn *txn, void *context)
{
    (void)context;
    put_charge(txn, NEW_USER, id_of(NEW_USER));
    return STATUS_OK;
}

static enum status check_new(struct store_txn *txn, void *context)
{
    uint64_t user_id;
    (void)context;
    assert_true(ledger_id_get(txn, id_of(NEW_USER), &user_id));
    assert_int_equal(user_id, NEW_USER);
    return STATUS_NOT_YET;
}

/* What was written after it is in the journal. */
static void a_crash_after_the_upgrade_finds_it_done(void **state)
{
    struct fixture *fixture = *state;
    make_old_store(fixture);
    assert_int_equal(fixture_open(fixture), STATUS_OK);
    assert_int_equal(store_write(fixture->store, put_new, NULL), STATUS_OK);
    assert_int_equal(store_flush(fixture->store), STATUS_OK);
    fixture_crash(fixture);
    assert_int_equal(store_upgraded_from(fixture->store), 0);
    assert_int_equal(store_write(fixture->store, check_upgraded, NULL), STATUS_NOT_YET);
    assert_int_equal(store_write(fixture->store, check_new, NULL), STATUS_NOT_YET);
}

static void a_store_of_format_1_learns_its_ids_when_it_is_opened(void **state)
{
    struct fixture *fixture = *state;
    make_old_store(fixture);
    assert_int_equal(fixture_open(fixture), STATUS_OK);
    assert_int_equal(store_upgraded_from(fixture->store), STORE_FORMAT_OLDEST);
    assert_int_equal(store_write(fixture->store, check_upgraded, NULL), STATUS_NOT_YET);
    fixture_crash(fixture);
    assert_int_equal(store_write(fixture->store, check_upgraded, NULL), STATUS_NOT_YET);
    assert_int_equal(fixture_write_wallet(fixture, 7000, 1), STATUS_OK);
    fixture_reopen(fixture);
    assert_int_equal(store_upgraded_from(fixture->store), 0);
    assert_int_equal(store_write(fixture->store, check_upgraded, NULL), STATUS_NOT_YET);
    assert_int_equal(fixture_read_wallet(fixture, 7000), 1);
}

static enum status put_no_format(struct store_txn *txn, void *context)
{
    (void)context;
    meta_format_put(txn, STORE_FORMAT_OLDEST - 1);
    return STATUS_OK;
}

static void a_store_of_no_format_there_was_is_refused(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(store_write(fixture->store, put_no_format, NULL), STATUS_OK);
    fixture_close(fixture);
    assert_int_equal(fixture_open(fixture), STATUS_STORE_OTHER_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(ids_are_known_with_their_users),
        FIXTURE_TEST(an_id_of_a_write_that_gave_up_is_free),
        FIXTURE_TEST(a_store_of_format_1_learns_its_ids_when_it_is_opened),
        FIXTURE_TEST(a_crash_after_the_upgrade_finds_it_done),
        FIXTURE_TEST(a_store_of_no_format_there_was_is_refused),
    };
    return cmocka_run_group_tests_name("ledger ids", tests, NULL, NULL);
}
