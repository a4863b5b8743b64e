#include "tests/sim/catalogue.h"

#include "base/limits.h"
#include "base/require.h"
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

/* --- Another one, or a wrong one -------------------------------------------------------------- */

static void spoil_without_concert(Onsale__V1__ImportCatalogueRequest *req)
{
    req->concert = NULL;
}

/* The next row begins with a number of this one. */
static void spoil_row_twice(Onsale__V1__ImportCatalogueRequest *req)
{
    Onsale__V1__Section *section = req->layouts[0]->sections[0];
    section->rows[0]->name = section->rows[1]->name;
}

/* Row x-B of section 101, row B of section 101-x. */
static void spoil_seats_of_one_name(Onsale__V1__ImportCatalogueRequest *req)
{
    Onsale__V1__Section *section = req->layouts[0]->sections[0];
    Onsale__V1__Section *other = req->layouts[0]->sections[1];
    section->rows[0]->name = "x-B";
    other->name = "101-x";
    other->rows[1]->first_number = section->rows[0]->first_number;
}

static void spoil_sale_without_time(Onsale__V1__ImportCatalogueRequest *req)
{
    req->performances[0]->sale_closes_at_ms = req->performances[0]->sale_opens_at_ms;
}

static void spoil_row_of_wheelchairs(Onsale__V1__ImportCatalogueRequest *req)
{
    Onsale__V1__Row *row = req->layouts[0]->sections[0]->rows[0];
    row->wheelchair_count = row->seat_count;
}

/* Which message is changed: the first of its kind. */
enum part { REQUEST, CONCERT, PERFORMANCE, TIER, SECTION, ROW };

static ProtobufCMessage *part_of(Onsale__V1__ImportCatalogueRequest *req, enum part part)
{
    Onsale__V1__Section *section = req->layouts[0]->sections[0];
    ProtobufCMessage *const parts[] = {
        [REQUEST] = &req->base,
        [CONCERT] = &req->concert->base,
        [PERFORMANCE] = &req->performances[0]->base,
        [TIER] = &req->performances[0]->tiers[0]->base,
        [SECTION] = &section->base,
        [ROW] = &section->rows[0]->base,
    };
    return parts[part];
}

enum change { SET, ADD, COUNT /* of a repeated field */, TEXT, CALL };

static const struct spoiling {
    enum change change;
    enum part part;
    const char *field;
    int64_t number;
    const char *text;
    void (*call)(Onsale__V1__ImportCatalogueRequest *req);
} spoilings[] = {
    {TEXT, CONCERT, "title", 0, "Another", NULL},
    {TEXT, CONCERT, "title", 0, "", NULL},
    {SET, CONCERT, "concert_id", 0, NULL, NULL},
    {.change = CALL, .call = spoil_without_concert},
    {COUNT, REQUEST, "layouts", 0, NULL, NULL},
    {COUNT, REQUEST, "performances", 0, NULL, NULL},
    {COUNT, REQUEST, "performances", 1, NULL, NULL},
    {ADD, TIER, "price", 1, NULL, NULL},
    {SET, TIER, "price", SEAT_PRICE_MAX + 1, NULL, NULL},
    {SET, TIER, "price", -1, NULL, NULL},
    {ADD, PERFORMANCE, "concert_id", 1, NULL, NULL},
    {SET, PERFORMANCE, "layout_id", 99, NULL, NULL},
    {COUNT, PERFORMANCE, "tiers", 1, NULL, NULL},
    {SET, ROW, "seat_count", SEATS_PER_ROW_MAX + 1, NULL, NULL},
    {ADD, ROW, "seat_count", 1, NULL, NULL},
    {TEXT, CONCERT, "title", 0, "a\033[2Jb\nconcert 999", NULL},
    {TEXT, CONCERT, "artist", 0, "공\u202e연", NULL},
    {TEXT, ROW, "name", 0, "A\u200b", NULL},
    {TEXT, TIER, "name", 0, "R ", NULL},
    {.change = CALL, .call = spoil_row_twice},
    {.change = CALL, .call = spoil_seats_of_one_name},
    {SET, PERFORMANCE, "starts_at_ms", -1, NULL, NULL},
    {.change = CALL, .call = spoil_sale_without_time},
    {TEXT, PERFORMANCE, "currency", 0, "Krw", NULL},
    {TEXT, PERFORMANCE, "currency", 0, "EUR", NULL}, /* another */
    {.change = CALL, .call = spoil_row_of_wheelchairs},
    {SET, ROW, "wheelchair_count", 0, NULL, NULL}, /* of a first number */
    {COUNT, SECTION, "rows", 0, NULL, NULL},
};

static void change_field(ProtobufCMessage *message, const struct spoiling *spoiling)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, spoiling->field);
    REQUIRE(field != NULL);
    uint8_t *bytes = (uint8_t *)message;
    int64_t base = spoiling->change == ADD;
    if (spoiling->change == TEXT)
        *(const char **)(void *)(bytes + field->offset) = spoiling->text;
    else if (spoiling->change == COUNT)
        *(size_t *)(void *)(bytes + field->quantifier_offset) = (size_t)spoiling->number;
    else if (field->type == PROTOBUF_C_TYPE_UINT32)
        *(uint32_t *)(void *)(bytes + field->offset) =
            (uint32_t)(base * *(uint32_t *)(void *)(bytes + field->offset) + spoiling->number);
    else
        *(int64_t *)(void *)(bytes + field->offset) =
            base * *(int64_t *)(void *)(bytes + field->offset) + spoiling->number;
}

void catalogue_spoil(Onsale__V1__ImportCatalogueRequest *req, struct random *random)
{
    const struct spoiling *spoiling =
        &spoilings[random_below(random, sizeof spoilings / sizeof spoilings[0])];
    if (spoiling->change == CALL)
        spoiling->call(req);
    else
        change_field(part_of(req, spoiling->part), spoiling);
}
