#include "server/catalogue/message.h"

#include <string.h>

#include "base/require.h"

const Onsale__V1__SeatLayout *find_layout(const Onsale__V1__ImportCatalogueRequest *request,
                                          uint32_t layout_id)
{
    for (size_t i = 0; i < request->n_layouts; i++)
        if (request->layouts[i]->layout_id == layout_id) return request->layouts[i];
    return NULL;
}

const Onsale__V1__Performance *find_performance(const Onsale__V1__ImportCatalogueRequest *request,
                                                uint32_t performance_id)
{
    for (size_t i = 0; i < request->n_performances; i++)
        if (request->performances[i]->performance_id == performance_id)
            return request->performances[i];
    return NULL;
}

static uint32_t section_message_seats(const Onsale__V1__Section *section)
{
    uint32_t seats = 0;
    for (size_t i = 0; i < section->n_rows; i++)
        seats += section->rows[i]->seat_count;
    return seats;
}

uint32_t layout_message_seats(const Onsale__V1__SeatLayout *layout)
{
    uint32_t seats = 0;
    for (size_t i = 0; i < layout->n_sections; i++)
        seats += section_message_seats(layout->sections[i]);
    return seats;
}

static void copy_text(char *ret, size_t size, const char *text)
{
    size_t bytes = strlen(text);
    REQUIRE(bytes < size);
    memcpy(ret, text, bytes + 1);
}

struct concert concert_of_message(const Onsale__V1__Concert *message)
{
    struct concert concert = {.id = message->concert_id};
    copy_text(concert.title, sizeof concert.title, message->title);
    copy_text(concert.artist, sizeof concert.artist, message->artist);
    copy_text(concert.venue, sizeof concert.venue, message->venue);
    return concert;
}

struct performance performance_of_message(const Onsale__V1__Performance *message,
                                          const Onsale__V1__SeatLayout *layout)
{
    struct performance performance = {
        .id = message->performance_id,
        .concert_id = message->concert_id,
        .layout_id = message->layout_id,
        .seat_count = layout_message_seats(layout),
        .starts_at_ms = message->starts_at_ms,
        .sale_opens_at_ms = message->sale_opens_at_ms,
        .sale_closes_at_ms = message->sale_closes_at_ms,
        .tiers_count = (uint32_t)message->n_tiers,
    };
    copy_text(performance.currency, sizeof performance.currency,
              message->currency[0] == '\0' ? CURRENCY_DEFAULT : message->currency);
    for (size_t i = 0; i < message->n_tiers; i++) {
        struct price_tier *tier = &performance.tiers[i];
        tier->price = message->tiers[i]->price;
        copy_text(tier->name, sizeof tier->name, message->tiers[i]->name);
    }
    for (size_t i = 0; i < layout->n_sections; i++)
        performance.tiers[layout->sections[i]->tier_index].seats +=
            section_message_seats(layout->sections[i]);
    return performance;
}

bool row_walk_next(struct row_walk *walk, struct layout_row *ret_row)
{
    if (walk->section == walk->layout->n_sections) return false;
    const Onsale__V1__Section *section = walk->layout->sections[walk->section];
    const Onsale__V1__Row *row = section->rows[walk->row_in_section];
    *ret_row = (struct layout_row){
        .layout_id = walk->layout->layout_id,
        .first_seat_index = walk->next_seat_index,
        .seat_count = row->seat_count,
        .first_number = row->first_number,
        .tier = (uint8_t)section->tier_index,
        .section_index = (uint32_t)walk->section,
        .first_wheelchair_number = row->first_wheelchair_number,
        .wheelchair_count = row->wheelchair_count,
    };
    copy_text(ret_row->section, sizeof ret_row->section, section->name);
    copy_text(ret_row->row, sizeof ret_row->row, row->name);

    walk->next_seat_index += row->seat_count;
    if (++walk->row_in_section == section->n_rows) {
        walk->row_in_section = 0;
        walk->section++;
    }
    return true;
}
