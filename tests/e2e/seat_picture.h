/* seat_picture.h -- The states of the seats of a performance as a client keeps them: the first map
 * whole, then changes put over it. */
#ifndef TESTS_E2E_SEAT_PICTURE_H
#define TESTS_E2E_SEAT_PICTURE_H

#include "tests/e2e/buyer.h"

/* As they are in a seat map. */
enum { SEAT_AVAILABLE, SEAT_HELD, SEAT_SOLD, SEAT_BLOCKED };

struct seat_picture {
    uint64_t version; /* 0: nothing is known */
    uint8_t states[HALL_SEATS];
};

/** What the last update brought. */
struct picture_update {
    bool complete;
    size_t runs;
};

/** Asks for what changed and puts it over the picture. Fails the test if that is refused. */
struct picture_update seat_picture_update(struct seat_picture *picture, struct buyer *buyer,
                                          uint32_t performance_id);

/** State of one seat of PERFORMANCE now. */
uint8_t seat_state_now(struct buyer *buyer, uint32_t seat_index);

#endif
