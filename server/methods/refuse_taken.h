/* refuse_taken.h -- Refuses seats that are not available, with their names as details. */
#ifndef SERVER_REFUSE_TAKEN_H
#define SERVER_REFUSE_TAKEN_H

#include "model/catalog.h"
#include "server/engine/call.h"

/** Adds a SeatsTaken detail.
 * @return STATUS_SEAT_TAKEN; STATUS_OUT_OF_MEMORY. */
enum status refuse_taken(struct call *call, const struct performance *performance,
                         const uint32_t *seat_indexes, size_t count);

#endif
