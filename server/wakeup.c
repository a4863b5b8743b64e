#include "server/wakeup.h"

#include <errno.h>
#include <time.h>

enum { NS_PER_MS = 1000000, NS_PER_SECOND = 1000000000 };

void wakeup_init(struct wakeup *wakeup)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&wakeup->lock, NULL);
    pthread_cond_init(&wakeup->sent_condition, &attributes);
    pthread_condattr_destroy(&attributes);
    wakeup->sent = false;
}

void wakeup_deinit(struct wakeup *wakeup)
{
    pthread_cond_destroy(&wakeup->sent_condition);
    pthread_mutex_destroy(&wakeup->lock);
}

void wakeup_send(struct wakeup *wakeup)
{
    pthread_mutex_lock(&wakeup->lock);
    wakeup->sent = true;
    pthread_cond_signal(&wakeup->sent_condition);
    pthread_mutex_unlock(&wakeup->lock);
}

static struct timespec moment_after(int64_t wait_ms)
{
    struct timespec moment;
    clock_gettime(CLOCK_MONOTONIC, &moment);
    moment.tv_sec += wait_ms / 1000;
    moment.tv_nsec += wait_ms % 1000 * NS_PER_MS;
    if (moment.tv_nsec >= NS_PER_SECOND) {
        moment.tv_nsec -= NS_PER_SECOND;
        moment.tv_sec++;
    }
    return moment;
}

void wakeup_wait(struct wakeup *wakeup, int64_t wait_ms)
{
    struct timespec until = moment_after(wait_ms);
    int err = 0;
    pthread_mutex_lock(&wakeup->lock);
    while (!wakeup->sent && err != ETIMEDOUT)
        err = pthread_cond_timedwait(&wakeup->sent_condition, &wakeup->lock, &until);
    wakeup->sent = false;
    pthread_mutex_unlock(&wakeup->lock);
}
