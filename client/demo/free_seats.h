/* free_seats.h -- Finds available seats. */
#ifndef CLIENT_DEMO_FREE_SEATS_H
#define CLIENT_DEMO_FREE_SEATS_H

#include "client/command/seats.h"
#include "client/demo/buyer.h"

/** Two free neighbours in one row. */
struct seat_pair {
    uint32_t first_seat_index;
    struct seat_name names[2];
};

/** Asks for the hall and its seats, and picks the free pair nearest to the stage.
 * @param buyer     ACTIVE.
 * @param ret_pair  Set on ONSALE_OK only.
 * @return ONSALE_SEAT_TAKEN if there is none; otherwise what a call was refused with. */
enum onsale_status free_pair_find(struct buyer *buyer, struct seat_pair *ret_pair);

#endif
