/* log_group.h -- Three PostgreSQL on this machine, whose commits wait for one of two others, and in
 * them the log of a new shop: script/cluster makes them. */
#ifndef BENCH_SHOP_LOG_GROUP_H
#define BENCH_SHOP_LOG_GROUP_H

#include "bench/contender.h"

enum { LOG_GROUP_PATH_BYTES = 192, LOG_GROUP_URL_BYTES = 1024 };

struct log_group {
    const struct options *options; /* borrowed */
    char folder[LOG_GROUP_PATH_BYTES];
    char log[LOG_GROUP_PATH_BYTES + 8]; /* file for what its programs say */
    char url[LOG_GROUP_URL_BYTES];      /* what onsaled --log takes */
};

/** What it is to be. */
struct log_group_plan {
    bool promotes; /* a watchdog makes a standby the primary when that dies */
};

/** @param ret_group  Set on OUTCOME_READY only: to be closed with log_group_close.
 * @return OUTCOME_NOT_INSTALLED without PostgreSQL, or if onsaled was built without it;
 * OUTCOME_FAILED: said why on stderr. */
enum outcome log_group_open(const struct options *options, const struct log_group_plan *plan,
                            struct log_group *ret_group);

/** Stops the servers and removes their folder. One that was never opened, all zero, is fine. */
void log_group_close(struct log_group *group);

/** Has script/cluster do something with the group: "kill", "n1". @return Whether it did. */
bool log_group_do(const struct log_group *group, const char *what, const char *node);

#endif
