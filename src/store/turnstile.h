/* turnstile.h -- A lock that goes by turns: who has waited longest gets it next. A mutex is got
 * again at once by the thread that has just given it back, so where two threads hold it nearly
 * always, one of them may wait without end. */
#ifndef STORE_TURNSTILE_H
#define STORE_TURNSTILE_H

#include <pthread.h>
#include <stdint.h>

struct turnstile {
    pthread_mutex_t lock; /* of these */
    pthread_cond_t turned;
    uint64_t next_turn; /* of who comes next */
    uint64_t turn;      /* of who is inside, if anybody is */
};

void turnstile_init(struct turnstile *turnstile);

/** When nobody is inside or waits. */
void turnstile_deinit(struct turnstile *turnstile);

/** Waits for its turn. Not from inside. */
void turnstile_enter(struct turnstile *turnstile);

/** From inside. */
void turnstile_leave(struct turnstile *turnstile);

/** How many are inside or wait. */
uint64_t turnstile_count(struct turnstile *turnstile);

#endif
