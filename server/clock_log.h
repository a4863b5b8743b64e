/* clock_log.h -- What the log tells of the system clock: when something begins, has become much
 * worse, or is over, and not each second. */
#ifndef SERVER_CLOCK_LOG_H
#define SERVER_CLOCK_LOG_H

#include <stdbool.h>

#include "server/engine/clock.h"

enum { CLOCK_LOG_BYTES = 256 };

/** What was told last. Begin with {0}. */
struct clock_log {
    int64_t jumped_ms;
    int64_t behind_ms;
};

/** Takes the next view. @return Whether there is something to tell: the text is set then only. */
bool clock_log_next(struct clock_log *log, struct clock_view view, char ret_text[CLOCK_LOG_BYTES]);

#endif
