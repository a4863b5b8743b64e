#include "server/doorbell.h"

#include <errno.h>
#include <time.h>

enum { NS_PER_MS = 1000000, NS_PER_SECOND = 1000000000 };

void doorbell_init(struct doorbell *bell)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&bell->lock, NULL);
    pthread_cond_init(&bell->rung_condition, &attributes);
    pthread_condattr_destroy(&attributes);
    bell->rung = false;
}

void doorbell_deinit(struct doorbell *bell)
{
    pthread_cond_destroy(&bell->rung_condition);
    pthread_mutex_destroy(&bell->lock);
}

void doorbell_ring(struct doorbell *bell)
{
    pthread_mutex_lock(&bell->lock);
    bell->rung = true;
    pthread_cond_signal(&bell->rung_condition);
    pthread_mutex_unlock(&bell->lock);
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

void doorbell_wait(struct doorbell *bell, int64_t wait_ms)
{
    struct timespec until = moment_after(wait_ms);
    int err = 0;
    pthread_mutex_lock(&bell->lock);
    while (!bell->rung && err != ETIMEDOUT)
        err = pthread_cond_timedwait(&bell->rung_condition, &bell->lock, &until);
    bell->rung = false;
    pthread_mutex_unlock(&bell->lock);
}
