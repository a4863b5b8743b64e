/* picture.h -- What the check keeps in memory: the records it looks up again and again, each beside
 * what the replay of the events makes of it. */
#ifndef SERVER_CHECK_PICTURE_H
#define SERVER_CHECK_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "model/seat.h"
#include "server/check/pile.h"
#include "store/records.h"

struct pictured_seat {
    struct seat stored;
    struct seat replayed;
    uint8_t holders; /* reservations stored as HELD whose hold this seat shows */
    uint8_t live;    /* reservations that are HELD now */
    uint8_t paid;    /* reservations that are PAID */
    uint8_t tickets;
};

struct pictured_performance {
    struct performance record;
    struct pictured_seat *seats;
    uint32_t seats_seen;     /* in the blocks */
    uint64_t newest_version; /* of a block */
    bool holding_stopped;    /* by the events */
    bool paying_stopped;
};

struct pictured_reservation {
    struct reservation record;
    enum reservation_status replayed; /* 0 before it was made */
    bool has_timer;
};

struct pictured_wallet {
    struct wallet record;
    bool replay_created;
    int64_t replayed_balance;
};

struct pictured_queue {
    struct queue record;
    uint8_t *replayed;      /* enum queue_entry_status of each number; 0 before it entered */
    uint8_t *timers;        /* of each number: a bit for each enum timer_kind it has one of */
    uint64_t entered;       /* last number that entered */
    uint64_t first_waiting; /* none with a smaller number waits */
    uint32_t active;
    uint32_t active_most; /* right after an admission under the present policy */
    bool holding_stopped; /* by the events */
    bool paying_stopped;
    bool is_paused;         /* by the events: those of format 1 do not tell */
    unix_ms opens_at_ms;    /* likewise; 0 if they do not tell */
    unix_ms first_line_ms;  /* what is due first in the line; UNIX_MS_NEVER if nothing is */
    bool has_waiting_timer; /* one that fires when the queue says */
    bool has_admission_timer;
};

struct picture {
    struct pile performances; /* by id */
    struct pile reservations; /* by id */
    struct pile wallets;      /* by user */
    struct pile queues;       /* by concert */
};

/** Reads the records. Call picture_free whatever is returned.
 * @return STATUS_OK; STATUS_OUT_OF_MEMORY. */
enum status picture_take(struct store_txn *txn, struct picture *picture);

void picture_free(struct picture *picture);

/** Each returns NULL if there is none. */
struct pictured_performance *picture_performance(const struct picture *picture, uint32_t id);
struct pictured_seat *picture_seat(const struct picture *picture, uint32_t performance_id,
                                   uint32_t seat_index);
struct pictured_reservation *picture_reservation(const struct picture *picture,
                                                 struct reservation_id id);
struct pictured_wallet *picture_wallet(const struct picture *picture, uint64_t user_id);
struct pictured_queue *picture_queue(const struct picture *picture, uint32_t concert_id);

#endif
