/* upgrade_log.h -- Log lines about an upgrade of the store: one every few seconds, none if the
 * upgrade is over before. */
#ifndef SERVER_UPGRADE_LOG_H
#define SERVER_UPGRADE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

enum { UPGRADE_LOG_BYTES = 160, UPGRADE_LOG_MS = 3000 };

struct upgrade_log {
    int64_t next_ms; /* when there is to be another line */
};

/** @param now_ms  Of a clock that does not jump, here and below. */
struct upgrade_log upgrade_log_begin(int64_t now_ms);

/** @return Whether it is time for a line: the text is set then only. */
bool upgrade_log_next(struct upgrade_log *log, const struct store_upgrading *progress,
                      int64_t now_ms, char ret_text[UPGRADE_LOG_BYTES]);

#endif
