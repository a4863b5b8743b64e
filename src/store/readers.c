#include "store/readers.h"

#include <stdlib.h>

#include "base/require.h"
#include "store/environment.h"

enum status readers_init(struct readers *readers, MDB_env *env, unsigned max)
{
    REQUIRE(env != NULL);
    REQUIRE(max >= 1);
    MDB_txn **idle = calloc(max, sizeof(MDB_txn *));
    if (idle == NULL) return STATUS_OUT_OF_MEMORY;
    *readers = (struct readers){.env = env, .idle = idle, .max = max};
    pthread_mutex_init(&readers->mutex, NULL);
    pthread_cond_init(&readers->returned, NULL);
    return STATUS_OK;
}

void readers_deinit(struct readers *readers)
{
    if (readers->idle == NULL) return;
    REQUIRE(readers->idle_count == readers->made);
    for (unsigned i = 0; i < readers->idle_count; i++)
        mdb_txn_abort(readers->idle[i]);
    pthread_cond_destroy(&readers->returned);
    pthread_mutex_destroy(&readers->mutex);
    free(readers->idle);
    *readers = (struct readers){0};
}

/* An idle snapshot, or NULL for leave to make one. */
static MDB_txn *take_idle(struct readers *readers)
{
    REQUIRE(readers->env != NULL);
    MDB_txn *idle = NULL;
    pthread_mutex_lock(&readers->mutex);
    while (readers->idle_count == 0 && readers->made == readers->max)
        pthread_cond_wait(&readers->returned, &readers->mutex);
    if (readers->idle_count > 0)
        idle = readers->idle[--readers->idle_count];
    else
        readers->made++;
    pthread_mutex_unlock(&readers->mutex);
    return idle;
}

static void forget_one(struct readers *readers)
{
    pthread_mutex_lock(&readers->mutex);
    REQUIRE(readers->made > readers->idle_count);
    readers->made--;
    pthread_cond_signal(&readers->returned);
    pthread_mutex_unlock(&readers->mutex);
}

enum status readers_take(struct readers *readers, MDB_txn **ret_snapshot)
{
    MDB_txn *snapshot = take_idle(readers);
    int rc;
    if (snapshot != NULL) {
        rc = mdb_txn_renew(snapshot);
        if (rc != MDB_SUCCESS) mdb_txn_abort(snapshot);
    } else {
        rc = mdb_txn_begin(readers->env, NULL, MDB_RDONLY, &snapshot);
    }
    if (rc != MDB_SUCCESS) {
        forget_one(readers);
        return environment_status(rc);
    }
    *ret_snapshot = snapshot;
    return STATUS_OK;
}

void readers_give_back(struct readers *readers, MDB_txn *snapshot)
{
    REQUIRE(snapshot != NULL);
    mdb_txn_reset(snapshot);
    pthread_mutex_lock(&readers->mutex);
    REQUIRE(readers->idle_count < readers->made);
    readers->idle[readers->idle_count++] = snapshot;
    pthread_cond_signal(&readers->returned);
    pthread_mutex_unlock(&readers->mutex);
}
