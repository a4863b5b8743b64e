#include "server/progress_watch.h"

bool progress_watch_look(struct progress_watch *watch, uint64_t steps)
{
    if (steps != watch->steps)
        watch->looks = 0;
    else if (watch->looks < PROGRESS_LOOKS_STALLED)
        watch->looks++;
    watch->steps = steps;
    return watch->looks < PROGRESS_LOOKS_STALLED;
}
