/* reservations.h -- Reservations by their ids.
 *
 * New ids are mostly greater than all before, since they begin with the time: those are known to be
 * new without a search, and are appended. */
#ifndef STORE_RESERVATIONS_H
#define STORE_RESERVATIONS_H

#include <stdbool.h>

#include "model/reservation.h"
#include "store/store.h"

/** @return Whether the reservation is there; *ret is filled only if it is. */
bool reservation_get(struct store_txn *txn, struct reservation_id id, struct reservation *ret);

/** The reservation with the next greater id; begin with zeros. */
bool reservation_next(struct store_txn *txn, struct reservation_id after, struct reservation *ret);

/** Puts it, also over what is there. In a write. */
void reservation_put(struct store_txn *txn, const struct reservation *reservation);

/* --- For src/store only ----------------------------------------------------------------------- */

extern const struct cache_kind reservations_cache;

#endif
