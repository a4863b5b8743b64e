/* buyer.h -- Finds the queue entry that counts the purchases of a reservation's user. */
#ifndef SERVER_BUYER_H
#define SERVER_BUYER_H

#include "model/queue.h"
#include "model/reservation.h"
#include "store/records.h"

/** The newest entry of the reservation's user in the queue of its concert. It is there as long as
 * the reservation is: such entries are not purged. */
bool buyer_entry_get(struct store_txn *txn, const struct reservation *reservation,
                     struct queue_entry *ret_entry);

/** What the reservation counts for in the entry's holdings while it is HELD. */
struct holding buyer_holding_of(const struct reservation *reservation);

#endif
