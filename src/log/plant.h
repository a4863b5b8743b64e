/* plant.h -- Rules of the log that a test may switch off, to show that their tests find it. In the
 * real library each is kept, and the compiler sees so. */
#ifndef LOG_PLANT_H
#define LOG_PLANT_H

#include <stdbool.h>

/** As docs/CLUSTER.md numbers them. */
enum log_rule {
    LOG_RULE_FENCE = 1,    /* an index that is taken by another was not appended */
    LOG_RULE_BETWEEN = 2,  /* what came before START deposes who did not read it */
    LOG_RULE_SAME_ROW = 3, /* an append whose outcome is unknown is repeated as it was */
    LOG_RULE_WARNING = 4,  /* a commit with a warning is one whose outcome is unknown */
    LOG_RULE_BARRIER = 5,  /* what is found there is not yet what can't be lost */
    LOG_RULE_DURABLE = 6,  /* followers take what was acknowledged, without gaps */
    LOG_RULE_FIT = 7,      /* an engine that may lose what it acknowledged is refused */
    LOG_RULE_VOID = 8,     /* an entry of an epoch below the newest START's is not there */
    LOG_RULE_NEWS = 9,     /* without news another host is asked */
    LOG_RULE_DEPOSED = 10  /* an index taken by a later epoch deposes, whenever that is */
};

#ifdef ONSALE_PLANTS
/** Switches a rule off; 0 switches all on again. */
void log_plant(enum log_rule rule);

bool log_rule_is_kept(enum log_rule rule);
#else
static inline bool log_rule_is_kept(enum log_rule rule)
{
    (void)rule;
    return true;
}
#endif

#endif
