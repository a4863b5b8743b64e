/* ledger_ids.h -- Which ids charges and payments have used, whoever's they are. Entries are kept
 * with their user, so the ids need a tree of their own. For src/store only; what methods use of it
 * is in records.h.
 *
 * Ids begin with the time: new ones are nearly always greater than all there are. Whoever asks for
 * one of those need not search, and they are put at the end. */
#ifndef STORE_LEDGER_IDS_H
#define STORE_LEDGER_IDS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/wallet.h"
#include "store/store.h"

/** The greatest id in the store, as a write knows it by heart. */
struct kept_ledger_ids {
    bool knows_last;
    struct ledger_id last; /* zero if there is none */
};

/** Notes an id as used. */
void ledger_id_put(struct store_txn *txn, struct ledger_id id, uint64_t user_id);

#endif
