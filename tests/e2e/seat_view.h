/* seat_view.h -- The states of the seats of a performance as a client keeps them: the first map
 * whole, then changes put over it. */
#ifndef TESTS_E2E_SEAT_VIEW_H
#define TESTS_E2E_SEAT_VIEW_H

#include "tests/e2e/buyer.h"

/* As they are in a seat map. */
enum { SEAT_AVAILABLE, SEAT_HELD, SEAT_SOLD, SEAT_BLOCKED };

struct seat_view {
    uint64_t version; /* 0: nothing is known */
    uint8_t states[HALL_SEATS];
};

/** What the last update brought. */
struct seat_view_change {
    bool complete;
    size_t runs;
};

/** Asks for what changed and puts it over the view. Fails the test if that is refused. */
struct seat_view_change seat_view_update(struct seat_view *view, struct buyer *buyer,
                                         uint32_t performance_id);

/** State of one seat of PERFORMANCE now. */
uint8_t seat_state_now(struct buyer *buyer, uint32_t seat_index);

#endif
