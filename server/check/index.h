/* index.h -- The records that the check looks up again and again, in memory by their keys, each
 * beside what the replay of the events makes of it. */
#ifndef SERVER_CHECK_INDEX_H
#define SERVER_CHECK_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "model/seat.h"
#include "server/check/vector.h"
#include "store/records.h"

struct indexed_seat {
    struct seat stored;
    struct seat replayed;
    uint8_t holders; /* reservations stored as HELD whose hold this seat shows */
    uint8_t live;    /* reservations that are HELD now */
    uint8_t paid;    /* reservations that are PAID */
    uint8_t tickets;
};

struct indexed_performance {
    struct performance record;
    struct indexed_seat *seats;
    uint32_t seats_seen;     /* in the blocks */
    uint64_t newest_version; /* of a block */
    bool holding_stopped;    /* by the events */
    bool paying_stopped;
};

struct indexed_reservation {
    struct reservation record;
    enum reservation_status replayed; /* 0 before it was made */
    unix_ms replayed_until_ms;
    bool has_timer;
};

struct indexed_wallet {
    struct wallet record;
    bool replay_created;
    bool replay_blocked;
    int64_t replayed_balance;
};

struct indexed_queue {
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

struct index {
    struct vector performances; /* by id */
    struct vector reservations; /* by id */
    struct vector wallets;      /* by user */
    struct vector queues;       /* by concert */
};

/** Reads the records of a snapshot. Call index_free whatever is returned.
 * @return STATUS_OK; STATUS_OUT_OF_MEMORY. */
enum status index_build(struct store_txn *txn, struct index *index);

void index_free(struct index *index);

/** Each returns NULL if there is none. */
struct indexed_performance *index_performance(const struct index *index, uint32_t id);
struct indexed_seat *index_seat(const struct index *index, uint32_t performance_id,
                                uint32_t seat_index);
struct indexed_reservation *index_reservation(const struct index *index, struct reservation_id id);
struct indexed_wallet *index_wallet(const struct index *index, uint64_t user_id);
struct indexed_queue *index_queue(const struct index *index, uint32_t concert_id);

#endif
