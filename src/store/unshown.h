/* unshown.h -- What the writes that are applied and not shown have changed. For src/store only. */
#ifndef STORE_UNSHOWN_H
#define STORE_UNSHOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "journal/journal.h"

struct store;
struct store_txn;
struct unshown;

/** Notes the changes of a write that was applied.
 * @return False if there is no memory: show the writes before it, and then this one. */
bool unshown_add(struct unshown *unshown, const struct journal_record *redo);

/** Most bytes of the file that they may take when they are shown, beyond what it uses now. */
uint64_t unshown_bytes(const struct unshown *unshown);

/** Does them again, in a transaction that has none of them. */
void unshown_redo(const struct unshown *unshown, struct store_txn *txn);

/** Forgets them: they are shown. */
void unshown_clear(struct unshown *unshown);

/** Ends their transaction as well, if it is open: what is on disk is in the journal. */
void unshown_deinit(struct unshown *unshown);

#endif
