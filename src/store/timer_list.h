/* timer_list.h -- What is due at one moment: a record of timers. */
#ifndef STORE_TIMER_LIST_H
#define STORE_TIMER_LIST_H

#include <stdint.h>

#include "base/id.h"
#include "base/time.h"

/** A timer is a hint: when it fires, the record says whether there is still something to do. So
 * nobody has to take a timer back. */
enum timer_kind {
    TIMER_HOLD = 1,      /* a reservation's expires_at_ms */
    TIMER_WAITING = 2,   /* the first wait in the line of a queue may be over */
    TIMER_ACTIVE = 3,    /* a queue entry's expires_at_ms while ACTIVE */
    TIMER_PURGE = 4,     /* a queue entry that is over can be deleted */
    TIMER_ADMISSION = 5, /* a queue has earned credit */
    TIMER_LINE = 6, /* a wait is over, on the waiting clock of its queue: never due by itself */
    TIMER_KINDS,    /* one more than the last */
};

struct timer {
    unix_ms due_ms;
    enum timer_kind kind;
    uint32_t concert_id;                  /* of all but HOLD */
    uint64_t number;                      /* of an entry; 0 for a whole queue */
    struct reservation_id reservation_id; /* of HOLD */
};

/** Entries of one queue that follow one another. */
struct entry_run {
    uint32_t concert_id;
    uint32_t count; /* at least 1 */
    uint64_t first; /* number; 0 for WAITING and ADMISSION */
};

/** HOLD has a reservation, the other kinds have entries. */
union timer_item {
    struct reservation_id reservation_id;
    struct entry_run run;
};

enum { TIMER_ITEMS_MAX = 96 };

/** Timers of one kind that a batch set for one moment: they are one record. */
struct timer_list {
    enum timer_kind kind;
    uint32_t concert_id; /* of LINE: the concert of all its runs; else 0 */
    unix_ms due_ms;
    uint64_t batch;  /* that set them */
    uint32_t serial; /* which of its lists: together with the others this makes a key */
    uint32_t count;  /* 1..TIMER_ITEMS_MAX */
    union timer_item items[TIMER_ITEMS_MAX];
};

#endif
