/* pending.h -- The writes that were executed and are not committed yet: their one transaction, and
 * their changes as the journal has them, should a write after them have to be taken back. For
 * src/store only; the writer's. */
#ifndef STORE_PENDING_H
#define STORE_PENDING_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "journal/journal.h"
#include "store/transaction_inside.h"

struct pending {
    struct store_txn txn; /* open if there are any */
    pthread_t writer;     /* that began it */
    unsigned writes;
    uint8_t *redo;
    size_t redo_size;
    size_t redo_capacity;
};

/** Adds the changes of a write that was executed.
 * @return False if there is no memory: commit the writes before it, and then this one. */
bool pending_add(struct pending *pending, const void *redo, size_t size);

/** Takes the last one back, of so many bytes. */
void pending_remove(struct pending *pending, size_t size);

/** Most bytes of the file that they may take when they are committed, beyond what it uses now. */
uint64_t pending_bytes(const struct pending *pending);

/** Makes their changes again, in a transaction that has none of them. */
void pending_redo(const struct pending *pending, struct store_txn *txn);

/** Forgets them: they are committed. */
void pending_clear(struct pending *pending);

/** Aborts their transaction as well, if it is open: what is on disk is in the journal. */
void pending_deinit(struct pending *pending);

#endif
