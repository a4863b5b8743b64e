#include "tests/e2e/catalogue.h"

#include "tests/e2e/shop.h"

enum { ROWS = 2, SEATS_PER_ROW = 50, TIERS = 2, LAYOUT = 1, OTHER_LAYOUT = 2 };

#define YEAR_MS INT64_C(31557600000)
#define IN_A_HUNDRED_YEARS_MS (150 * YEAR_MS)
#define IN_A_THOUSAND_YEARS_MS (1050 * YEAR_MS)

/* A layout with all its parts; they point into it, so it stays where it is. */
struct hall {
    Onsale__V1__Row rows[TIERS][ROWS];
    Onsale__V1__Row *row_pointers[TIERS][ROWS];
    Onsale__V1__Section sections[TIERS];
    Onsale__V1__Section *section_pointers[TIERS];
    Onsale__V1__SeatLayout layout;
};

static void hall_fill(struct hall *hall, uint32_t layout_id)
{
    static const char *const row_names[ROWS] = {"A", "B"};
    static const char *const section_names[TIERS] = {"101", "102"};
    onsale__v1__seat_layout__init(&hall->layout);
    hall->layout.layout_id = layout_id;
    hall->layout.sections = hall->section_pointers;
    hall->layout.n_sections = TIERS;
    for (uint32_t tier = 0; tier < TIERS; tier++) {
        Onsale__V1__Section *section = hall->section_pointers[tier] = &hall->sections[tier];
        onsale__v1__section__init(section);
        section->name = (char *)section_names[tier];
        section->tier_index = tier;
        section->rows = hall->row_pointers[tier];
        section->n_rows = ROWS;
        for (size_t i = 0; i < ROWS; i++) {
            Onsale__V1__Row *row = hall->row_pointers[tier][i] = &hall->rows[tier][i];
            onsale__v1__row__init(row);
            row->name = (char *)row_names[i];
            row->first_number = 1;
            row->seat_count = SEATS_PER_ROW;
        }
    }
}

struct show {
    Onsale__V1__PriceTier tiers[TIERS];
    Onsale__V1__PriceTier *tier_pointers[TIERS];
    Onsale__V1__Performance performance;
};

static void show_fill(struct show *show, uint32_t performance_id, uint32_t concert_id,
                      uint32_t layout_id, int64_t sale_opens_at_ms)
{
    static const char *const names[TIERS] = {"R", "S"};
    static const int64_t prices[TIERS] = {PRICE, CHEAP_PRICE};
    Onsale__V1__Performance *performance = &show->performance;
    onsale__v1__performance__init(performance);
    performance->performance_id = performance_id;
    performance->concert_id = concert_id;
    performance->layout_id = layout_id;
    performance->sale_opens_at_ms = sale_opens_at_ms;
    performance->sale_closes_at_ms = sale_opens_at_ms + IN_A_HUNDRED_YEARS_MS;
    performance->starts_at_ms = performance->sale_closes_at_ms;
    performance->tiers = show->tier_pointers;
    performance->n_tiers = TIERS;
    for (size_t i = 0; i < TIERS; i++) {
        Onsale__V1__PriceTier *tier = show->tier_pointers[i] = &show->tiers[i];
        onsale__v1__price_tier__init(tier);
        tier->name = (char *)names[i];
        tier->price = prices[i];
    }
}

static enum onsale_status import(struct onsale_channel *channel, uint32_t concert_id,
                                 const char *title, struct hall *hall, struct show *shows,
                                 size_t shows_count, struct onsale_error *ret_error)
{
    Onsale__V1__ImportCatalogueRequest request = ONSALE__V1__IMPORT_CATALOGUE_REQUEST__INIT;
    Onsale__V1__ImportCatalogueResponse *response;
    Onsale__V1__Concert concert = ONSALE__V1__CONCERT__INIT;
    Onsale__V1__SeatLayout *layouts[] = {&hall->layout};
    Onsale__V1__Performance *performances[3];
    concert.concert_id = concert_id;
    concert.title = (char *)title;
    for (size_t i = 0; i < shows_count; i++)
        performances[i] = &shows[i].performance;
    request.concert = &concert;
    request.layouts = layouts;
    request.n_layouts = 1;
    request.performances = performances;
    request.n_performances = shows_count;
    enum onsale_status status =
        onsale_admin_import_catalogue(channel, &request, NULL, &response, ret_error);
    if (status == ONSALE_OK) onsale__v1__import_catalogue_response__free_unpacked(response, NULL);
    return status;
}

enum onsale_status catalogue_import(struct onsale_channel *channel, struct onsale_error *ret_error)
{
    struct hall hall;
    struct show shows[3];
    hall_fill(&hall, LAYOUT);
    show_fill(&shows[0], PERFORMANCE, CONCERT, LAYOUT, 0);
    show_fill(&shows[1], SECOND_PERFORMANCE, CONCERT, LAYOUT, 0);
    show_fill(&shows[2], CLOSED_PERFORMANCE, CONCERT, LAYOUT, IN_A_THOUSAND_YEARS_MS);
    enum onsale_status status = import(channel, CONCERT, "불꽃", &hall, shows, 3, ret_error);
    if (status != ONSALE_OK) return status;

    hall_fill(&hall, OTHER_LAYOUT);
    show_fill(&shows[0], OTHER_PERFORMANCE, OTHER_CONCERT, OTHER_LAYOUT, 0);
    return import(channel, OTHER_CONCERT, "Rain", &hall, shows, 1, ret_error);
}
