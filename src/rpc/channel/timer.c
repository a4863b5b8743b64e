#include "rpc/channel/timer.h"

#include <signal.h>
#include <time.h>

#include "base/time.h"
#include "rpc/channel/call.h"

/* Moments are rounded up to this grid, so that many different deadlines share a few wake-ups. */
enum { GRID_MS = 5 };

static int64_t rounded_up(int64_t moment_ms)
{
    if (moment_ms > CHANNEL_NEVER - GRID_MS) return CHANNEL_NEVER;
    return (moment_ms + GRID_MS - 1) / GRID_MS * GRID_MS;
}

bool channel_condition_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t moment_ms)
{
    if (moment_ms == CHANNEL_NEVER) return pthread_cond_wait(condition, mutex) == 0;
    struct timespec until = {
        .tv_sec = moment_ms / MS_PER_SECOND,
        .tv_nsec = moment_ms % MS_PER_SECOND * 1000000,
    };
    return pthread_cond_timedwait(condition, mutex, &until) == 0;
}

static void lower_wakes_at(struct channel_timer *timer, int64_t moment_ms)
{
    if (moment_ms < atomic_load(&timer->wakes_at_ms)) atomic_store(&timer->wakes_at_ms, moment_ms);
}

/* wakes_at_ms is raised before the tick looks: a thread that adds a call after that lowers it
 * again.
 */
static void *timer_run(void *argument)
{
    struct channel_timer *timer = argument;
    sigset_t every_signal;
    sigfillset(&every_signal);
    pthread_sigmask(SIG_BLOCK, &every_signal, NULL); /* signals are the program's, not ours */
    pthread_mutex_lock(&timer->mutex);
    while (!timer->stopping) {
        int64_t now_ms = channel_now_ms();
        int64_t wakes_at_ms = atomic_load(&timer->wakes_at_ms);
        if (now_ms < wakes_at_ms) {
            channel_condition_wait(&timer->changed, &timer->mutex, wakes_at_ms);
            continue;
        }
        atomic_store(&timer->wakes_at_ms, CHANNEL_NEVER);
        pthread_mutex_unlock(&timer->mutex);
        int64_t next_ms = rounded_up(timer->tick(timer->context, now_ms));
        pthread_mutex_lock(&timer->mutex);
        lower_wakes_at(timer, next_ms);
    }
    pthread_mutex_unlock(&timer->mutex);
    return NULL;
}

bool channel_condition_init(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0) return false;
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    bool is_made = pthread_cond_init(condition, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
    return is_made;
}

bool channel_timer_init(struct channel_timer *timer, channel_tick *tick, void *context)
{
    *timer = (struct channel_timer){.tick = tick, .context = context};
    atomic_init(&timer->wakes_at_ms, CHANNEL_NEVER);
    if (!channel_condition_init(&timer->changed)) return false;
    pthread_mutex_init(&timer->mutex, NULL);
    if (pthread_create(&timer->thread, NULL, timer_run, timer) == 0) return true;
    pthread_mutex_destroy(&timer->mutex);
    pthread_cond_destroy(&timer->changed);
    return false;
}

void channel_timer_deinit(struct channel_timer *timer)
{
    pthread_mutex_lock(&timer->mutex);
    timer->stopping = true;
    pthread_cond_signal(&timer->changed);
    pthread_mutex_unlock(&timer->mutex);
    pthread_join(timer->thread, NULL);
    pthread_mutex_destroy(&timer->mutex);
    pthread_cond_destroy(&timer->changed);
}

void channel_timer_wake_by(struct channel_timer *timer, int64_t moment_ms)
{
    moment_ms = rounded_up(moment_ms);
    if (moment_ms >= atomic_load(&timer->wakes_at_ms)) return;
    pthread_mutex_lock(&timer->mutex);
    lower_wakes_at(timer, moment_ms);
    pthread_cond_signal(&timer->changed);
    pthread_mutex_unlock(&timer->mutex);
}
