/* event_stats.h -- How often what happened to each concert, since the engine was opened.
 *
 * The writer notes the events of a batch and counts them once the batch is applied. Any thread may
 * read. */
#ifndef SERVER_EVENT_STATS_H
#define SERVER_EVENT_STATS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "model/event.h"

enum {
    EVENT_KINDS = EVENT_RESERVATION_LENGTHENED + 1,
    EVENT_STATS_CONCERTS_MAX = 256,  /* those beyond are counted with what is of no concert */
    EVENT_STATS_NOTED_MAX = 8 * 1024 /* runs of a batch; those beyond are not counted */
};

struct concert_events {
    _Atomic uint32_t concert_id; /* 0: of no concert, or of those that found no place */
    atomic_uint_fast64_t events[EVENT_KINDS];
    atomic_uint_fast64_t seats[EVENT_KINDS]; /* that the events name */
};

struct event_stats {
    struct concert_events concerts[EVENT_STATS_CONCERTS_MAX + 1]; /* the first has concert_id 0 */
    atomic_size_t concerts_count;                                 /* after it */

    /* The writer's. */
    size_t newest; /* place of the concert that was asked for last */
    size_t noted_count;
    struct noted_events { /* of one kind in a row */
        uint16_t place;
        uint16_t kind;
        uint32_t events;
        uint32_t seats;
    } noted[EVENT_STATS_NOTED_MAX];
};

/** Forgets what was noted: the batch begins, or begins again. */
void event_stats_begin(struct event_stats *stats);

/** Notes an event of the batch. */
void event_stats_note(struct event_stats *stats, const struct event *event);

/** The batch was applied: counts what was noted. */
void event_stats_count(struct event_stats *stats);

#endif
