/* seat_arguments.h -- Seats on the command line: from a name or an index to the index of a seat. */
#ifndef CLIENT_COMMAND_SEAT_ARGUMENTS_H
#define CLIENT_COMMAND_SEAT_ARGUMENTS_H

#include "client/command/command.h"
#include "client/command/seats.h"

/** The one seat of a hall that a text means, an index or a name.
 * @param ret_seat  Set on ONSALE_OK only.
 * @return Otherwise what run->error tells: ONSALE_SEAT_OUT_OF_RANGE if there is none;
 * ONSALE_ARGUMENT_INVALID with two readings if there are several. */
enum onsale_status seat_find(struct run *run, const Onsale__V1__SeatLayout *layout,
                             const char *text, struct seat_reading *ret_seat);

/** The hall of a performance.
 * @param ret_hall  Set on ONSALE_OK only: free it with protobuf_c_message_free_unpacked.
 * @return Otherwise what run->error tells. */
enum onsale_status hall_get(struct run *run, uint32_t performance_id,
                            Onsale__V1__GetSeatLayoutResponse **ret_hall);

#endif
