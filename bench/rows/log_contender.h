/* log_contender.h -- Buyers who hold one seat each, at a server whose log is in three PostgreSQL on
 * the same cores. */
#ifndef BENCH_ROWS_LOG_CONTENDER_H
#define BENCH_ROWS_LOG_CONTENDER_H

#include "bench/contender.h"

/** The `settings` of such a contender. */
struct log_setting {
    uint32_t callers;
    uint32_t frames_in_flight; /* 0: what a channel does by itself */
    uint32_t link_us;          /* how long the way to PostgreSQL takes, and the way back as long */
};

enum outcome log_open(struct stage *stage, const struct contender *contender, void **ret_state);
bool log_round(struct stage *stage, void *state, struct round *ret_round);
void log_close(void *state);

#endif
