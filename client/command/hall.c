#include "client/command/hall.h"

#include <stdlib.h>

#include "base/require.h"
#include "client/command/table.h"
#include "client/command/text.h"
#include "text/name.h"

void hall_init(struct hall *hall, const Onsale__V1__SeatLayout *layout,
               const Onsale__V1__Performance *performance)
{
    uint32_t seat_count = layout_seat_count(layout);
    uint8_t *states = calloc(seat_count + 1, 1);
    REQUIRE(states != NULL);
    *hall = (struct hall){layout, performance, states, seat_count};
}

void hall_deinit(struct hall *hall)
{
    free(hall->states);
}

/* Two bits a seat; see SeatState. */
static uint8_t state_in_run(const Onsale__V1__SeatRun *run, uint32_t place)
{
    return (uint8_t)(1 + (run->states.data[place / 4] >> (2 * (place % 4)) & 3));
}

static bool apply_run(struct hall *hall, const Onsale__V1__SeatRun *run)
{
    if (run->first_seat_index > hall->seat_count) return false;
    if (run->seat_count > hall->seat_count - run->first_seat_index) return false;
    if (run->states.len < (run->seat_count + 3) / 4) return false;
    for (uint32_t i = 0; i < run->seat_count; i++)
        hall->states[run->first_seat_index + i] = state_in_run(run, i);
    return true;
}

bool hall_apply(struct hall *hall, const Onsale__V1__GetSeatMapResponse *map)
{
    if (map->seat_count != hall->seat_count) return false;
    for (size_t i = 0; i < map->n_runs; i++)
        if (!apply_run(hall, map->runs[i])) return false;
    return true;
}

struct seat_counts hall_count(const struct hall *hall, uint32_t first_seat_index, uint32_t count)
{
    struct seat_counts counts = {.total = count};
    for (uint32_t i = 0; i < count; i++)
        counts.by_state[hall->states[first_seat_index + i]]++;
    return counts;
}

void hall_tier_title(const struct hall *hall, uint32_t tier_index, char *ret_title, size_t size)
{
    if (hall->performance == NULL || tier_index >= hall->performance->n_tiers) {
        snprintf(ret_title, size, "tier %u", tier_index);
        return;
    }
    const Onsale__V1__PriceTier *tier = hall->performance->tiers[tier_index];
    snprintf(ret_title, size, "%.*s  %s", text_head(tier->name, size / 2), tier->name,
             text_of_money(tier->price).bytes);
}

static uint32_t same_state_length(const struct hall *hall, uint32_t first, uint32_t end)
{
    uint32_t i = first;
    while (i < end && hall->states[i] == hall->states[first])
        i++;
    return i - first;
}

static void list_row(const struct hall *hall, const struct row_walk *walk, struct table *table)
{
    uint32_t end = walk->first_seat_index + walk->row->seat_count;
    uint32_t length;
    for (uint32_t i = walk->first_seat_index; i < end; i += length) {
        length = same_state_length(hall, i, end);
        if (hall->states[i] == ONSALE__V1__SEAT_STATE__SEAT_STATE_UNSPECIFIED) continue;
        table_cell(table, "%s", seat_name_of(walk, i).text);
        table_cell(table, "%s", seat_name_of(walk, i + length - 1).text);
        table_cell(table, "%u", length);
        table_cell(table, "%s", text_of_enum(&onsale__v1__seat_state__descriptor, hall->states[i]));
    }
}

void hall_list_known(const struct hall *hall, size_t width, FILE *out)
{
    static const struct column columns[] = {
        {"FROM", NULL, COLUMN_LEFT},
        {"TO", NULL, COLUMN_LEFT},
        {"SEATS", NULL, COLUMN_RIGHT},
        {"STATE", NULL, COLUMN_LEFT},
        {0},
    };
    struct table table;
    struct row_walk walk = {0};
    table_init(&table, columns);
    while (row_walk_step(hall->layout, &walk))
        list_row(hall, &walk, &table);
    table_print(&table, width, out);
    table_deinit(&table);
}
