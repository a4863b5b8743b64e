/* tickets.h -- The tickets of users. Those of a payment are one record. */
#ifndef STORE_TICKETS_H
#define STORE_TICKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/wallet.h"
#include "store/store.h"

/** @return Whether the user has the ticket; *ret is filled only then. */
bool ticket_get(struct store_txn *txn, uint64_t user_id, uint64_t ticket_id, struct ticket *ret);

/** The ticket of a user with the next greater id; begin with 0. */
bool ticket_next_of_user(struct store_txn *txn, uint64_t user_id, uint64_t after_ticket_id,
                         struct ticket *ret);

/** Puts the tickets of one payment: 1..SEATS_PER_HOLD_MAX with consecutive numbers that differ in
 * nothing else but their seats and prices. In a write. */
void tickets_put(struct store_txn *txn, const struct ticket *tickets, size_t count);

#endif
