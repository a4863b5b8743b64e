#include "server/engine/engine_stats.h"

#include "base/limits.h"

enum { BATCH_BOUNDS = 12 };
_Static_assert(1 << (BATCH_BOUNDS - 1) == (int)WRITER_BATCH_MAX, "the last bound is a full batch");

void engine_stats_init(struct engine_stats *stats)
{
    *stats = (struct engine_stats){0};
    histogram_init(&stats->batch_commands, 0, BATCH_BOUNDS);
    histogram_init_us(&stats->batch_us);
    histogram_init_us(&stats->commit_us);
    histogram_init_us(&stats->flush_us);
}
