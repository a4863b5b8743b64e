#include "server/catalogue/seat_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "text/name.h"

/* A row by the keys of its names. */
struct named_row {
    const char *section;
    const char *row;
    uint32_t first_number;
    uint32_t seat_count;
    uint32_t section_place;
    uint32_t row_place;
};

/* Reads SECTION-ROW a byte at a time. */
struct reading {
    const char *at;
    const char *row; /* NULL: it is being read */
};

static uint8_t read_byte(struct reading *reading)
{
    if (*reading->at != '\0') return (uint8_t)*reading->at++;
    if (reading->row == NULL) return '\0';
    reading->at = reading->row;
    reading->row = NULL;
    return '-';
}

static int compare_names(const struct named_row *a, const struct named_row *b)
{
    struct reading one = {a->section, a->row}, other = {b->section, b->row};
    uint8_t byte, other_byte;
    do {
        byte = read_byte(&one);
        other_byte = read_byte(&other);
    } while (byte == other_byte && byte != '\0');
    return (byte > other_byte) - (byte < other_byte);
}

static bool stands_before(const struct named_row *a, const struct named_row *b)
{
    return a->section_place != b->section_place ? a->section_place < b->section_place
                                                : a->row_place < b->row_place;
}

/* By name, then by first number, then by place. */
static int compare_rows(const void *left, const void *right)
{
    const struct named_row *a = left, *b = right;
    int order = compare_names(a, b);
    if (order != 0) return order;
    if (a->first_number != b->first_number) return a->first_number < b->first_number ? -1 : 1;
    return stands_before(a, b) ? -1 : 1;
}

static const char *key_of(struct arena *arena, const char *name)
{
    struct name_key key;
    REQUIRE(name_key_make(name, false, &key));
    return arena_copy(arena, key.bytes, key.length + 1);
}

static bool name_rows(struct arena *arena, const Onsale__V1__SeatLayout *layout,
                      struct named_row *rows)
{
    for (uint32_t i = 0; i < layout->n_sections; i++) {
        const Onsale__V1__Section *section = layout->sections[i];
        const char *section_key = key_of(arena, section->name);
        for (uint32_t j = 0; j < section->n_rows; j++) {
            const Onsale__V1__Row *row = section->rows[j];
            *rows = (struct named_row){
                section_key, key_of(arena, row->name), row->first_number, row->seat_count, i, j};
            if (section_key == NULL || rows++->row == NULL) return false;
        }
    }
    return true;
}

static size_t count_rows(const Onsale__V1__SeatLayout *layout)
{
    size_t rows = 0;
    for (size_t i = 0; i < layout->n_sections; i++)
        rows += layout->sections[i]->n_rows;
    return rows;
}

/* Rows of one name stand in the order of their first numbers: if any two have a number in common,
 * so have two neighbours.
 * @return The second of the first such pair in the hall's order, its neighbour being before it;
 * NULL if there is none. */
static const struct named_row *find_twice(const struct named_row *rows, size_t count)
{
    const struct named_row *found = NULL;
    for (size_t i = 1; i < count; i++) {
        const struct named_row *row = &rows[i], *before = &rows[i - 1];
        if (compare_names(before, row) != 0) continue;
        if (row->first_number - before->first_number >= before->seat_count) continue;
        if (found == NULL || stands_before(row, found)) found = row;
    }
    return found;
}

static struct field_path place_of(const struct field_path *path, const struct named_row *row)
{
    return field_path_make("%s.sections[%u].rows[%u]", path->text, row->section_place,
                           row->row_place);
}

static enum status refuse(struct call *call, const Onsale__V1__SeatLayout *layout,
                          const struct field_path *path, const struct named_row *row)
{
    const struct named_row *other = row - 1;
    bool is_later = stands_before(other, row);
    struct field_path first = place_of(path, is_later ? other : row);
    struct field_path second = place_of(path, is_later ? row : other);
    const Onsale__V1__Section *section = layout->sections[row->section_place];
    return call_bad_field(call, second.text, "has a seat %s-%s-%u, which %s has too", section->name,
                          section->rows[row->row_place]->name, row->first_number, first.text);
}

enum status catalogue_check_seat_names(struct call *call, const Onsale__V1__SeatLayout *layout,
                                       const struct field_path *path)
{
    struct arena *arena = call->rpc->arena;
    struct arena before = *arena;
    size_t count = count_rows(layout);
    struct named_row *rows = arena_calloc(arena, count, sizeof *rows);
    if (rows == NULL || !name_rows(arena, layout, rows)) return STATUS_OUT_OF_MEMORY;

    qsort(rows, count, sizeof *rows, compare_rows);
    const struct named_row *twice = find_twice(rows, count);
    if (twice != NULL) return refuse(call, layout, path, twice);
    arena_rewind(arena, &before);
    return STATUS_OK;
}
