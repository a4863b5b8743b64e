#include "store/record.h"

#include <lmdb.h>

#include "base/require.h"
#include "store/codec.h"
#include "store/environment.h"
#include "store/redo.h"
#include "store/transaction.h"
#include "store/transaction_inside.h"

_Static_assert(TREES <= UINT8_MAX, "the checksum of a record begins with its tree");

static inline uint8_t format_of(const struct store_txn *txn)
{
    return txn->is_headless ? HEADLESS_FORMAT : STORE_FORMAT_VERSION;
}

uint8_t record_format(const struct store_txn *txn)
{
    return format_of(txn);
}

struct writer record_writer(const struct store_txn *txn, uint8_t *bytes, size_t size)
{
    REQUIRE(size >= RECORD_HEAD_BYTES);
    return (struct writer){.start = bytes,
                           .at = bytes + RECORD_HEAD_BYTES,
                           .end = bytes + size,
                           .format = format_of(txn)};
}

/* LMDB does not change what it is given to look for. */
static MDB_val mdb_val_of(const void *bytes, size_t size)
{
    return (MDB_val){.mv_size = size, .mv_data = (void *)bytes};
}

static bool has_prefix(const MDB_val *found, const uint8_t *prefix, size_t prefix_size)
{
    return found->mv_size >= prefix_size && memcmp(found->mv_data, prefix, prefix_size) == 0;
}

/* Tells apart what is there, what is not, and what failed. */
static bool is_found(struct store_txn *txn, int rc)
{
    if (rc != MDB_SUCCESS && rc != MDB_NOTFOUND) store_txn_fail(txn, environment_status(rc));
    return rc == MDB_SUCCESS;
}

static MDB_cursor *open_cursor(struct store_txn *txn, enum tree tree)
{
    REQUIRE(tree < TREES);
    if (txn->failure != STATUS_OK) return NULL;
    txn->tree = tree;
    MDB_cursor *cursor;
    int rc = mdb_cursor_open(txn->mdb, txn->trees[tree], &cursor);
    if (rc == MDB_SUCCESS) return cursor;
    store_txn_fail(txn, environment_status(rc));
    return NULL;
}

/* The one cursor of a write transaction for a tree: LMDB looks into the page where it stands before
 * it searches from the root. It is freed with the transaction. */
static MDB_cursor *cursor_of(struct store_txn *txn, enum tree tree)
{
    REQUIRE(txn->may_write);
    if (txn->cursors[tree] == NULL) txn->cursors[tree] = open_cursor(txn, tree);
    return txn->cursors[tree];
}

static int get(struct store_txn *txn, enum tree tree, MDB_val *key, MDB_val *ret_value)
{
    REQUIRE(key->mv_size >= 1);
    if (!txn->may_write) return mdb_get(txn->mdb, txn->trees[tree], key, ret_value);
    MDB_cursor *cursor = cursor_of(txn, tree);
    return cursor == NULL ? MDB_NOTFOUND : mdb_cursor_get(cursor, key, ret_value, MDB_SET);
}

/* Of format 1: before openings, waiting clocks and stops. */
enum {
    POLICY_BYTES = 3 * 4 + 3 * 8 + 2,
    QUEUE_BYTES_OF_1 = POLICY_BYTES + 8 + 2 * 4 + 3 * 8,
    STATE_BYTES_OF_1 = 8 + 16 * 4,
};

_Static_assert((int)QUEUE_BYTES_OF_1 < (int)queue_bytes_max - RECORD_HEAD_BYTES,
               "a queue has grown since");
_Static_assert((int)STATE_BYTES_OF_1 < (int)performance_state_bytes_max - RECORD_HEAD_BYTES,
               "as has the state of a performance");
_Static_assert(TIERS_PER_PERFORMANCE_MAX == 16, "more tiers are another size of a state");

/* Without a head: the kinds that grew with format 2 are told apart by their sizes. */
static uint8_t headless_format(enum tree tree, size_t size)
{
    bool is_of_1 = (tree == TREE_QUEUES && size == QUEUE_BYTES_OF_1) ||
                   (tree == TREE_PERFORMANCE_STATES && size == STATE_BYTES_OF_1);
    return is_of_1 ? 1 : HEADLESS_FORMAT;
}

