/* cluster_fixture.h -- Three servers for a test, and calls to each of them. */
#ifndef SIM_CLUSTER_FIXTURE_H
#define SIM_CLUSTER_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "onsale/v1/admin.pb-c.h"
#include "tests/sim/cluster.h"

enum { CLUSTER_STEPS_MAX = 20000 };

struct cluster_fixture {
    struct cluster cluster;
    struct arena arena;
    char *folder; /* that they began with */
};

int cluster_fixture_set_up(void **state);
int cluster_fixture_tear_down(void **state);

/** Steps them until one leads, and a second more. */
struct node *cluster_await_leader(struct cluster_fixture *fixture);

/** Whether one leads beside this one. */
bool cluster_another_leads(const struct cluster *cluster, const struct node *node);

/** What a server tells of itself. In the arena. */
Onsale__V1__GetClusterStatusResponse cluster_tell(struct cluster_fixture *fixture,
                                                  const struct node *node);

/** Sends a frame: a charge, a read for who leads, and one for any server. */
void cluster_send(struct node *node, ProtobufCBinaryData bytes, struct memory_exchange *exchange);
void cluster_send_charge(struct cluster_fixture *fixture, struct node *node,
                         struct memory_exchange *exchange);
void cluster_send_read(struct cluster_fixture *fixture, struct node *node,
                       struct memory_exchange *exchange);
void cluster_send_read_for_any(struct cluster_fixture *fixture, struct node *node,
                               struct memory_exchange *exchange);

/** Expects an answer, with this reason of a call; empty: it went well. */
void cluster_expect_reason(struct memory_exchange *exchange, size_t call, const char *reason);

#endif
