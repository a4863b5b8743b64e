/* cluster_warned.h -- What rule 4 of docs/CLUSTER.md is for: a commit whose wait for the standbys
 * was cut short is on one disk only, and PostgreSQL tells so by a warning. */
#ifndef SIM_CLUSTER_WARNED_H
#define SIM_CLUSTER_WARNED_H

#include <stdbool.h>

#include "tests/sim/cluster_fixture.h"

/** The commits of who leads come with warnings until a charge is acknowledged; then the primary
 * dies at once, and who leads with it. @return Whether the next leader has the charge. */
bool cluster_keeps_what_came_with_a_warning(struct cluster_fixture *fixture);

#endif