static inline bool open_record(struct store_txn *txn, enum tree tree, const void *key,
                               size_t key_size, struct reader *record)
{
    if (txn->is_headless) {
        record->format = headless_format(tree, (size_t)(record->end - record->at));
        return true;
    }
    if (record_head_open((uint8_t)tree, key, key_size, record) == RECORD_HEAD_GOOD) return true;
    store_txn_fail(txn, STATUS_STORE_DAMAGED);
    return false;
}

bool record_open(struct store_txn *txn, enum tree tree, struct reader key, struct reader *record)
{
    return open_record(txn, tree, key.at, (size_t)(key.end - key.at), record);
}

static inline bool get_bytes(struct store_txn *txn, enum tree tree, const struct key *key,
                             MDB_val *ret_value)
{
    REQUIRE(tree < TREES);
    if (txn->failure != STATUS_OK) return false;
    txn->touches++;
    txn->tree = tree;
    MDB_val wanted = mdb_val_of(key->bytes, key->size);
    return is_found(txn, get(txn, tree, &wanted, ret_value));
}

bool record_get(struct store_txn *txn, enum tree tree, const struct key *key,
                struct reader *ret_value)
{
    MDB_val value;
    if (!get_bytes(txn, tree, key, &value)) return false;
    struct reader record = reader_make(value.mv_data, value.mv_size);
    if (!open_record(txn, tree, key->bytes, key->size, &record)) return false;
    *ret_value = record;
    return true;
}

bool record_get_bytes(struct store_txn *txn, enum tree tree, const struct key *key,
                      struct reader *ret_bytes)
{
    MDB_val value;
    if (!get_bytes(txn, tree, key, &value)) return false;
    *ret_bytes = reader_make(value.mv_data, value.mv_size);
    return true;
}

/* Gives what a cursor found, if it begins as the key asked for. */
static bool take_found(struct store_txn *txn, int rc, const MDB_val *found, const MDB_val *value,
                       struct key *key, size_t prefix_size, struct reader *ret_value)
{
    struct reader record;
    txn->touches++;
    if (!is_found(txn, rc)) return false;
    if (!has_prefix(found, key->bytes, prefix_size)) return false;
    if (found->mv_size > KEY_BYTES_MAX) {
        store_txn_fail(txn, STATUS_STORE_DAMAGED);
        return false;
    }
    record = reader_make(value->mv_data, value->mv_size);
    if (ret_value != NULL && !open_record(txn, txn->tree, found->mv_data, found->mv_size, &record))
        return false;
    memcpy(key->bytes, found->mv_data, found->mv_size);
    key->size = found->mv_size;
    if (ret_value != NULL) *ret_value = record;
    return true;
}

/* For one look: the cursor of the write, or one of its own for a read. */
static MDB_cursor *begin_look(struct store_txn *txn, enum tree tree)
{
    REQUIRE(tree < TREES);
    txn->tree = tree;
    return txn->may_write ? cursor_of(txn, tree) : open_cursor(txn, tree);
}

static void end_look(const struct store_txn *txn, MDB_cursor *cursor)
{
    REQUIRE(cursor != NULL);
    if (!txn->may_write) mdb_cursor_close(cursor);
}

/* As LMDB sorts. */
static int compare(const MDB_val *found, const uint8_t *bytes, size_t size)
{
    size_t shorter = found->mv_size < size ? found->mv_size : size;
    int order = memcmp(found->mv_data, bytes, shorter);
    if (order != 0) return order;
    return (found->mv_size > size) - (found->mv_size < size);
}

/* A page that leads to the wrong place would have whoever goes from key to key go round for ever.
 * @return What LMDB would say if it had seen it. */
static int check_order(bool is_in_order)
{
    return is_in_order ? MDB_SUCCESS : MDB_CORRUPTED;
}

static bool seek(struct store_txn *txn, enum tree tree, size_t size, struct key *key,
                 size_t prefix_size, struct reader *ret_value)
{
    REQUIRE(size >= 1);
    REQUIRE(prefix_size <= size);
    MDB_cursor *cursor = begin_look(txn, tree);
    if (cursor == NULL || txn->failure != STATUS_OK) return false;
    MDB_val found = mdb_val_of(key->bytes, size);
    MDB_val value;
    int rc = mdb_cursor_get(cursor, &found, &value, MDB_SET_RANGE);
    if (rc == MDB_SUCCESS) rc = check_order(compare(&found, key->bytes, size) >= 0);
    bool is_there = take_found(txn, rc, &found, &value, key, prefix_size, ret_value);
    end_look(txn, cursor);
    return is_there;
}

