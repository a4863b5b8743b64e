#include "store/pending.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/require.h"
#include "store/redo_apply.h"

enum { REDO_BYTES_MIN = 1024 * 1024, PAGES_PER_CHANGE = 2 };

_Static_assert(REDO_BYTES_MIN > 0, "room grows by doubling");

static bool grow(struct pending *pending, size_t needed)
{
    REQUIRE(needed > pending->redo_capacity);
    size_t capacity = needed > REDO_BYTES_MIN ? 2 * needed : REDO_BYTES_MIN;
    uint8_t *redo = realloc(pending->redo, capacity);
    if (redo == NULL) return false;
    pending->redo = redo;
    pending->redo_capacity = capacity;
    return true;
}

bool pending_add(struct pending *pending, const void *redo, size_t size)
{
    REQUIRE(pending->txn.mdb != NULL);
    REQUIRE(pending->redo_size <= pending->redo_capacity);
    size_t needed = pending->redo_size + size;
    if (needed > pending->redo_capacity && !grow(pending, needed)) return false;
    if (size > 0) memcpy(pending->redo + pending->redo_size, redo, size);
    pending->redo_size = needed;
    pending->writes++;
    return true;
}

void pending_remove(struct pending *pending, size_t size)
{
    REQUIRE(pending->writes > 0);
    REQUIRE(pending->redo_size >= size);
    pending->redo_size -= size;
    pending->writes--;
}

/* A change has a leaf of its own at worst, and now and then splits it; what is large has pages for
 * itself. */
uint64_t pending_bytes(const struct pending *pending)
{
    REQUIRE(pending->writes > 0 || pending->redo_size == 0);
    uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE); /* as LMDB's */
    return pending->txn.changes * PAGES_PER_CHANGE * page_bytes + 2 * pending->redo_size;
}

void pending_redo(const struct pending *pending, struct store_txn *txn)
{
    REQUIRE(pending->redo_size <= pending->redo_capacity);
    redo_apply(txn, pending->redo, pending->redo_size);
}

void pending_clear(struct pending *pending)
{
    REQUIRE(pending->txn.mdb == NULL);
    pending->txn = (struct store_txn){0};
    pending->writes = 0;
    pending->redo_size = 0;
}

void pending_deinit(struct pending *pending)
{
    if (pending->txn.mdb != NULL) mdb_txn_abort(pending->txn.mdb);
    free(pending->redo);
    *pending = (struct pending){0};
}
