/* feed.h -- The state of the sale as the events alone tell it. */
#ifndef SIM_FEED_H
#define SIM_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "onsale/v1/event.pb-c.h"
#include "tests/sim/model/model.h"

struct feed_seat {
    uint32_t performance_id;
    uint32_t seat_index;
    Onsale__V1__SeatState state;
    unix_ms until_ms; /* of HELD */
};

struct feed_entry {
    uint32_t concert_id;
    uint64_t number;
    uint64_t user_id;
    Onsale__V1__QueueEntryStatus status;
};

struct feed_reservation {
    uint8_t id[ID_BYTES];
    Onsale__V1__ReservationStatus status;
    unix_ms until_ms;
};

/** What is stopped of a concert, or of a performance. */
struct feed_stops {
    uint32_t concert_id;
    uint32_t performance_id; /* 0: of the concert */
    bool holding_stopped;
    bool paying_stopped;
    bool admission_paused; /* of a concert */
    unix_ms opens_at_ms;   /* likewise */
};

struct feed {
    uint64_t last_number;
    unix_ms last_at_ms;
    uint64_t tickets;
    size_t users_count;
    uint64_t users[MODEL_USERS_MAX];
    int64_t balances[MODEL_USERS_MAX];
    bool blocked[MODEL_USERS_MAX];
    size_t seats_count;
    struct feed_seat seats[MODEL_PERFORMANCES_MAX * MODEL_SEATS_MAX];
    size_t entries_count;
    struct feed_entry entries[2 * MODEL_ENTRIES_MAX];
    size_t stops_count;
    struct feed_stops stops[MODEL_CONCERTS_MAX + MODEL_PERFORMANCES_MAX];
    size_t reservations_count;
    struct feed_reservation reservations[MODEL_RESERVATIONS_MAX];
};

/** Applies the next event. @return NULL, or what is wrong with it. */
const char *feed_apply(struct feed *feed, const Onsale__V1__Event *event);

/** Compares with the reference at its time. @return NULL, or what differs. */
const char *feed_compare(const struct feed *feed, struct model *model);

#endif
