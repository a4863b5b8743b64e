/* seats.h -- Seats by index and by name in a hall's layout. Pure. */
#ifndef CLIENT_COMMAND_SEATS_H
#define CLIENT_COMMAND_SEATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "onsale/v1/catalog.pb-c.h"
#include "text/name.h"

/** Room for a seat's name, SECTION-ROW-NUMBER. */
struct seat_name {
    char text[80];
};

/** A row on a walk through the hall; zeroed before the first step. */
struct row_walk {
    const Onsale__V1__Section *section;
    const Onsale__V1__Row *row;
    uint32_t first_seat_index;
    size_t next_section;
    size_t next_row;
    uint32_t next_seat_index;
};

/** Goes to the next row, in the order of seat indexes. @return False after the last. */
bool row_walk_step(const Onsale__V1__SeatLayout *layout, struct row_walk *walk);

/** Seats in the hall. */
uint32_t layout_seat_count(const Onsale__V1__SeatLayout *layout);

/** A seat that a text may mean. */
struct seat_reading {
    struct row_walk row;
    uint32_t seat_index;
};

/** The seat of an index.
 * @param ret_seat  Set if true is returned only.
 * @return False if the hall is smaller. */
bool layout_seat_at(const Onsale__V1__SeatLayout *layout, uint32_t seat_index,
                    struct seat_reading *ret_seat);

/** Finds the seats that a text may mean: an index ("1204") or a name ("F1-A-12"). It does not
 * matter how the name is put together (text/name.h), and if no seat is called so, capital and small
 * letters are the same. Halls that old servers imported may have several seats of one name.
 * @param ret_readings  The first two, in the order of the hall.
 * @return How many there are. */
size_t layout_find_seat(const Onsale__V1__SeatLayout *layout, const char *text,
                        struct seat_reading ret_readings[2]);

/** Whether a name has this key, and whether a row's SECTION-ROW has. */
bool name_is(const char *name, const struct name_key *wanted, bool folds_case);
bool row_is_called(const struct row_walk *walk, const struct name_key *wanted, bool folds_case);

/** Name of a seat of a row. */
struct seat_name seat_name_of(const struct row_walk *walk, uint32_t seat_index);

#endif
