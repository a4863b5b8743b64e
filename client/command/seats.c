#include "client/command/seats.h"

#include <stdio.h>
#include <string.h>

#include "client/command/text.h"

bool row_walk_step(const Onsale__V1__SeatLayout *layout, struct row_walk *walk)
{
    while (walk->next_section < layout->n_sections &&
           walk->next_row == layout->sections[walk->next_section]->n_rows) {
        walk->next_section++;
        walk->next_row = 0;
    }
    if (walk->next_section == layout->n_sections) return false;
    walk->section = layout->sections[walk->next_section];
    walk->row = walk->section->rows[walk->next_row++];
    walk->first_seat_index = walk->next_seat_index;
    walk->next_seat_index += walk->row->seat_count;
    return true;
}

uint32_t layout_seat_count(const Onsale__V1__SeatLayout *layout)
{
    struct row_walk walk = {0};
    while (row_walk_step(layout, &walk))
        ;
    return walk.next_seat_index;
}

/* Decimal digits to the end of the text, and nothing else. */
static bool parse_number(const char *text, uint32_t *ret_number)
{
    uint64_t number;
    if (!number_parse(text, strlen(text), &number) || number > UINT32_MAX) return false;
    *ret_number = (uint32_t)number;
    return true;
}

/* Takes the number off the key of SECTION-ROW-NUMBER. */
static bool take_number(struct name_key *key, uint32_t *ret_number)
{
    char *dash = strrchr(key->bytes, '-');
    if (dash == NULL || !parse_number(dash + 1, ret_number)) return false;
    key->length = (size_t)(dash - key->bytes);
    *dash = '\0';
    return true;
}

bool name_is(const char *name, const struct name_key *wanted, bool folds_case)
{
    struct name_key key;
    return name_key_make(name, folds_case, &key) && key.length == wanted->length &&
           memcmp(key.bytes, wanted->bytes, key.length) == 0;
}

bool row_is_called(const struct row_walk *walk, const struct name_key *wanted, bool folds_case)
{
    char name[NAME_BYTES_READ_MAX + 1];
    int length = snprintf(name, sizeof name, "%s-%s", walk->section->name, walk->row->name);
    return length < (int)sizeof name && name_is(name, wanted, folds_case);
}

static size_t find_by_name(const Onsale__V1__SeatLayout *layout, const char *text, bool folds_case,
                           struct seat_reading ret_readings[2])
{
    struct name_key key;
    uint32_t number;
    struct row_walk walk = {0};
    size_t found = 0;
    if (!name_key_make(text, folds_case, &key) || !take_number(&key, &number)) return 0;
    while (row_walk_step(layout, &walk)) {
        if (number < walk.row->first_number) continue;
        uint32_t place = number - walk.row->first_number;
        if (place >= walk.row->seat_count || !row_is_called(&walk, &key, folds_case)) continue;
        if (found < 2)
            ret_readings[found] = (struct seat_reading){walk, walk.first_seat_index + place};
        found++;
    }
    return found;
}

bool layout_seat_at(const Onsale__V1__SeatLayout *layout, uint32_t seat_index,
                    struct seat_reading *ret_seat)
{
    struct row_walk walk = {0};
    while (row_walk_step(layout, &walk))
        if (seat_index < walk.next_seat_index) {
            *ret_seat = (struct seat_reading){walk, seat_index};
            return true;
        }
    return false;
}

size_t layout_find_seat(const Onsale__V1__SeatLayout *layout, const char *text,
                        struct seat_reading ret_readings[2])
{
    struct name_key key;
    uint32_t seat_index;
    if (name_key_make(text, false, &key) && parse_number(key.bytes, &seat_index))
        return layout_seat_at(layout, seat_index, ret_readings) ? 1 : 0;
    size_t found = find_by_name(layout, text, false, ret_readings);
    return found > 0 ? found : find_by_name(layout, text, true, ret_readings);
}

struct seat_name seat_name_of(const struct row_walk *walk, uint32_t seat_index)
{
    struct seat_name name;
    snprintf(name.text, sizeof name.text, "%.40s-%.16s-%u", walk->section->name, walk->row->name,
             walk->row->first_number + (seat_index - walk->first_seat_index));
    return name;
}
