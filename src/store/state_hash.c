/* state_hash.c -- The hash of all records at a mark: see store.h. */
#include "store/state_hash.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/planted.h"
#include "base/require.h"
#include "store/counters.h"
#include "store/folder.h"

_Static_assert(sizeof(XXH128_canonical_t) == STORE_HASH_BYTES, "it is one of 128 bits");

/* --- Marks: the writer's ---------------------------------------------------------------------- */

/* The snapshot is that of the mark's commit: nobody else commits. One that has not been hashed yet
 * stays, and the mark passes by. */
static void keep_snapshot(struct store *store)
{
    MDB_txn *snapshot;
    REQUIRE(store->kept.index >= 1);
    if (atomic_load(&store->mark.snapshot) != NULL) return;
    if (mdb_txn_begin(store->environment.env, NULL, MDB_RDONLY, &snapshot) != MDB_SUCCESS) return;
    store->mark.index_of_snapshot = store->mark.index;
    atomic_store(&store->mark.snapshot, snapshot);
}

void state_hash_mark(struct store *store, uint64_t index)
{
    REQUIRE(store->log != NULL);
    store->mark.index = index;
}

void state_hash_note_commit(struct store *store)
{
    struct hash_mark *mark = &store->mark;
    uint64_t committed = store->kept.index;
    if (mark->index == 0 || committed < mark->index + PLANTED(16)) return;
    if (committed == mark->index || PLANTED(16)) keep_snapshot(store);
    mark->index = 0;
}

void state_hash_drop(struct store *store)
{
    MDB_txn *snapshot = atomic_exchange(&store->mark.snapshot, NULL);
    if (snapshot != NULL) mdb_txn_abort(snapshot);
}

/* --- Hashes ----------------------------------------------------------------------------------- */

static void add_number(XXH3_state_t *state, uint64_t number)
{
    uint8_t bytes[sizeof number];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(number >> 8 * i);
    XXH3_128bits_update(state, bytes, sizeof bytes);
}

static void add_record(XXH3_state_t *state, enum tree tree, const MDB_val *key,
                       const MDB_val *value)
{
    add_number(state, (uint64_t)tree << 48 | key->mv_size);
    add_number(state, value->mv_size);
    XXH3_128bits_update(state, key->mv_data, key->mv_size);
    XXH3_128bits_update(state, value->mv_data, value->mv_size);
}

/* What the tree of the counters has beside them is of this folder alone. */
static bool is_shared(enum tree tree, const MDB_val *key)
{
    REQUIRE(key->mv_size >= 1);
    if (tree != TREE_META) return true;
    return counters_are_at(key->mv_data, key->mv_size);
}

static int add_tree(XXH3_state_t *state, const struct store *store, MDB_txn *snapshot,
                    enum tree tree)
{
    MDB_cursor *cursor;
    MDB_val key, value;
    REQUIRE(tree < TREES);
    int rc = mdb_cursor_open(snapshot, store->environment.trees[tree], &cursor);
    if (rc != MDB_SUCCESS) return rc;
    while ((rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == MDB_SUCCESS)
        if (is_shared(tree, &key)) add_record(state, tree, &key, &value);
    mdb_cursor_close(cursor);
    return rc == MDB_NOTFOUND ? MDB_SUCCESS : rc;
}

static enum status hash(const struct store *store, MDB_txn *snapshot,
                        uint8_t ret_hash[STORE_HASH_BYTES])
{
    int rc = MDB_SUCCESS;
    XXH128_canonical_t canonical;
    XXH3_state_t *state = XXH3_createState();
    if (state == NULL) return STATUS_OUT_OF_MEMORY;
    XXH3_128bits_reset(state);
    for (enum tree tree = 0; tree < TREES && rc == MDB_SUCCESS; tree++)
        rc = add_tree(state, store, snapshot, tree);
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state));
    XXH3_freeState(state);
    if (rc == MDB_SUCCESS) memcpy(ret_hash, &canonical, STORE_HASH_BYTES);
    return environment_status(rc);
}

enum status store_hash(struct store *store, uint64_t *ret_index, uint8_t ret_hash[STORE_HASH_BYTES])
{
    REQUIRE(store->is_open);
    MDB_txn *snapshot = atomic_load(&store->mark.snapshot);
    if (snapshot == NULL) return STATUS_NOT_YET;
    uint64_t index = store->mark.index_of_snapshot;
    enum status err = hash(store, snapshot, ret_hash);
    if (err == STATUS_OK) *ret_index = index;
    state_hash_drop(store);
    return err;
}

/* --- Folders that differ ---------------------------------------------------------------------- */

static const char differs_name[] = "onsale.differs";

static const char *folder_of(const struct store *store)
{
    const char *folder = NULL;
    REQUIRE(mdb_env_get_path(store->environment.env, &folder) == MDB_SUCCESS);
    return folder;
}

/* If this fails, the next comparison finds it again. */
void store_condemn(struct store *store, uint64_t index)
{
    char path[PATH_MAX];
    REQUIRE(store->is_open);
    REQUIRE(index >= 1);
    if (!folder_path(folder_of(store), differs_name, path)) return;
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return;
    dprintf(fd, "%" PRIu64 "\n", index);
    fsync(fd);
    close(fd);
    path_flush(folder_of(store));
}

bool state_hash_is_condemned(const struct store *store)
{
    char path[PATH_MAX];
    return folder_path(folder_of(store), differs_name, path) && access(path, F_OK) == 0;
}
