/* readers.h -- Snapshots are costly to make and cheap to renew: a pool of them. For src/store only.
 * Safe from any thread. */
#ifndef STORE_READERS_H
#define STORE_READERS_H

#include <lmdb.h>
#include <pthread.h>

#include "base/status.h"

struct readers {
    MDB_env *env;
    pthread_mutex_t mutex;
    pthread_cond_t returned;
    MDB_txn **idle; /* a stack of idle_count, with space for `max` */
    unsigned idle_count;
    unsigned made; /* idle or in use, at most `max` */
    unsigned max;
};

/** @return STATUS_OK; STATUS_OUT_OF_MEMORY. */
enum status readers_init(struct readers *readers, MDB_env *env, unsigned max);

/** None may be in use. A zeroed pool is fine. */
void readers_deinit(struct readers *readers);

/** Takes a fresh snapshot, and waits for one to be given back if all are in use. */
enum status readers_take(struct readers *readers, MDB_txn **ret_snapshot);
void readers_give_back(struct readers *readers, MDB_txn *snapshot);

#endif
