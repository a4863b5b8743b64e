/* hall.h -- The seats of a performance with their states, drawn as a plan of the hall. */
#ifndef CLIENT_COMMAND_HALL_H
#define CLIENT_COMMAND_HALL_H

#include <stdio.h>

#include "client/command/seats.h"
#include "client/command/writer.h"

enum { SEAT_STATES = 5, HALL_TITLE_BYTES = 128 };

/** Borrows the messages. */
struct hall {
    const Onsale__V1__SeatLayout *layout;
    const Onsale__V1__Performance *performance; /* names and prices of the tiers; may be NULL */
    uint8_t *states;                            /* enum SeatState by seat index */
    uint32_t seat_count;
};

/** Seats of some part of a hall by state. */
struct seat_counts {
    uint32_t by_state[SEAT_STATES];
    uint32_t total;
};

/** Makes the hall with every seat UNSPECIFIED. Ends the process if memory is used up. */
void hall_init(struct hall *hall, const Onsale__V1__SeatLayout *layout,
               const Onsale__V1__Performance *performance);

/** Frees the states. */
void hall_deinit(struct hall *hall);

/** Puts the states of a seat map over what is there.
 * @return False if the map is not one of this hall: then nothing is to be relied on. */
bool hall_apply(struct hall *hall, const Onsale__V1__GetSeatMapResponse *map);

/** Counts neighbouring seats. */
struct seat_counts hall_count(const struct hall *hall, uint32_t first_seat_index, uint32_t count);

/** Writes "VIP  165,000" for a tier, or "tier 2" if its name is not known. */
void hall_tier_title(const struct hall *hall, uint32_t tier_index, char *ret_title, size_t size);

/** Draws the whole hall, one character a seat: the stage, the sections side by side in `width`
 * columns under the prices of their tiers, the legend with counts. A row that does not fit goes on
 * in the next line. */
void hall_draw(const struct hall *hall, size_t width, struct writer *writer);

/** Draws all that is called by this name, in `width` columns: rows with the numbers of their seats,
 * under the price of their tier. A section of two prices is two of one name.
 * @param name  As it is typed: if no section is called so, capital and small letters are the same.
 * @return False, having drawn nothing, if there is no such section. */
bool hall_draw_section(const struct hall *hall, const char *name, size_t width,
                       struct writer *writer);

/** Explains the characters and says how many there are of each. */
void hall_draw_legend(const struct seat_counts *counts, struct writer *writer);

/** Lists the seats whose state is known, neighbours of one state in one line.
 * @param width  As of table_print. */
void hall_list_known(const struct hall *hall, size_t width, FILE *out);

#endif
