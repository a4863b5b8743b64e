/* contender.h -- What can be measured for a row: a workload on our server, or a rival. */
#ifndef BENCH_CONTENDER_H
#define BENCH_CONTENDER_H

#include "bench/measure/round.h"
#include "bench/options.h"
#include "bench/shop/shop.h"

enum outcome {
    OUTCOME_READY,
    OUTCOME_NOT_INSTALLED,
    OUTCOME_FAILED, /* said why on stderr */
};

/** Where a row is measured. */
struct stage {
    const struct options *options;
    struct shop *shop;
};

/** `open` is called once, then `round` for every round, then `close`. */
struct contender {
    const char *name; /* "onsale, 512 in flight" */
    enum outcome (*open)(struct stage *stage, const struct contender *contender, void **ret_state);
    bool (*round)(struct stage *stage, void *state, struct round *ret_round);
    void (*close)(void *state);
    const void *settings; /* what `open` makes of them */
};

#endif
