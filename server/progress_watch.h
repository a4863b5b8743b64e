/* progress_watch.h -- Notices when a thread that always has something to do takes no step any more.
 *
 * Pure: it counts how often its owner looked, as closing_watch.h does, so a process that was
 * stopped for a while does not count as waiting. */
#ifndef SERVER_PROGRESS_WATCH_H
#define SERVER_PROGRESS_WATCH_H

#include <stdbool.h>
#include <stdint.h>

/** So many looks, one a second, at a thread that sleeps for a second at most. */
enum { PROGRESS_LOOKS_STALLED = 10 };

/** Zeroed at the start. */
struct progress_watch {
    uint64_t steps;
    unsigned looks;
};

/** @param steps  That the thread has taken since the start.
 * @return Whether it took one in the last PROGRESS_LOOKS_STALLED looks. */
bool progress_watch_look(struct progress_watch *watch, uint64_t steps);

#endif
