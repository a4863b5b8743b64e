#include "server/upgrade_log.h"

#include <inttypes.h>
#include <stdio.h>

struct upgrade_log upgrade_log_begin(int64_t now_ms)
{
    return (struct upgrade_log){.next_ms = now_ms + UPGRADE_LOG_MS};
}

bool upgrade_log_next(struct upgrade_log *log, const struct store_upgrading *progress,
                      int64_t now_ms, char ret_text[UPGRADE_LOG_BYTES])
{
    if (now_ms < log->next_ms) return false;
    log->next_ms = now_ms + UPGRADE_LOG_MS;
    snprintf(ret_text, UPGRADE_LOG_BYTES,
             "upgrading the store to format %" PRIu32 ": step %u of %u, %s: %" PRIu64 " of %" PRIu64
             " records",
             progress->to, progress->number + 1, progress->steps, progress->step, progress->done,
             progress->records);
    return true;
}
