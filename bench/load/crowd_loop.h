/* crowd_loop.h -- A crowd of callers on a few connections, one call a frame: each charges a user's
 * balance, and the next time again, with patience for a call, and waits as long as the server asks
 * for before it repeats one that was refused. Who has lost patience makes the next call, answered
 * or not. A connection has as many frames in flight as a server takes, the others wait for them. */
#ifndef BENCH_LOAD_CROWD_LOOP_H
#define BENCH_LOAD_CROWD_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/latencies.h"

struct crowd {
    const char *url;
    uint32_t connections;
    uint32_t callers;    /* spread over the connections; at most CROWD_CALLERS_MAX */
    uint32_t timeout_ms; /* 1..16,383 */
    uint64_t first_user; /* a user for each caller, 1..users */
    uint64_t users;
};

enum { CROWD_CALLERS_MAX = 1 << 15 };

/** What became of the calls that ended, and the attempts that were answered, after the warm-up. */
struct crowd_result {
    double seconds;
    uint64_t in_time; /* calls that succeeded while their callers waited */
    /* Executed, told when nobody waited any more: the execution began after the timeout, as far as
     * the server could know it (never, it promises); or the answer was made after it; or only read.
     */
    uint64_t begun_late;
    uint64_t answered_late;
    uint64_t read_late;
    uint64_t given_up; /* calls whose time was up */
    uint64_t failed;   /* calls refused for good */
    uint64_t refused;  /* attempts: RESOURCE_EXHAUSTED with a time to wait */
    uint64_t retry_after_ms_sum;
    struct latencies successes; /* of attempts, from the first byte sent */
    struct latencies refusals;
    struct latencies refusals_not_there; /* of the same: until the crowd last found none there */
};

/** Runs the crowd for `warm_up` seconds uncounted and then for `seconds`, and waits for what is in
 * flight. @return False if the server can't be reached or hangs up: said why on stderr. */
bool crowd_run(const struct crowd *crowd, double warm_up, double seconds,
               struct crowd_result *ret_result);

#endif
