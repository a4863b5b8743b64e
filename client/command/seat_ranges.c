#include "client/command/seat_ranges.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/command/text.h"
#include "text/name.h"

/* --- Rows and sections ------------------------------------------------------------------------ */

static void mark_row(const struct row_walk *walk, bool *marks)
{
    for (uint32_t i = 0; i < walk->row->seat_count; i++)
        marks[walk->first_seat_index + i] = true;
}

/* How a word may be read: as SECTION-ROW, as SECTION. */
enum reading { READ_ROW, READ_SECTION };

/* @return Seats that are meant. */
static size_t mark_called(const Onsale__V1__SeatLayout *layout, const char *word,
                          enum reading reading, bool folds_case, bool *marks)
{
    struct name_key wanted;
    struct row_walk walk = {0};
    size_t count = 0;
    if (!name_key_make(word, folds_case, &wanted)) return 0;
    while (row_walk_step(layout, &walk)) {
        bool is_called = reading == READ_ROW ? row_is_called(&walk, &wanted, folds_case)
                                             : name_is(walk.section->name, &wanted, folds_case);
        if (!is_called) continue;
        if (marks != NULL) mark_row(&walk, marks);
        count += walk.row->seat_count;
    }
    return count;
}

/* --- Places of a row -------------------------------------------------------------------------- */

/* "F1-A-3..9". @return False if it is no such word, or says what is wrong with it. */
static bool mark_places(const Onsale__V1__SeatLayout *layout, const char *word, bool *marks,
                        char ret_problem[SEATS_PROBLEM_BYTES])
{
    char first[NAME_BYTES_READ_MAX + 1];
    uint64_t last_number;
    struct seat_reading readings[2];
    const char *dots = strstr(word, "..");
    if (dots == NULL || (size_t)(dots - word) >= sizeof first ||
        !number_parse(dots + 2, strlen(dots + 2), &last_number) || last_number > UINT32_MAX)
        return false;
    snprintf(first, sizeof first, "%.*s", (int)(dots - word), word);
    if (first[strspn(first, "0123456789")] == '\0') return false; /* an index names no row */
    if (layout_find_seat(layout, first, readings) != 1) return false;
    const struct row_walk *walk = &readings[0].row;
    uint32_t from = walk->row->first_number + (readings[0].seat_index - walk->first_seat_index);
    uint32_t end = walk->row->first_number + walk->row->seat_count - 1;
    if (last_number < from || last_number > end) {
        snprintf(ret_problem, SEATS_PROBLEM_BYTES,
                 "%.*s: the row has the numbers %u to %u, and %" PRIu64 " is to come after %u",
                 text_head(word, 60), word, walk->row->first_number, end, last_number, from);
        return false;
    }
    for (uint32_t i = 0; i <= last_number - from; i++)
        marks[readings[0].seat_index + i] = true;
    return true;
}

/* --- Any word --------------------------------------------------------------------------------- */

static bool mark_named(const Onsale__V1__SeatLayout *layout, const char *word, bool folds_case,
                       bool *marks, char ret_problem[SEATS_PROBLEM_BYTES])
{
    bool is_row = mark_called(layout, word, READ_ROW, folds_case, NULL) > 0;
    bool is_section = mark_called(layout, word, READ_SECTION, folds_case, NULL) > 0;
    if (is_row && is_section)
        snprintf(ret_problem, SEATS_PROBLEM_BYTES, "%.*s is a row, and a section, too",
                 text_head(word, 60), word);
    if (is_row == is_section) return false;
    mark_called(layout, word, is_row ? READ_ROW : READ_SECTION, folds_case, marks);
    return true;
}

bool seat_range_mark(const Onsale__V1__SeatLayout *layout, const char *word, bool *marks,
                     char ret_problem[SEATS_PROBLEM_BYTES])
{
    struct seat_reading readings[2];
    struct row_walk walk = {0};
    size_t count = layout_find_seat(layout, word, readings);
    ret_problem[0] = '\0';
    if (count == 1) marks[readings[0].seat_index] = true;
    if (count > 1)
        snprintf(ret_problem, SEATS_PROBLEM_BYTES, "%.*s means %zu seats: give an index instead",
                 text_head(word, 60), word, count);
    if (count > 0) return count == 1;
    if (mark_places(layout, word, marks, ret_problem)) return true;
    for (int folds_case = 0; folds_case < 2 && ret_problem[0] == '\0'; folds_case++)
        if (mark_named(layout, word, folds_case == 1, marks, ret_problem)) return true;
    if (ret_problem[0] != '\0') return false;
    bool is_all = strcmp(word, "all") == 0;
    while (is_all && row_walk_step(layout, &walk))
        mark_row(&walk, marks);
    if (!is_all)
        snprintf(ret_problem, SEATS_PROBLEM_BYTES, "the hall has no seat, row or section %.*s",
                 text_head(word, 60), word);
    return is_all;
}
