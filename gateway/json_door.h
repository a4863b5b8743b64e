/* json_door.h -- The door for JSON over HTTP: every method of the server by its rule in the .proto
 * files (google.api.http). */
#ifndef GATEWAY_JSON_DOOR_H
#define GATEWAY_JSON_DOOR_H

#include "gateway/exchange.h"
#include "gateway/json_workspace.h"
#include "gateway/origins.h"
#include "gateway/upstream.h"

/** What the door leads to; the `context` of its rows in a table of handlers. Outlives them. */
struct json_door {
    struct upstream *upstream;
    const struct origins *origins;
    struct json_workspace *workspace;
    bool is_for_admin; /* methods of administration are served */
};

/** For a row of a table of handlers. */
void json_door_start(const struct handler *handler, struct exchange *exchange);
void json_door_refuse(const struct handler *handler, struct exchange *exchange, enum status why);

#endif
