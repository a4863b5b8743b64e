/* api_door.h -- The door for a shop's own pages: /api, whose words are token, balance, concert,
 * option, seat, reserve, payment. docs/HTTP.md tells it. */
#ifndef GATEWAY_API_DOOR_H
#define GATEWAY_API_DOOR_H

#include "gateway/exchange.h"

/** For the row "/api/" of a table of handlers, whose context is a struct json_door;
 * json_door_refuse refuses. */
void api_door_start(const struct handler *handler, struct exchange *exchange);

#endif
