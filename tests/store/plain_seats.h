/* plain_seats.h -- Seats of one performance as a plain array, changed as the store's are. */
#ifndef TESTS_STORE_PLAIN_SEATS_H
#define TESTS_STORE_PLAIN_SEATS_H

#include "model/seat_block.h"
#include "store/store.h"
#include "tests/sim/random.h"

enum { PLAIN_BLOCKS = 80 };

struct plain_seats {
    unix_ms ends_ms[PLAIN_BLOCKS][SEATS_PER_BLOCK]; /* of holds; 0: nobody holds the seat */
};

/** Draws a few changes and makes them in the store or in the array: the other one is NULL. Blocks
 * that are not there yet are made.
 * @param number  Of the write: its holds end then. */
void plain_seats_change(struct store_txn *txn, struct plain_seats *seats, struct random *random,
                        unsigned number);

/** Expects to find the same in the store. */
void plain_seats_check(struct store_txn *txn, const struct plain_seats *seats);

#endif
