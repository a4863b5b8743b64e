/* seat_names.h -- Whether every seat of a hall has a name of its own.
 *
 * A seat is called SECTION-ROW-NUMBER. So the seats of a row that is given twice have the same
 * names, and so have those of row 2 of section A-1 and of row 1-2 of section A. Names are the same
 * if their keys are (text/name.h). */
#ifndef SERVER_CATALOGUE_SEAT_NAMES_H
#define SERVER_CATALOGUE_SEAT_NAMES_H

#include "onsale/v1/admin.pb-c.h"
#include "server/catalogue/field.h"
#include "server/engine/call.h"

/** @param layout  Its names and numbers have been checked.
 * @return STATUS_OK; STATUS_ARGUMENT_INVALID naming the seat and both its places;
 * STATUS_OUT_OF_MEMORY. */
enum status catalogue_check_seat_names(struct call *call, const Onsale__V1__SeatLayout *layout,
                                       const struct field_path *path);

#endif
