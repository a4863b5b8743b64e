/* wallets.h -- The balances of users. */
#ifndef STORE_WALLETS_H
#define STORE_WALLETS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/wallet.h"
#include "store/store.h"

/** @return Whether the user is there; *ret is filled only then. */
bool wallet_get(struct store_txn *txn, uint64_t user_id, struct wallet *ret);

/** The user with the next greater id; begin with 0. */
bool wallet_next(struct store_txn *txn, uint64_t after_user_id, struct wallet *ret);

/** Puts it, also over what is there. In a write. */
void wallet_put(struct store_txn *txn, const struct wallet *wallet);

#endif
