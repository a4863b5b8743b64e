/* wakeup.h -- Wakes a thread that waits for work; a wakeup that is sent before the wait is not
 * lost.
 */
#ifndef SERVER_WAKEUP_H
#define SERVER_WAKEUP_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct wakeup {
    pthread_mutex_t lock;
    pthread_cond_t sent_condition;
    bool sent;
};

void wakeup_init(struct wakeup *wakeup);
void wakeup_deinit(struct wakeup *wakeup);

/** Wakes the thread that waits, or lets the next wait return at once. Safe from any thread. */
void wakeup_send(struct wakeup *wakeup);

/** Waits for a wakeup, at most wait_ms; one ends one wait, and several before it count as one. */
void wakeup_wait(struct wakeup *wakeup, int64_t wait_ms);

#endif
