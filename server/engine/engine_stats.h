/* engine_stats.h -- What the engine counts and measures for those who watch it: since it was
 * opened. Safe to read from any thread. */
#ifndef SERVER_ENGINE_STATS_H
#define SERVER_ENGINE_STATS_H

#include "base/histogram.h"
#include "server/engine/event_stats.h"

struct engine_stats {
    struct histogram batch_commands; /* commands of a batch that was applied */
    struct histogram batch_us;       /* executing a batch and giving it to the journal */
    struct histogram commit_us;      /* showing what was applied to reads: LMDB's commit */
    struct histogram flush_us;       /* a flush of the journal, as those who need it wait for it */
    struct event_stats events;
};

void engine_stats_init(struct engine_stats *stats);

#endif
