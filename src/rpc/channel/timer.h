/* timer.h -- The one thread of a channel: it ends calls whose time is up and repeats calls whose
 * backoff is over. It sleeps until something is due. */
#ifndef RPC_CHANNEL_TIMER_H
#define RPC_CHANNEL_TIMER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/** Does what is due.
 * @return When to be called next, in monotonic milliseconds; CHANNEL_NEVER: when woken. */
typedef int64_t channel_tick(void *context, int64_t now_ms);

struct channel_timer {
    channel_tick *tick;
    void *context;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    _Atomic int64_t wakes_at_ms; /* stored under the mutex; read without it to spare a wake-up */
    bool stopping;               /* under the mutex */
};

/** Starts the thread. The memory is the caller's and must not move. @return False if it can't. */
bool channel_timer_init(struct channel_timer *timer, channel_tick *tick, void *context);

/** Stops the thread after the tick under way. */
void channel_timer_deinit(struct channel_timer *timer);

/** Has the tick run at this moment or a few milliseconds later, unless it runs earlier anyway. A
 * moment long past means at once. Safe from any thread. */
void channel_timer_wake_by(struct channel_timer *timer, int64_t moment_ms);

/** Makes a condition that waits by the monotonic clock. @return False if it can't. */
bool channel_condition_init(pthread_cond_t *condition);

/** Waits until it is signalled (or for no reason), or until a moment.
 * @return False if the moment has come. */
bool channel_condition_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t moment_ms);

/** The earlier of two moments. */
static inline int64_t channel_earlier(int64_t a_ms, int64_t b_ms)
{
    return a_ms < b_ms ? a_ms : b_ms;
}

#endif