bool record_from(struct store_txn *txn, enum tree tree, struct key *key, size_t prefix_size,
                 struct reader *ret_value)
{
    return seek(txn, tree, key->size, key, prefix_size, ret_value);
}

/* Nothing lies between a key and the same with a zero behind it. */
static size_t make_successor(struct key *key)
{
    REQUIRE(key->size <= KEY_BYTES_MAX);
    key->bytes[key->size] = 0;
    return key->size + 1;
}

bool record_next(struct store_txn *txn, enum tree tree, struct key *key, size_t prefix_size,
                 struct reader *ret_value)
{
    return seek(txn, tree, make_successor(key), key, prefix_size, ret_value);
}

bool record_at_or_before(struct store_txn *txn, enum tree tree, struct key *key, size_t prefix_size,
                         struct reader *ret_value)
{
    REQUIRE(prefix_size <= key->size);
    REQUIRE(key->size <= KEY_BYTES_MAX);
    MDB_cursor *cursor = begin_look(txn, tree);
    if (cursor == NULL || txn->failure != STATUS_OK) return false;
    MDB_val found = mdb_val_of(key->bytes, make_successor(key));
    MDB_val value;
    int rc = mdb_cursor_get(cursor, &found, &value, MDB_SET_RANGE);
    if (rc == MDB_SUCCESS)
        rc = mdb_cursor_get(cursor, &found, &value, MDB_PREV);
    else if (rc == MDB_NOTFOUND)
        rc = mdb_cursor_get(cursor, &found, &value, MDB_LAST);
    if (rc == MDB_SUCCESS) rc = check_order(compare(&found, key->bytes, key->size) <= 0);
    bool is_there = take_found(txn, rc, &found, &value, key, prefix_size, ret_value);
    end_look(txn, cursor);
    return is_there;
}

void record_visit(struct store_txn *txn, enum tree tree, const struct key *prefix,
                  bool (*visit)(void *context, struct reader key, struct reader value),
                  void *context)
{
    REQUIRE(prefix->size <= KEY_BYTES_MAX);
    REQUIRE(visit != NULL);
    MDB_cursor *cursor = open_cursor(txn, tree);
    if (cursor == NULL) return;
    MDB_val key = mdb_val_of(prefix->bytes, prefix->size);
    MDB_val value;
    /* LMDB has no empty keys, also not to look for. */
    int rc = mdb_cursor_get(cursor, &key, &value, key.mv_size > 0 ? MDB_SET_RANGE : MDB_FIRST);
    while (is_found(txn, rc) && has_prefix(&key, prefix->bytes, prefix->size)) {
        txn->touches++;
        if (!visit(context, reader_make(key.mv_data, key.mv_size),
                   reader_make(value.mv_data, value.mv_size)))
            break;
        rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
    }
    mdb_cursor_close(cursor);
}

/* --- Where a tree ends ------------------------------------------------------------------------ */

static int compare_keys(const struct key *a, const struct key *b)
{
    MDB_val left = mdb_val_of(a->bytes, a->size);
    return compare(&left, b->bytes, b->size);
}

static void find_end(struct store_txn *txn, enum tree tree, struct tree_end *ret)
{
    REQUIRE(txn->may_write);
    struct key last = {.size = KEY_BYTES_MAX};
    memset(last.bytes, UINT8_MAX, last.size);
    if (!record_at_or_before(txn, tree, &last, 0, NULL)) last.size = 0;
    REQUIRE(last.size <= KEY_BYTES_MAX);
    *ret = (struct tree_end){.is_known = txn->failure == STATUS_OK, .key = last};
}

bool record_is_beyond(struct store_txn *txn, enum tree tree, const struct key *key)
{
    REQUIRE(txn->may_write);
    REQUIRE(tree < TREES);
    if (txn->ends == NULL) return false;
    struct tree_end *end = &txn->ends[tree];
    if (!end->is_known) find_end(txn, tree, end);
    return end->is_known && compare_keys(key, &end->key) > 0;
}

/* Those who know where the tree ends need not search for the place. */
static unsigned flags_of_put(struct store_txn *txn, enum tree tree, const struct key *key)
{
    struct tree_end *end = txn->ends == NULL ? NULL : &txn->ends[tree];
    if (end == NULL || !end->is_known || compare_keys(key, &end->key) <= 0) return 0;
    end->key = *key;
    return MDB_APPEND;
}

/* --- Logging and putting ---------------------------------------------------------------------- */

