/* clock_log.h -- Log lines about the system clock: when a deviation begins, becomes much worse, or
 * is over; not every second. */
#ifndef SERVER_CLOCK_LOG_H
#define SERVER_CLOCK_LOG_H

#include <stdbool.h>

#include "server/engine/clock.h"

enum { CLOCK_LOG_BYTES = 256 };

/** What was logged last. Begin with {0}. */
struct clock_log {
    int64_t jumped_ms;
    int64_t behind_ms;
};

/** Takes the next view. @return Whether there is something to log: the text is set then only. */
bool clock_log_next(struct clock_log *log, struct clock_view view, char ret_text[CLOCK_LOG_BYTES]);

#endif
