/* cluster.h -- Three servers without threads, one log in memory, and one time for all: each has a
 * clock of its own that is some way off. A server may be frozen, killed, or cut off from the log.
 */
#ifndef SIM_CLUSTER_H
#define SIM_CLUSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/id.h"
#include "log/memory/memory.h"
#include "onsale/rpc/v1/rpc.pb-c.h"
#include "server/engine/engine.h"
#include "server/engine/role.h"
#include "store/lasting_word.h"
#include "store/store.h"
#include "tests/lib/memory_transport.h"
#include "tests/sim/random.h"

enum { CLUSTER_NODES = 3 };

struct cluster;

struct node {
    struct cluster *cluster;
    char *folder;
    char name[8];
    Onsale__Rpc__V1__Leader self;
    struct lasting_word floor;
    struct log *log;
    struct store *store;
    struct engine *engine;
    struct random entropy;
    int64_t ahead_ms;        /* its clock */
    int64_t frozen_until_ms; /* of the time of all */
};

struct cluster {
    struct random random;
    int64_t now_ms; /* since the beginning */
    struct memory_log *memory;
    struct node nodes[CLUSTER_NODES];
};

/** Three servers on copies of a folder whose last write is of this index. */
void cluster_open(struct cluster *cluster, uint64_t seed, const char *folder, uint64_t index);
/** The same with a folder for each. */
void cluster_open_each(struct cluster *cluster, uint64_t seed, const char *const *folders,
                       uint64_t index);
void cluster_close(struct cluster *cluster);

/** Lets time pass, and each server that is not frozen take a step. */
void cluster_pass(struct cluster *cluster, int64_t ms);

bool cluster_is_frozen(const struct cluster *cluster, const struct node *node);

/** `kill -9`, and a start on what was left. Calls under way end somehow. */
void cluster_kill(struct cluster *cluster, struct node *node);

/** The server that leads, as it thinks; NULL if none does, or several do. */
struct node *cluster_leader(struct cluster *cluster);

enum engine_role node_role(const struct node *node);

/** A folder that servers begin with: the concerts and users of a desk, and who waits for concert 2
 * has to poll every WAIT_LIFETIME_MS. @return Its path; to be removed. */
enum { WAIT_LIFETIME_MS = 4000 };
/** And this user holds two seats, for DESK_HOLD_MS. */
enum { CLUSTER_HOLDER = 20, CLUSTER_HOLD = 5 };
char *cluster_make_folder(uint64_t *ret_index);

extern const struct store_shop cluster_shop;
extern const struct reservation_id cluster_hold_id;

#endif
