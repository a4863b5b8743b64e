/* seat_arguments.h -- Seats on the command line: from a name or an index to the index of a seat. */
#ifndef CLIENT_COMMAND_SEAT_ARGUMENTS_H
#define CLIENT_COMMAND_SEAT_ARGUMENTS_H

#include "client/command/command.h"
#include "client/command/hall.h"

/** The one seat of a hall that a text means, an index or a name.
 * @param ret_seat  Set if true is returned only.
 * @return False: run->error tells ONSALE_SEAT_OUT_OF_RANGE if there is none;
 * ONSALE_ARGUMENT_INVALID with two readings if there are several. */
bool seat_find(struct run *run, const Onsale__V1__SeatLayout *layout, const char *text,
               struct seat_reading *ret_seat);

/** The same of the hall of a performance, which is asked for. */
bool seat_find_in(struct run *run, uint32_t performance_id, const char *text,
                  struct seat_reading *ret_seat);

/** The hall of a performance. @return NULL: run->error tells why. */
const Onsale__V1__SeatLayout *hall_get(struct run *run, uint32_t performance_id);

/** A hall with the states of a seat map: free it with hall_deinit.
 * @param performance  As in struct hall.
 * @param ret_hall     Set if true is returned only.
 * @return False: run->error tells that the map is of another hall. */
bool hall_open(struct run *run, const Onsale__V1__SeatLayout *layout,
               const Onsale__V1__Performance *performance,
               const Onsale__V1__GetSeatMapResponse *map, struct hall *ret_hall);

#endif
