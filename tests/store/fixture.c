#include "tests/store/fixture.h"

#include <stdlib.h>

#include "tests/lib/temp_folder.h"

enum status fixture_open(struct fixture *fixture)
{
    return store_open(&fixture->options, fixture->problem, &fixture->store);
}

void fixture_close(struct fixture *fixture)
{
    store_close(fixture->store);
    fixture->store = NULL;
}

void fixture_reopen(struct fixture *fixture)
{
    fixture_close(fixture);
    assert_int_equal(fixture_open(fixture), STATUS_OK);
}

static void copy_store(const char *from, const char *to)
{
    temp_folder_copy_file(from, to, "data.mdb");
    temp_folder_copy_file(from, to, "onsale.journal");
    temp_folder_copy_file(from, to, "onsale.journal.flushed");
}

/* The copy knows of no closing. */
void fixture_crash(struct fixture *fixture)
{
    char *left = temp_folder_make();
    copy_store(fixture->path, left);
    fixture_close(fixture);
    copy_store(left, fixture->path);
    temp_folder_remove(left);
    assert_int_equal(fixture_open(fixture), STATUS_OK);
}

int fixture_set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    if (fixture == NULL) return -1;
    fixture->parent = temp_folder_make();
    fixture->path = temp_folder_join(fixture->parent, "data");
    fixture->options = (struct store_options){
        .path = fixture->path,
        .map_bytes = UINT64_C(1) << 30,
        .room_bytes = FIXTURE_ROOM_BYTES,
        .journal_bytes = 1 << 20,
        .readers_max = 4,
    };
    *state = fixture;
    return fixture_open(fixture) == STATUS_OK ? 0 : -1;
}

int fixture_tear_down(void **state)
{
    struct fixture *fixture = *state;
    fixture_close(fixture);
    temp_folder_remove(fixture->parent);
    free(fixture->path);
    free(fixture);
    return 0;
}

enum status fixture_put_wallet(struct store_txn *txn, void *wallet)
{
    wallet_put(txn, wallet);
    return STATUS_OK;
}

enum status fixture_get_wallet(struct store_txn *txn, void *context)
{
    struct wallet *wallet = context;
    if (!wallet_get(txn, wallet->user_id, wallet)) wallet->balance = -1;
    return STATUS_OK;
}

enum status fixture_write_wallet(struct fixture *fixture, uint64_t user_id, int64_t balance)
{
    struct wallet wallet = {.user_id = user_id, .balance = balance};
    enum status err = store_write(fixture->store, fixture_put_wallet, &wallet);
    return err == STATUS_OK ? store_flush(fixture->store) : err;
}

int64_t fixture_read_wallet(struct fixture *fixture, uint64_t user_id)
{
    struct wallet wallet = {.user_id = user_id};
    assert_int_equal(store_read(fixture->store, fixture_get_wallet, &wallet), STATUS_OK);
    return wallet.balance;
}

static enum status put_kind(struct store_txn *txn, void *context)
{
    const struct kind *kind = context;
    kind->put(txn);
    return STATUS_OK;
}

static enum status check_kind(struct store_txn *txn, void *context)
{
    const struct kind *kind = context;
    kind->check(txn);
    return store_txn_failure(txn);
}

void fixture_check_round_trip(struct fixture *fixture, struct kind kind)
{
    assert_int_equal(store_write(fixture->store, put_kind, &kind), STATUS_OK);
    assert_int_equal(store_read(fixture->store, check_kind, &kind), STATUS_OK);
    fixture_reopen(fixture);
    assert_int_equal(store_read(fixture->store, check_kind, &kind), STATUS_OK);
}
