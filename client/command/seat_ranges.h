/* seat_ranges.h -- Many seats by one word: a section, a row, some places of a row, or all. Pure. */
#ifndef CLIENT_COMMAND_SEAT_RANGES_H
#define CLIENT_COMMAND_SEAT_RANGES_H

#include "client/command/seats.h"

enum { SEATS_PROBLEM_BYTES = 256 };

/** Marks the seats that a word means: "F1-A-12" or "1204" one seat; "F1-A-3..9" those of a row
 * between two numbers, both of them too; "F1-A" a row; "F1" a section; "all" every seat. Names are
 * compared as layout_find_seat does.
 * @param marks        One for each seat of the layout; those that are meant are set.
 * @param ret_problem  Set if false is returned only.
 * @return False if the word means no seat, or several things. */
bool seat_range_mark(const Onsale__V1__SeatLayout *layout, const char *word, bool *marks,
                     char ret_problem[SEATS_PROBLEM_BYTES]);

#endif
