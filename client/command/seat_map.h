/* seat_map.h -- onsale performance seats */
#ifndef CLIENT_COMMAND_SEAT_MAP_H
#define CLIENT_COMMAND_SEAT_MAP_H

#include "client/command/command.h"

extern const struct parameter *const seat_map_parameters[];

/** Draws the hall, one section of it, or lists what has changed. */
enum exit_code seat_map_show(struct run *run);

#endif
