/* gateway.h -- The whole gateway: loop, channel to the server, doors and listeners. */
#ifndef GATEWAY_GATEWAY_H
#define GATEWAY_GATEWAY_H

#include "gateway/options.h"

struct gateway;

/** Listens, and says where on stdout. SIGTERM and SIGINT must be blocked.
 * @return NULL if it can't: the log says why. */
struct gateway *gateway_start(const struct options *options);

/** Serves until SIGTERM or SIGINT, and then until what is under way has ended. */
void gateway_run(struct gateway *gateway);

/** Closes and frees everything. NULL is fine. */
void gateway_stop(struct gateway *gateway);

#endif
