/* environment.h -- The LMDB environment of a store: its data file, its memory map, its trees. For
 * src/store only. */
#ifndef STORE_ENVIRONMENT_H
#define STORE_ENVIRONMENT_H

#include <lmdb.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "store/store.h"
#include "store/tree.h"

struct environment {
    MDB_env *env; /* NULL: closed */
    MDB_dbi trees[TREES];
};

/** What an error of LMDB, or an errno, means. Any code that is not foreseen is a mistake of ours.
 */
enum status environment_status(int rc);

/** Opens the data file in a folder, or makes one without trees. Its trees are opened by the first
 * transactions (environment_open_tree).
 * @param options  Its map_bytes, readers_max and watch, which is borrowed.
 * @return MDB_SUCCESS; an error of LMDB: close it. */
int environment_open(struct environment *environment, const char *folder,
                     const struct store_options *options);

/** No transaction may be open. One that is closed, or zeroed, is fine. */
void environment_close(struct environment *environment);

/** Opens a tree for all transactions, once this one is committed.
 * @param may_make  Whether it is made if it is not there; else: MDB_NOTFOUND. */
int environment_open_tree(struct environment *environment, MDB_txn *mdb, enum tree tree,
                          bool may_make);

/** The data file, borrowed. */
int environment_file(const struct environment *environment);

/** Bytes of the data file that pages use. Safe from any thread. */
uint64_t environment_used_bytes(const struct environment *environment);

/** Most bytes that the data file may have. */
uint64_t environment_map_bytes(const struct environment *environment);

/** LMDB keeps the number of the last write in its lock file for as long as any process has that
 * open. After a crash it would then go on from writes that the restored headers do not have.
 * @return MDB_SUCCESS; MDB_BAD_TXN if another process has had it open since before a crash. */
int environment_check_alone(const struct environment *environment);

#endif
