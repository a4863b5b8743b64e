/* ledger_ids.h -- Which ids charges and payments have used, whoever's they are. Entries lie with
 * their user, so the ids need a tree of their own.
 *
 * Ids begin with the time: new ones are nearly always greater than all there are. Whoever asks for
 * one of those need not search, and they are put at the end. */
#ifndef STORE_LEDGER_IDS_H
#define STORE_LEDGER_IDS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/wallet.h"
#include "store/store.h"

/** Whether any user has an entry with this id, in a write. */
bool ledger_id_is_used(struct store_txn *txn, struct ledger_id id);

/** A user who has an entry with it: there is one only, but in stores of format 1.
 * @return Whether there is one. */
bool ledger_id_get(struct store_txn *txn, struct ledger_id id, uint64_t *ret_user_id);

/** The next greater id; begin with zeros. */
bool ledger_id_next(struct store_txn *txn, struct ledger_id after, struct ledger_id *ret_id,
                    uint64_t *ret_user_id);

/** Puts an id as used. In a write. */
void ledger_id_put(struct store_txn *txn, struct ledger_id id, uint64_t user_id);

#endif
