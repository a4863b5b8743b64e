/* frame_loop.h -- Ready messages over raw nng request sockets, one answer awaited per context: what
 * a foreign client does, and what an echo is measured with. */
#ifndef BENCH_LOAD_FRAME_LOOP_H
#define BENCH_LOAD_FRAME_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/measure/round.h"

/** Messages that lie one behind the other. */
struct frames {
    uint8_t *bytes;
    size_t *ends;    /* where each ends in `bytes` */
    bool *were_sent; /* of each, whether it was: set by the loop; NULL: nobody asks */
    size_t count;
    bool is_cycle;  /* begin again after the last; else the load ends early */
    bool are_calls; /* the answers are reply frames: look whether they say OK */
};

/** How many are in flight: a context each. */
struct frame_shape {
    uint32_t sockets;
    uint32_t contexts; /* of each socket */
};

enum { FRAME_CALLERS_MAX = 1024 };

/** @param shape  sockets * contexts is 1..FRAME_CALLERS_MAX.
 * @return False if the server can't be reached or a connection broke: said why on stderr. */
bool frame_loop_run(const char *url, const struct frames *frames, struct frame_shape shape,
                    double seconds, struct round *ret_round);

#endif
