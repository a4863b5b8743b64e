/* ledger.h -- The changes of users' balances: charges and payments. */
#ifndef STORE_LEDGER_H
#define STORE_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "model/wallet.h"
#include "store/store.h"

/** @return Whether the user has an entry with this id; *ret is filled only then. */
bool ledger_get(struct store_txn *txn, uint64_t user_id, struct ledger_id id,
                struct ledger_entry *ret);

/** The entry of a user with the next greater id; begin with zeros. */
bool ledger_next_of_user(struct store_txn *txn, uint64_t user_id, struct ledger_id after,
                         struct ledger_entry *ret);

/** Puts a new entry, and its id as used (ledger_ids.h). In a write. */
void ledger_put(struct store_txn *txn, const struct ledger_entry *entry);

#endif
