#include "tests/e2e/wait_until.h"

#include <stddef.h>
#include <time.h>

enum { LOOKS = 15000, PAUSE_NS = 2 * 1000 * 1000 };

bool wait_until(bool (*condition)(void *context), void *context)
{
    for (int i = 0; i < LOOKS; i++) {
        if (condition(context)) return true;
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
    }
    return false;
}
