#include "store/unshown.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/redo.h"
#include "store/transaction.h"

enum { REDO_BYTES_MIN = 256 * 1024, PAGES_PER_CHANGE = 2 };

static bool grow(struct unshown *unshown, size_t needed)
{
    size_t capacity = needed > REDO_BYTES_MIN ? 2 * needed : REDO_BYTES_MIN;
    uint8_t *redo = realloc(unshown->redo, capacity);
    if (redo == NULL) return false;
    unshown->redo = redo;
    unshown->redo_capacity = capacity;
    return true;
}

bool unshown_add(struct unshown *unshown, const struct journal_record *redo)
{
    size_t size;
    const void *bytes = journal_record_bytes(redo, &size);
    size_t needed = unshown->redo_size + size;
    if (needed > unshown->redo_capacity && !grow(unshown, needed)) return false;
    memcpy(unshown->redo + unshown->redo_size, bytes, size);
    unshown->redo_size = needed;
    unshown->writes++;
    return true;
}

/* A change has a leaf of its own at worst, and now and then splits it; what is large has pages for
 * itself. */
uint64_t unshown_bytes(const struct unshown *unshown)
{
    uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE); /* as LMDB's */
    return unshown->txn.changes * PAGES_PER_CHANGE * page_bytes + 2 * unshown->redo_size;
}

void unshown_redo(const struct unshown *unshown, struct store_txn *txn)
{
    redo_apply(txn, unshown->redo, unshown->redo_size);
}

void unshown_clear(struct unshown *unshown)
{
    unshown->txn = (struct store_txn){0};
    unshown->writes = 0;
    unshown->redo_size = 0;
}

void unshown_deinit(struct unshown *unshown)
{
    if (unshown->txn.mdb != NULL) mdb_txn_abort(unshown->txn.mdb);
    free(unshown->redo);
    *unshown = (struct unshown){0};
}
