/* reads.h -- Calls that change nothing, as often as one likes. Each state is freed with free(). */
#ifndef BENCH_WORKLOADS_READS_H
#define BENCH_WORKLOADS_READS_H

#include "bench/load/workload.h"
#include "bench/shop/shop.h"

/** A kind of read. */
struct reads {
    /** Gets the shop ready. @return NULL if that failed: said why on stderr. */
    void *(*make_state)(struct shop *shop);
    bool (*prepare)(void *state, uint64_t operation, uint32_t step, const ProtobufCMessage *answer,
                    struct request *ret_request);
};

/** GetQueueEntry of all who wait, without an order. */
extern const struct reads reads_polls;

/** GetBalance of one user. */
extern const struct reads reads_balances;

/* GetSeatMap of one performance. */
extern const struct reads reads_seat_map_full;
extern const struct reads reads_seat_map_unchanged; /* since the known version */
extern const struct reads reads_seat_map_delta;     /* 20 seats have changed since */

#endif
