/* trim.h -- How much of the front of a log may go, and who still needs it. */
#ifndef LOG_TRIM_H
#define LOG_TRIM_H

#include "log/engine.h"

enum {
    LOG_TRIM_ROWS = 256,       /* at once */
    LOG_TRIM_AGE_MS_MIN = 3000 /* what is younger is left: see fresh_ms of log/engine.h */
};

/** See log_trim. */
enum status log_trim_front(struct log_engine *engine, uint64_t below_index, unix_ms before_ms,
                           size_t *ret_rows);

#endif
