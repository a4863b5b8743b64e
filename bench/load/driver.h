/* driver.h -- How the callers of a workload reach the server. */
#ifndef BENCH_LOAD_DRIVER_H
#define BENCH_LOAD_DRIVER_H

#include "bench/load/frame_loop.h"
#include "bench/load/workload.h"

enum driver_kind {
    DRIVER_ASYNC,   /* libonsale's asynchronous API */
    DRIVER_THREADS, /* its synchronous API */
    DRIVER_FRAMES,  /* raw nng sockets, one call a frame, packed beforehand */
};

struct driver {
    enum driver_kind kind;
    uint32_t callers;         /* calls in flight; of DRIVER_ASYNC and DRIVER_THREADS */
    struct frame_shape shape; /* of DRIVER_FRAMES */
};

/** Runs a workload. Over raw sockets an endless one repeats its first ten thousand operations.
 * @param url  For raw sockets.
 * @return False if the server can't be reached: said why on stderr. */
bool driver_run(const struct driver *driver, struct onsale_channel *channel, const char *url,
                const struct workload *workload, double seconds, struct round *ret_round);

#endif
