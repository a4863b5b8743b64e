#include "server/system.h"

#include <errno.h>
#include <sys/random.h>
#include <time.h>

#include "base/require.h"

unix_ms system_clock_ms(void *context)
{
    (void)context;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (unix_ms)now.tv_sec * MS_PER_SECOND + now.tv_nsec / NS_PER_MS;
}

int64_t system_monotonic_ms(void *context)
{
    (void)context;
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * MS_PER_SECOND + now.tv_nsec / NS_PER_MS;
}

int64_t system_ticks_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

void system_entropy(void *context, uint8_t *bytes, size_t size)
{
    (void)context;
    while (size > 0) {
        ssize_t got = getrandom(bytes, size, 0);
        REQUIRE(got > 0 || errno == EINTR);
        if (got > 0) {
            bytes += got;
            size -= (size_t)got;
        }
    }
}
