/* cluster_run.h -- Random traffic and random trouble for a cluster, and what must be true after. */
#ifndef SIM_CLUSTER_RUN_H
#define SIM_CLUSTER_RUN_H

#include <stdbool.h>
#include <stdint.h>

enum { COMPLAINT_BYTES = 256 };

struct cluster_tally {
    uint64_t charged; /* acknowledged */
    uint64_t read;    /* reads that were answered */
    uint64_t polled;
    uint64_t takeovers;
    uint64_t entries;
    uint64_t hashes;  /* that servers told of themselves at the end */
    uint64_t trimmed; /* rows */
};

/** Runs a cluster at a seed.
 * @param folder,index   See cluster_make_folder.
 * @param tally          Added to.
 * @param ret_complaint  What was wrong; empty if nothing was.
 * @return Whether nothing was. */
bool cluster_run(uint64_t seed, const char *folder, uint64_t index, struct cluster_tally *tally,
                 char ret_complaint[COMPLAINT_BYTES]);

#endif
