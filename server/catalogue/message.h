/* message.h -- From the messages of an import to records. Strings must have been validated. */
#ifndef SERVER_CATALOGUE_MESSAGE_H
#define SERVER_CATALOGUE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/catalog.h"
#include "onsale/v1/admin.pb-c.h"

enum { FIRST_NUMBER_MAX = 9999 };

/** The first hall or performance with this id. @return NULL if there is none. */
const Onsale__V1__SeatLayout *find_layout(const Onsale__V1__ImportCatalogueRequest *request,
                                          uint32_t layout_id);
const Onsale__V1__Performance *find_performance(const Onsale__V1__ImportCatalogueRequest *request,
                                                uint32_t performance_id);

/** Seats of a hall. */
uint32_t layout_message_seats(const Onsale__V1__SeatLayout *layout);

struct concert concert_of_message(const Onsale__V1__Concert *message);

/** The performance, its seats counted in its hall. */
struct performance performance_of_message(const Onsale__V1__Performance *message,
                                          const Onsale__V1__SeatLayout *layout);

/** Walks the rows of a hall as records, in the order of their seats. Start with the layout only;
 * the rest is the walk's. */
struct row_walk {
    const Onsale__V1__SeatLayout *layout;
    size_t section;
    size_t row_in_section;
    uint32_t next_seat_index;
};

/** @return False at the end. */
bool row_walk_next(struct row_walk *walk, struct layout_row *ret_row);

#endif
