#include <stdio.h>

#include "bench/shop/population.h"

enum {
    ROWS = 50,
    SEATS_PER_ROW = SHOP_SEATS / ROWS,
    PERFORMANCES_PER_CALL = 500 * 1000 / SHOP_SEATS,
};

static const int64_t FAR_FUTURE_MS = 4000000000000;

/* A hall of one section. */
struct hall {
    char names[ROWS][8];
    Onsale__V1__Row rows[ROWS];
    Onsale__V1__Row *row_list[ROWS];
    Onsale__V1__Section section;
    Onsale__V1__Section *section_list[1];
    Onsale__V1__SeatLayout layout;
    Onsale__V1__SeatLayout *layout_list[1];
};

static void hall_init(struct hall *hall)
{
    for (uint32_t i = 0; i < ROWS; i++) {
        snprintf(hall->names[i], sizeof hall->names[i], "%u", i + 1);
        hall->rows[i] = (Onsale__V1__Row)ONSALE__V1__ROW__INIT;
        hall->rows[i].name = hall->names[i];
        hall->rows[i].first_number = 1;
        hall->rows[i].seat_count = SEATS_PER_ROW;
        hall->row_list[i] = &hall->rows[i];
    }
    hall->section = (Onsale__V1__Section)ONSALE__V1__SECTION__INIT;
    hall->section.name = (char *)"A";
    hall->section.n_rows = ROWS;
    hall->section.rows = hall->row_list;
    hall->section_list[0] = &hall->section;
    hall->layout = (Onsale__V1__SeatLayout)ONSALE__V1__SEAT_LAYOUT__INIT;
    hall->layout.layout_id = 1;
    hall->layout.n_sections = 1;
    hall->layout.sections = hall->section_list;
    hall->layout_list[0] = &hall->layout;
}

static Onsale__V1__Performance performance_make(uint32_t id, Onsale__V1__PriceTier **tiers)
{
    Onsale__V1__Performance performance = ONSALE__V1__PERFORMANCE__INIT;
    performance.performance_id = id;
    performance.concert_id = SHOP_CONCERT;
    performance.layout_id = 1;
    performance.starts_at_ms = FAR_FUTURE_MS;
    performance.sale_opens_at_ms = 1;
    performance.sale_closes_at_ms = FAR_FUTURE_MS;
    performance.n_tiers = 1;
    performance.tiers = tiers;
    return performance;
}

/* One call takes so many performances only. */
static bool import_some(struct shop *shop, struct hall *hall, uint32_t first_id, uint32_t count)
{
    Onsale__V1__Concert concert = ONSALE__V1__CONCERT__INIT;
    Onsale__V1__PriceTier tier = ONSALE__V1__PRICE_TIER__INIT;
    Onsale__V1__PriceTier *tiers[] = {&tier};
    Onsale__V1__Performance performances[PERFORMANCES_PER_CALL];
    Onsale__V1__Performance *list[PERFORMANCES_PER_CALL];
    Onsale__V1__ImportCatalogueRequest request = ONSALE__V1__IMPORT_CATALOGUE_REQUEST__INIT;
    Onsale__V1__ImportCatalogueResponse *response;
    struct onsale_error error;
    concert.concert_id = SHOP_CONCERT;
    concert.title = (char *)"Bench";
    tier.name = (char *)"R";
    tier.price = SHOP_PRICE;
    for (uint32_t i = 0; i < count; i++) {
        performances[i] = performance_make(first_id + i, tiers);
        list[i] = &performances[i];
    }
    request.concert = &concert;
    request.n_layouts = 1;
    request.layouts = hall->layout_list;
    request.n_performances = count;
    request.performances = list;
    enum onsale_status status =
        onsale_admin_import_catalogue(shop->channel, &request, NULL, &response, &error);
    if (status == ONSALE_OK) onsale__v1__import_catalogue_response__free_unpacked(response, NULL);
    return shop_expect_ok("ImportCatalogue", status, &error);
}

bool population_import(struct shop *shop)
{
    struct hall hall;
    bool is_fine = true;
    hall_init(&hall);
    for (uint32_t done = 0; is_fine && done < shop->plan.performances;
         done += PERFORMANCES_PER_CALL) {
        uint32_t left = shop->plan.performances - done;
        uint32_t count = left < PERFORMANCES_PER_CALL ? left : PERFORMANCES_PER_CALL;
        is_fine = import_some(shop, &hall, done + 1, count);
    }
    return is_fine;
}
