/* timer_lists.h -- Gathers the timers that a batch sets: those of one kind and due time become one
 * record. A batch of holds under one policy sets one timer, not one a hold. */
#ifndef SERVER_TIMER_LISTS_H
#define SERVER_TIMER_LISTS_H

#include <stdint.h>

#include "store/records.h"

/* Kinds and policies that set timers in one batch: more of them cost records, nothing else. */
enum { TIMER_LISTS_OPEN_MAX = 6 };

struct timer_lists {
    uint32_t open;    /* lists that have begun */
    uint32_t written; /* lists that were written: the next one's serial */
    struct timer_list lists[TIMER_LISTS_OPEN_MAX];
};

/** Nothing is set. */
void timer_lists_begin(struct timer_lists *lists);

/** Adds a timer to the list of its kind and moment, or writes the oldest list to begin a new one.
 * @param batch  Number that no other batch has. */
void timer_lists_add(struct timer_lists *lists, struct store_txn *txn, uint64_t batch,
                     const struct timer *timer);

/** Writes what is left. */
void timer_lists_end(struct timer_lists *lists, struct store_txn *txn, uint64_t batch);

#endif
