/* seat_group.h -- Some seats of a performance that are loaded, changed and saved together. */
#ifndef SERVER_SEAT_GROUP_H
#define SERVER_SEAT_GROUP_H

#include <stddef.h>
#include <stdint.h>

#include "model/seat.h"
#include "server/engine/batch.h"

/** Loads seats in the order of their indexes. Each index must be one of the performance.
 * @param count  At least 1. */
void seat_group_load(struct store_txn *txn, uint32_t performance_id, const uint32_t *indexes,
                     size_t count, struct seat *ret_seats);

/** Saves seats, counts those that became or ceased to be AVAILABLE, and gives their blocks and the
 * performance the version of the event that changed them. No seat changes its tier.
 * @param count  At least 1. */
void seat_group_save(struct store_txn *txn, uint32_t performance_id, const uint32_t *indexes,
                     size_t count, const struct seat *seats, uint64_t version);

/** Frees the seats that a reservation holds in the store, those that a newer hold took excepted. */
void seat_group_release(struct store_txn *txn, const struct reservation *reservation,
                        uint64_t version);

#endif
