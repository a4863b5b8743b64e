#include "client/demo/tally.h"

#include <stdlib.h>
#include <time.h>

int64_t tally_clock_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void tally_add(struct tally *tally, int64_t began_us, enum onsale_status status)
{
    int64_t took_us = tally_clock_us() - began_us;
    size_t place = atomic_fetch_add(&tally->measured, 1);
    if (place < TALLY_CALLS_MAX) tally->took_us[place] = (uint32_t)took_us;
    atomic_fetch_add(&tally->calls, 1);
    if (status == ONSALE_SEAT_TAKEN) atomic_fetch_add(&tally->seat_taken, 1);
}

void tally_add_wait(struct tally *tally)
{
    atomic_fetch_add(&tally->calls, 1);
}

static int compare(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

uint32_t tally_percentile_us(struct tally *tally, unsigned percent)
{
    size_t count = atomic_load(&tally->measured);
    if (count > TALLY_CALLS_MAX) count = TALLY_CALLS_MAX;
    if (count == 0) return 0;
    qsort(tally->took_us, count, sizeof tally->took_us[0], compare);
    return tally->took_us[(count - 1) * percent / 100];
}
