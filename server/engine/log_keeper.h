/* log_keeper.h -- How much of the log is kept. The slow worker's. */
#ifndef SERVER_LOG_KEEPER_H
#define SERVER_LOG_KEEPER_H

#include <stdbool.h>
#include <stdint.h>

struct engine;

struct log_keeper {
    int64_t run_ms;      /* monotonic: when it came round last */
    int64_t reported_ms; /* likewise, with what: */
    uint64_t reported_index;
    bool has_reported;     /* the last time, the log has it */
    uint64_t trimmed_rows; /* so many since the start */
};

/** Reports, and of a leader trims, if that is due. Waits for the log's answers, a second or so
 * each.
 */
void log_keeper_run(struct engine *engine);

#endif
