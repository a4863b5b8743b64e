#include "server/closing_watch.h"

enum closing closing_watch_look(struct closing_watch *watch, size_t closing, uint64_t freed)
{
    if (closing == 0 || freed != watch->freed)
        watch->looks = 0;
    else
        watch->looks++;
    watch->freed = freed;
    if (watch->looks >= CLOSING_LOOKS_STUCK) return CLOSING_STUCK;
    return watch->looks >= CLOSING_LOOKS_LATE ? CLOSING_LATE : CLOSING_WELL;
}
