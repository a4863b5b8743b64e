/* seat_arguments.h -- The seats that were named on the command line. */
#ifndef CLIENT_COMMAND_SEAT_ARGUMENTS_H
#define CLIENT_COMMAND_SEAT_ARGUMENTS_H

#include "client/command/command.h"

/** Seat indexes of one performance. */
struct seat_list {
    uint32_t *seat_indexes; /* owned */
    size_t count;
};

/** The one seat of a hall that a text means, an index or a name.
 * @param ret_seat_index  Set on ONSALE_OK only.
 * @return Otherwise what run->error tells: ONSALE_SEAT_OUT_OF_RANGE if there is none;
 * ONSALE_ARGUMENT_INVALID with two readings if there are several. */
enum onsale_status seat_find(struct run *run, const Onsale__V1__SeatLayout *layout,
                             const char *text, uint32_t *ret_seat_index);

/** Looks up the values of parameter_seats in the hall of parameter_performance. The hall is asked
 * for only if a seat is given by its name.
 * @param ret_seats  Set on ONSALE_OK only; free it with seat_list_deinit.
 * @return Otherwise what run->error tells. */
enum onsale_status seat_list_read(struct run *run, struct seat_list *ret_seats);

/** Frees a list; a zeroed one is fine. */
void seat_list_deinit(struct seat_list *seats);

#endif
