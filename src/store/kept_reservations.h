/* kept_reservations.h -- The reservations that a write made or changed, until it ends.
 *
 * New ones come nearly in the order of their ids, since those begin with the time. Put in order
 * they append, and whoever asks for an id beyond all others need not search. For src/store only. */
#ifndef STORE_KEPT_RESERVATIONS_H
#define STORE_KEPT_RESERVATIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/reservation.h"
#include "store/store.h"

enum { RESERVATIONS_KEPT = 2048 };

struct kept_reservations {
    bool knows_last;
    struct reservation_id last; /* the greatest id in the store; zero if there is none */
    uint32_t count;
    uint16_t order[RESERVATIONS_KEPT]; /* places of `records`, by id */
    struct reservation records[RESERVATIONS_KEPT];
};

/** Forgets all of them. */
void kept_reservations_clear(struct kept_reservations *kept);

/** Puts all of them. */
void kept_reservations_put(struct store_txn *txn);

/** @return Borrowed until the next one is put; NULL if this write has not put it. */
const struct reservation *kept_reservations_find(const struct kept_reservations *kept,
                                                 struct reservation_id id);

/** Whether the id is greater than all in the store. */
bool reservation_is_beyond(struct store_txn *txn, struct reservation_id id);

/** The greatest id in the store: reservations.c. @return Whether there is one. */
bool reservation_last_id(struct store_txn *txn, struct reservation_id *ret_id);

/** Puts one into the store: reservations.c.
 * @param is_beyond  See reservation_is_beyond. */
void reservation_write(struct store_txn *txn, const struct reservation *reservation,
                       bool is_beyond);

#endif
