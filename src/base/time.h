/* time.h -- Points in time and durations. Code below server/ never reads a clock: the time is an
 * argument. */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include <stdint.h>

/** A moment: milliseconds since 1970-01-01 UTC. The one typedef for a plain number: it says the
 * unit. */
typedef int64_t unix_ms;

enum { MS_PER_SECOND = 1000 };

/** A moment later than every other: "never". */
#define UNIX_MS_NEVER INT64_MAX

#endif
