#include "client/command/seats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    char *end;
    if (text[0] < '0' || text[0] > '9') return false;
    unsigned long number = strtoul(text, &end, 10);
    if (*end != '\0' || number > UINT32_MAX) return false;
    *ret_number = (uint32_t)number;
    return true;
}

static const char *skip_part(const char *text, const char *part)
{
    size_t length = text == NULL ? 0 : strlen(part);
    if (text == NULL || strncmp(text, part, length) != 0 || text[length] != '-') return NULL;
    return text + length + 1;
}

bool layout_find_seat(const Onsale__V1__SeatLayout *layout, const char *text,
                      uint32_t *ret_seat_index)
{
    uint32_t number;
    if (parse_number(text, &number)) {
        *ret_seat_index = number;
        return number < layout_seat_count(layout);
    }
    struct row_walk walk = {0};
    while (row_walk_step(layout, &walk)) {
        const char *rest = skip_part(skip_part(text, walk.section->name), walk.row->name);
        if (rest == NULL || !parse_number(rest, &number)) continue;
        if (number < walk.row->first_number) continue;
        if (number - walk.row->first_number >= walk.row->seat_count) continue;
        *ret_seat_index = walk.first_seat_index + (number - walk.row->first_number);
        return true;
    }
    return false;
}

struct seat_name seat_name_of(const struct row_walk *walk, uint32_t seat_index)
{
    struct seat_name name;
    snprintf(name.text, sizeof name.text, "%.40s-%.16s-%u", walk->section->name, walk->row->name,
             walk->row->first_number + (seat_index - walk->first_seat_index));
    return name;
}
