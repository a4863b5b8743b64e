#include "store/upgrade_ids.h"

#include "store/record.h"
#include "store/user_key.h"

/* What an id takes in its tree, with what pages leave free. */
enum { ID_RECORD_BYTES = 80 };

/* Of every user, in a transaction that puts them. */
static bool note_id(void *context, struct reader key, struct reader value)
{
    struct store_txn *txn = context;
    struct ledger_id id;
    (void)value;
    uint64_t user_id = reader_big(&key, sizeof user_id);
    if (reader_u8_within(&key, USER_WALLET, USER_TICKETS) != USER_LEDGER_ENTRY) return true;
    reader_bytes(&key, id.bytes, ID_BYTES);
    if (!record_check(txn, &key)) return false;
    ledger_id_put(txn, id, user_id);
    return txn->failure == STATUS_OK;
}

static enum status fill(struct store *store, MDB_txn *mdb)
{
    const struct key all = {0};
    struct store_txn txn = {
        .mdb = mdb, .trees = store->trees, .may_write = true, .kept = &store->kept};
    const char *name = tree_name(TREE_LEDGER_IDS);
    int rc = mdb_dbi_open(mdb, name, MDB_CREATE, &store->trees[TREE_LEDGER_IDS]);
    if (rc != MDB_SUCCESS) return store_status(rc);
    store->kept.ledger_ids.knows_last = false;
    record_visit(&txn, TREE_USERS, &all, note_id, &txn);
    return txn.failure;
}

/* The pages of the checkpoint are kept until the next one: a crash before that leaves what was. */
static enum status make_ids(struct store *store)
{
    MDB_txn *mdb;
    int rc = mdb_txn_begin(store->env, NULL, 0, &mdb);
    if (rc != MDB_SUCCESS) return store_status(rc);
    enum status err = fill(store, mdb);
    if (err != STATUS_OK) {
        mdb_txn_abort(mdb);
        return err;
    }
    rc = mdb_txn_commit(mdb);
    if (rc != MDB_SUCCESS) return store_status(rc);
    err = checkpoint_begin(&store->checkpoints);
    return err == STATUS_OK ? checkpoint_finish(&store->checkpoints, false) : err;
}

static enum status look(struct store *store, uint64_t *ret_bytes)
{
    MDB_txn *mdb;
    MDB_stat users = {0};
    int rc = mdb_txn_begin(store->env, NULL, MDB_RDONLY, &mdb);
    if (rc != MDB_SUCCESS) return store_status(rc);
    rc = mdb_stat(mdb, store->trees[TREE_USERS], &users);
    mdb_txn_abort(mdb);
    *ret_bytes = users.ms_entries * (uint64_t)ID_RECORD_BYTES;
    return rc == MDB_SUCCESS ? STATUS_OK : store_status(rc);
}

enum status upgrade_ids(struct store *store)
{
    uint64_t bytes = 0;
    enum status err = look(store, &bytes);
    if (err == STATUS_OK) err = room_ensure(&store->room, store_used_bytes(store->env) + bytes);
    return err == STATUS_OK ? make_ids(store) : err;
}