static void log_bytes(struct store_txn *txn, enum redo_kind kind, enum tree tree,
                      const struct key *key, struct reader bytes)
{
    REQUIRE(txn->may_write);
    if (txn->failure != STATUS_OK || txn->redo == NULL) return;
    txn->changes++;
    if (!redo_add(txn->redo, kind, tree, key, bytes)) store_txn_fail(txn, STATUS_OUT_OF_MEMORY);
}

static void put_bytes(struct store_txn *txn, enum tree tree, const struct key *key,
                      struct reader bytes)
{
    REQUIRE(key->size >= 1);
    REQUIRE(txn->may_write);
    if (txn->failure != STATUS_OK) return;
    txn->touches++;
    txn->tree = tree;
    MDB_val mdb_key = mdb_val_of(key->bytes, key->size);
    MDB_val mdb_value = mdb_val_of(bytes.at, (size_t)(bytes.end - bytes.at));
    MDB_cursor *cursor = cursor_of(txn, tree);
    if (cursor == NULL) return;
    int rc = mdb_cursor_put(cursor, &mdb_key, &mdb_value, flags_of_put(txn, tree, key));
    REQUIRE(rc != MDB_KEYEXIST);
    txn->put_bytes += key->size + mdb_value.mv_size;
    if (rc != MDB_SUCCESS) store_txn_fail(txn, environment_status(rc));
}

void record_put_bytes(struct store_txn *txn, enum tree tree, const struct key *key,
                      struct reader bytes)
{
    REQUIRE(bytes.at <= bytes.end);
    log_bytes(txn, REDO_PUT, tree, key, bytes);
    put_bytes(txn, tree, key, bytes);
}

/* @return The whole record. */
static inline struct reader seal(const struct store_txn *txn, enum tree tree, const struct key *key,
                                 const struct writer *value)
{
    REQUIRE(writer_size(value) >= RECORD_HEAD_BYTES);
    REQUIRE(value->format == format_of(txn));
    if (txn->is_headless)
        return reader_make(value->start + RECORD_HEAD_BYTES,
                           writer_size(value) - RECORD_HEAD_BYTES);
    record_head_fill((uint8_t)tree, key->bytes, key->size, value);
    return reader_make(value->start, writer_size(value));
}

void record_log(struct store_txn *txn, enum tree tree, const struct key *key,
                const struct writer *value)
{
    log_bytes(txn, REDO_PUT, tree, key, seal(txn, tree, key, value));
}

void record_log_change(struct store_txn *txn, enum tree tree, const struct key *key,
                       const struct writer *change)
{
    REQUIRE(writer_size(change) > 0);
    REQUIRE(tree == TREE_SEATS);
    log_bytes(txn, REDO_CHANGE, tree, key, reader_make(change->start, writer_size(change)));
}

void record_put_logged(struct store_txn *txn, enum tree tree, const struct key *key,
                       const struct writer *value)
{
    put_bytes(txn, tree, key, seal(txn, tree, key, value));
}

void record_put(struct store_txn *txn, enum tree tree, const struct key *key,
                const struct writer *value)
{
    struct reader record = seal(txn, tree, key, value);
    log_bytes(txn, REDO_PUT, tree, key, record);
    put_bytes(txn, tree, key, record);
}

/* --- Deleting --------------------------------------------------------------------------------- */

void record_log_delete(struct store_txn *txn, enum tree tree, const struct key *key)
{
    REQUIRE(tree < TREES);
    log_bytes(txn, REDO_DELETE, tree, key, reader_make(NULL, 0));
}

static bool remove_record(struct store_txn *txn, enum tree tree, const struct key *key)
{
    REQUIRE(key->size >= 1);
    REQUIRE(txn->may_write);
    if (txn->failure != STATUS_OK) return false;
    txn->touches++;
    txn->tree = tree;
    MDB_val mdb_key = mdb_val_of(key->bytes, key->size);
    return is_found(txn, mdb_del(txn->mdb, txn->trees[tree], &mdb_key, NULL));
}

void record_delete_logged(struct store_txn *txn, enum tree tree, const struct key *key)
{
    remove_record(txn, tree, key);
}

void record_delete(struct store_txn *txn, enum tree tree, const struct key *key)
{
    if (remove_record(txn, tree, key)) record_log_delete(txn, tree, key);
}

bool record_check(struct store_txn *txn, const struct reader *reader)
{
    if (reader_is_whole(reader)) return true;
    store_txn_fail(txn, STATUS_STORE_DAMAGED);
    return false;
}
