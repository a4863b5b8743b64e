#include "client/command/warnings.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "client/command/seats.h"
#include "client/command/text.h"
#include "text/name.h"

/* Where warnings go. */
struct warner {
    warning_taker *take;
    void *context;
};

static void warn(const struct warner *warner, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void warn(const struct warner *warner, const char *format, ...)
{
    char text[WARNING_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    text_mend(text);
    warner->take(text, warner->context);
}

static void warn_of_times(const struct warner *warner, size_t place,
                          const Onsale__V1__Performance *performance, unix_ms now_ms)
{
    if (performance->starts_at_ms <= now_ms)
        warn(warner, "performances[%zu]: the show is in the past: it began %s", place,
             text_of_moment(performance->starts_at_ms).bytes);
    if (performance->sale_closes_at_ms <= now_ms)
        warn(warner, "performances[%zu]: the sale is over: it closed %s", place,
             text_of_moment(performance->sale_closes_at_ms).bytes);
    if (performance->sale_closes_at_ms > performance->starts_at_ms)
        warn(warner, "performances[%zu]: the sale closes after the show begins", place);
}

static const Onsale__V1__SeatLayout *hall_of(const Onsale__V1__ImportCatalogueRequest *request,
                                             const Onsale__V1__Performance *performance)
{
    for (size_t i = 0; i < request->n_layouts; i++)
        if (request->layouts[i]->layout_id == performance->layout_id) return request->layouts[i];
    return NULL;
}

static bool has_tier(const Onsale__V1__SeatLayout *hall, size_t tier_index)
{
    for (size_t i = 0; hall != NULL && i < hall->n_sections; i++)
        if (hall->sections[i]->tier_index == tier_index) return true;
    return false;
}

static void warn_of_tiers(const struct warner *warner, size_t place,
                          const Onsale__V1__Performance *performance,
                          const Onsale__V1__SeatLayout *hall)
{
    for (size_t i = 0; i < performance->n_tiers; i++)
        if (!has_tier(hall, i))
            warn(warner, "performances[%zu].tiers[%zu]: no seat has the tier %s", place, i,
                 performance->tiers[i]->name);
}

static bool is_used(const Onsale__V1__ImportCatalogueRequest *request,
                    const Onsale__V1__SeatLayout *hall)
{
    for (size_t i = 0; i < request->n_performances; i++)
        if (request->performances[i]->layout_id == hall->layout_id) return true;
    return false;
}

/* A row by the key of its name without capital letters. */
struct folded_row {
    char *key; /* owned */
    struct row_walk walk;
};

static int compare_rows(const void *left, const void *right)
{
    const struct folded_row *a = left, *b = right;
    uint32_t first = a->walk.row->first_number, other_first = b->walk.row->first_number;
    int order = strcmp(a->key, b->key);
    if (order != 0) return order;
    if (first != other_first) return first < other_first ? -1 : 1;
    return a->walk.first_seat_index < b->walk.first_seat_index ? -1 : 1;
}

static struct folded_row fold_row(const struct row_walk *walk)
{
    char name[NAME_BYTES_READ_MAX + 1];
    struct name_key key;
    int length = snprintf(name, sizeof name, "%s-%s", walk->section->name, walk->row->name);
    bool has_key = length < (int)sizeof name && name_key_make(name, true, &key);
    struct folded_row row = {strdup(has_key ? key.bytes : ""), *walk};
    REQUIRE(row.key != NULL);
    return row;
}

/* Rows of one key stand in the order of their first numbers, as where the server looks for seats
 * that are called the same. One warning a hall will do. */
static void warn_of_capitals(const struct warner *warner, size_t place,
                             const Onsale__V1__SeatLayout *hall)
{
    struct row_walk walk = {0};
    size_t count = 0;
    while (row_walk_step(hall, &walk))
        count++;
    struct folded_row *rows = calloc(count + 1, sizeof *rows);
    REQUIRE(rows != NULL);
    walk = (struct row_walk){0};
    for (size_t i = 0; row_walk_step(hall, &walk); i++)
        rows[i] = fold_row(&walk);

    qsort(rows, count, sizeof *rows, compare_rows);
    for (size_t i = 1; i < count; i++) {
        const struct row_walk *before = &rows[i - 1].walk, *row = &rows[i].walk;
        if (strcmp(rows[i].key, rows[i - 1].key) != 0) continue;
        if (row->row->first_number - before->row->first_number >= before->row->seat_count) continue;
        uint32_t place_in_row = row->row->first_number - before->row->first_number;
        warn(warner, "layouts[%zu]: only capital letters tell the seats %s and %s apart", place,
             seat_name_of(before, before->first_seat_index + place_in_row).text,
             seat_name_of(row, row->first_seat_index).text);
        break;
    }
    for (size_t i = 0; i < count; i++)
        free(rows[i].key);
    free(rows);
}

void catalogue_warn(const Onsale__V1__ImportCatalogueRequest *request, unix_ms now_ms,
                    warning_taker *take, void *context)
{
    struct warner warner = {take, context};
    for (size_t i = 0; i < request->n_layouts; i++) {
        if (!is_used(request, request->layouts[i]))
            warn(&warner, "layouts[%zu]: no performance is in this hall", i);
        warn_of_capitals(&warner, i, request->layouts[i]);
    }
    for (size_t i = 0; i < request->n_performances; i++) {
        const Onsale__V1__Performance *performance = request->performances[i];
        warn_of_times(&warner, i, performance, now_ms);
        warn_of_tiers(&warner, i, performance, hall_of(request, performance));
    }
}
