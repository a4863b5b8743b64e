#include "tests/sim/catalogue.h"

#include "base/limits.h"
#include "base/time.h"
#include "tests/sim/message.h"

enum { SECTIONS = 2, ROWS = 3, TIERS = 2 };

#define SALE_MS INT64_C(1800000000000)
#define DAY_MS INT64_C(86400000)

static void make_section(struct arena *arena, struct random *random, size_t place,
                         Onsale__V1__Section *section)
{
    section->name = place == 0 ? "101" : "202";
    section->tier_index = (uint32_t)place;
    section->n_rows = ROWS;
    section->rows = message_make_array(arena, &onsale__v1__row__descriptor, ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        section->rows[i]->name = arena_printf(arena, "%c", 'A' + (int)i);
        section->rows[i]->first_number = (uint32_t)(place * 100 + i);
        section->rows[i]->seat_count = (uint32_t)random_between(random, 4, 25);
        if (i == 0) {
            section->rows[i]->first_wheelchair_number = section->rows[i]->first_number + 1;
            section->rows[i]->wheelchair_count = 3;
        }
    }
}

static void make_layout(struct arena *arena, struct random *random, uint32_t layout_id,
                        Onsale__V1__SeatLayout *layout)
{
    layout->layout_id = layout_id;
    layout->n_sections = SECTIONS;
    layout->sections = message_make_array(arena, &onsale__v1__section__descriptor, SECTIONS);
    for (size_t i = 0; i < SECTIONS; i++)
        make_section(arena, random, i, layout->sections[i]);
}

/* Every second performance opens after a minute or so, and closes after an hour and a half. With
 * every third seed nothing is open at first. */
static unix_ms opening(uint64_t seed, uint32_t place)
{
    if (place > 0) return SALE_MS + DAY_MS / 1000;
    return SALE_MS + (seed % 3 == 2 ? DAY_MS / 4000 : -DAY_MS);
}

static void make_performance(struct arena *arena, struct random *random, uint64_t seed,
                             uint32_t concert_id, uint32_t place,
                             Onsale__V1__Performance *performance)
{
    performance->performance_id = 10 * concert_id + place + 1;
    performance->concert_id = concert_id;
    performance->layout_id = concert_id;
    performance->starts_at_ms = SALE_MS + 30 * DAY_MS;
    performance->sale_opens_at_ms = opening(seed, place);
    performance->sale_closes_at_ms = SALE_MS + (place == 0 ? 1000 * DAY_MS : DAY_MS / 16);
    performance->currency = place == 0 ? "" : "JPY";
    performance->n_tiers = TIERS;
    performance->tiers = message_make_array(arena, &onsale__v1__price_tier__descriptor, TIERS);
    for (size_t i = 0; i < TIERS; i++) {
        performance->tiers[i]->name = i == 0 ? "R" : "S";
        performance->tiers[i]->price = (int64_t)random_below(random, 150000);
    }
}

Onsale__V1__ImportCatalogueRequest *catalogue_make(struct arena *arena, uint64_t seed,
                                                   uint64_t place)
{
    struct random random = random_make(seed * 31 + place);
    uint32_t concert_id = (uint32_t)place + 1;
    Onsale__V1__ImportCatalogueRequest *req =
        message_make(arena, &onsale__v1__import_catalogue_request__descriptor);
    req->concert = message_make(arena, &onsale__v1__concert__descriptor);
    req->concert->concert_id = concert_id;
    req->concert->title = arena_printf(arena, "Concert %u", concert_id);
    req->concert->artist = "공연";
    req->concert->venue = place == 0 ? "Hall" : "";
    req->n_layouts = 1;
    req->layouts = message_make_array(arena, &onsale__v1__seat_layout__descriptor, 1);
    make_layout(arena, &random, concert_id, req->layouts[0]);
    req->n_performances = CATALOGUE_PERFORMANCES;
    req->performances =
        message_make_array(arena, &onsale__v1__performance__descriptor, CATALOGUE_PERFORMANCES);
    for (uint32_t i = 0; i < CATALOGUE_PERFORMANCES; i++)
        make_performance(arena, &random, seed, concert_id, i, req->performances[i]);
    return req;
}

void catalogue_spoil(Onsale__V1__ImportCatalogueRequest *req, struct random *random)
{
    Onsale__V1__Performance *performance = req->performances[0];
    Onsale__V1__Section *section = req->layouts[0]->sections[0];
    switch (random_below(random, 28)) {
    case 0:
        req->concert->title = "Another";
        break;
    case 1:
        req->concert->title = "";
        break;
    case 2:
        req->concert->concert_id = 0;
        break;
    case 3:
        req->concert = NULL;
        break;
    case 4:
        req->n_layouts = 0;
        break;
    case 5:
        req->n_performances = 0;
        break;
    case 6:
        req->n_performances = 1;
        break;
    case 7:
        performance->tiers[0]->price++;
        break;
    case 8:
        performance->tiers[0]->price = SEAT_PRICE_MAX + 1;
        break;
    case 9:
        performance->tiers[0]->price = -1;
        break;
    case 10:
        performance->concert_id++;
        break;
    case 11:
        performance->layout_id = 99;
        break;
    case 12:
        performance->n_tiers = 1;
        break;
    case 13:
        section->rows[0]->seat_count = SEATS_PER_ROW_MAX + 1;
        break;
    case 14:
        section->rows[0]->seat_count++;
        break;
    case 15:
        req->concert->title = "a\033[2Jb\nconcert 999";
        break;
    case 16:
        req->concert->artist = "공\u202e연";
        break;
    case 17:
        section->rows[0]->name = "A\u200b";
        break;
    case 18:
        performance->tiers[0]->name = "R ";
        break;
    case 19: /* the next row begins with a number of this one */
        section->rows[0]->name = section->rows[1]->name;
        break;
    case 20: /* row x-B of section 101, row B of section 101-x */
        section->rows[0]->name = "x-B";
        req->layouts[0]->sections[1]->name = "101-x";
        req->layouts[0]->sections[1]->rows[1]->first_number = section->rows[0]->first_number;
        break;
    case 21:
        performance->starts_at_ms = -1;
        break;
    case 25:
        section->rows[0]->wheelchair_count = section->rows[0]->seat_count;
        break;
    case 26:
        section->rows[0]->wheelchair_count = 0; /* of a first number */
        break;
    case 23:
        performance->currency = "Krw";
        break;
    case 24:
        performance->currency = "EUR"; /* another */
        break;
    case 22:
        performance->sale_closes_at_ms = performance->sale_opens_at_ms;
        break;
    default:
        section->n_rows = 0;
        break;
    }
}
