/* cluster_inside.h -- What cluster_run.c and cluster_audit.c share. */
#ifndef SIM_CLUSTER_INSIDE_H
#define SIM_CLUSTER_INSIDE_H

#include "tests/sim/cluster.h"
#include "tests/sim/cluster_run.h"

enum {
    RUN_MS = 5000,
    HEAL_MS = 2500,
    STEP_MS_MAX = 16,
    CLIENTS = 3,
    USERS = 6,
    POLLERS = 2,
    POLL_MS = 400,
    PATIENCE_MS = 300,
    CHARGES_MAX = 4096,
    BYTES_MAX = 1 << 20,
};

/* --- Calls ------------------------------------------------------------------------------------ */

enum kind { KIND_CHARGE, KIND_READ, KIND_ENTER, KIND_POLL };

/* One frame on its way. Who has asked may have given up. */
struct flight {
    struct memory_exchange exchange;
    struct arena arena;
    struct node *node;
    struct caller *caller; /* NULL: nobody listens */
    uint64_t must_see;     /* index that was acknowledged to somebody when it was sent */
    struct flight *next;
};

struct caller {
    enum kind kind;
    struct flight *flight; /* NULL: none under way */
    int64_t sent_ms;
    int64_t next_ms; /* when to ask again */
    size_t node;
    uint64_t user_id;
    uint64_t number;    /* of its charge */
    uint64_t min_index; /* what it has seen */
    ProtobufCBinaryData token;
    uint8_t token_bytes[64];
    int64_t polled_ms; /* last that was answered */
};

struct charge {
    uint64_t user_id;
    uint64_t index; /* not beyond: it is in the log by then */
    bool is_acknowledged;
};

struct read {
    uint64_t user_id;
    uint64_t index;
    int64_t balance;
};

enum { READS_MAX = 8192, CALLERS = CLIENTS + CLIENTS + POLLERS };

struct run {
    struct cluster cluster;
    struct caller callers[CALLERS];
    struct flight *flights;
    size_t charges_count;
    struct charge charges[CHARGES_MAX];
    size_t reads_count;
    struct read reads[READS_MAX];
    uint64_t acknowledged; /* the greatest index of any answer of a write */
    struct cluster_tally *tally;
    char *complaint;
};

/** Notes what is wrong; the first complaint stays. */
__attribute__((format(printf, 2, 3))) void run_complain(struct run *run, const char *format, ...);

/** Reads the log from its beginning, and compares with it what was told and what the servers have.
 */
void run_audit(struct run *run, const char *folder, uint64_t index);

#endif
