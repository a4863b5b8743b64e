/* clock.h -- The server's time, from the system clock and a monotonic one.
 *
 * It is the system clock's, but:
 *   - it never runs backwards: when the system clock is set back, it stands still until that has
 *     caught up. The floor is kept in a word that outlives the process (lasting_word.h): no
 *     time that was given out before a `kill -9` is given out again after it;
 *   - it does not follow a jump ahead: when the system clock gains more than `jump_max_ms` on the
 *     monotonic clock, time goes on by the monotonic clock. So holds and waits end at their moment.
 *     The jump is over when the system clock is back within the limit, or confirmed.
 * A change of the system clock while nothing observes it, also before the start, is followed: a
 * clock that was set can't be told from a server that was stopped.
 *
 * Reads no clock: the readings are arguments. */
#ifndef SERVER_CLOCK_H
#define SERVER_CLOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"

/** Both clocks at one moment. */
struct clock_reading {
    unix_ms system_ms;    /* may be set */
    int64_t monotonic_ms; /* since some moment; counts while the machine sleeps */
};

struct clock {
    int64_t jump_max_ms;
    _Atomic int64_t offset_ms; /* the server's time is to be the monotonic clock's and this */
    _Atomic unix_ms looked_ms; /* the system clock's, when it was so far from a jump that the next
                                  CLOCK_GLANCE_MS_MAX of it are none */
    _Atomic uint64_t *floor;   /* the latest time given out, with a check; see clock_open */
};

enum { CLOCK_GLANCE_MS_MAX = 20 };

/** The time, and what is the matter with the system clock: one of the two at most. */
struct clock_view {
    unix_ms now_ms;
    int64_t jumped_ms; /* the system clock is so far ahead and not followed; 0: it is followed */
    int64_t behind_ms; /* it is so far behind, and time stands still; reported from a second on */
};

/** @param floor     Kept; must outlive the clock. What an earlier clock left in it counts if its
 * check is right; begin with 0.
 * @param least_ms  The time is not less. */
void clock_open(struct clock *clock, struct clock_reading at, unix_ms least_ms, int64_t jump_max_ms,
                _Atomic uint64_t *floor);

/** Tells the time. Safe from any thread, beside all that follows. */
struct clock_view clock_look(struct clock *clock, struct clock_reading at);

/** Reads the time by the system clock alone, where that is enough: it shows what it showed when
 * somebody looked at both, or little more. Safe from any thread.
 * @param ret_now_ms  What clock_look would tell; set if true is returned only. */
bool clock_glance(struct clock *clock, unix_ms system_ms, unix_ms *ret_now_ms);

/** Tells a time that others gave, if none later was told before. Safe from any thread.
 * @return The time: no less. */
unix_ms clock_raise(struct clock *clock, unix_ms time_ms);

/** Takes what the system clock has gained or lost against the monotonic one as right, unless it has
 * jumped. Call it every second: what it gains between two calls counts as one jump. One thread. */
void clock_follow(struct clock *clock, struct clock_reading at);

/** Takes the system clock as right, whatever it says. Safe from any thread.
 * @return The view before: what was confirmed. */
struct clock_view clock_confirm(struct clock *clock, struct clock_reading at);

#endif
