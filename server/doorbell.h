/* doorbell.h -- How one thread tells another that there is something to do. */
#ifndef SERVER_DOORBELL_H
#define SERVER_DOORBELL_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct doorbell {
    pthread_mutex_t lock;
    pthread_cond_t rung_condition;
    bool rung;
};

void doorbell_init(struct doorbell *bell);
void doorbell_deinit(struct doorbell *bell);

/** Wakes the one who waits, or lets the next wait return at once. Safe from any thread. */
void doorbell_ring(struct doorbell *bell);

/** Waits until rung, or for so long; one ring ends one wait. */
void doorbell_wait(struct doorbell *bell, int64_t wait_ms);

#endif
