/* api_concert.c -- The dates of the token's concert, and the seats of one: GET /api/concert,
 * GET /api/concert/{optionId}/seat. A date is called an option. */
#include <string.h>

#include "base/limits.h"
#include "gateway/api_routes.h"
#include "gateway/api_text.h"
#include "onsale/api/requests.pb-c.h"

/* By the two bits of a map. */
static const struct {
    const char *state;
    const char *english;
    const char *korean;
} seat_states[] = {
    {"AVAILABLE", "free", "예약 가능"},
    {"HELD", "being reserved", "예약중"},
    {"SOLD", "reserved", "예약완료"},
    {"BLOCKED", "not on sale", "판매 제외"},
};

const char *api_seat_state(unsigned bits)
{
    return seat_states[bits & 3].state;
}

const char *api_seat_label(unsigned bits, bool is_korean)
{
    return is_korean ? seat_states[bits & 3].korean : seat_states[bits & 3].english;
}

/* --- Options ---------------------------------------------------------------------------------- */

static bool ask_options(struct api_story *story, ProtobufCMessage *request)
{
    const Onsale__Api__OptionsRequest *asked = (const Onsale__Api__OptionsRequest *)story->request;
    Onsale__V1__ListPerformancesRequest *list = (Onsale__V1__ListPerformancesRequest *)request;
    list->token = story->token;
    list->page_size = PAGE_SIZE_MAX;
    list->page_token = asked->page_token;
    return true;
}

static bool take_options(struct api_story *story, const ProtobufCMessage *response)
{
    story->performances = (const Onsale__V1__ListPerformancesResponse *)response;
    return false;
}

static void add_tier(struct json_buffer *text, const Onsale__V1__PriceTier *tier)
{
    api_open(text, NULL, '{');
    api_add_text(text, "name", tier->name);
    api_add_number(text, "price", tier->price);
    api_add_unsigned(text, "remaining", tier->remaining);
    api_add_unsigned(text, "seats", tier->seats);
    api_close(text, '}');
}

static void add_option(struct json_buffer *text, const Onsale__V1__Performance *performance)
{
    uint64_t remaining = 0;
    api_open(text, NULL, '{');
    api_add_unsigned(text, "optionId", performance->performance_id);
    api_add_unsigned(text, "concertId", performance->concert_id);
    api_add_number(text, "startsAtMs", performance->starts_at_ms);
    api_add_number(text, "saleOpensAtMs", performance->sale_opens_at_ms);
    api_add_number(text, "saleClosesAtMs", performance->sale_closes_at_ms);
    api_add_unsigned(text, "seats", performance->seat_count);
    api_open(text, "tiers", '[');
    for (size_t i = 0; i < performance->n_tiers; i++) {
        add_tier(text, performance->tiers[i]);
        remaining += performance->tiers[i]->remaining;
    }
    api_close(text, ']');
    api_add_unsigned(text, "remaining", remaining);
    api_add_text(text, "currency", performance->currency);
    api_close(text, '}');
}

static void write_options(const struct api_story *story, struct json_buffer *text)
{
    api_open(text, NULL, '{');
    api_open(text, "options", '[');
    for (size_t i = 0; i < story->performances->n_performances; i++)
        add_option(text, story->performances->performances[i]);
    api_close(text, ']');
    api_add_text(text, "nextPageToken", story->performances->next_page_token);
    api_close(text, '}');
}

/* --- Seats ------------------------------------------------------------------------------------ */

static uint32_t option_of(const struct api_story *story)
{
    return ((const Onsale__Api__SeatsRequest *)story->request)->option_id;
}

static bool ask_map(struct api_story *story, ProtobufCMessage *request)
{
    Onsale__V1__GetSeatMapRequest *map = (Onsale__V1__GetSeatMapRequest *)request;
    map->token = story->token;
    map->performance_id = option_of(story);
    return true;
}

static bool take_map(struct api_story *story, const ProtobufCMessage *response)
{
    story->map = (const Onsale__V1__GetSeatMapResponse *)response;
    return false;
}

static bool ask_layout(struct api_story *story, ProtobufCMessage *request)
{
    ((Onsale__V1__GetSeatLayoutRequest *)request)->performance_id = option_of(story);
    return true;
}

static bool take_layout(struct api_story *story, const ProtobufCMessage *response)
{
    story->layout = ((const Onsale__V1__GetSeatLayoutResponse *)response)->layout;
    if (story->layout == NULL) story->refused = STATUS_REPLY_MALFORMED;
    return false;
}

/* Prices are with the performance, which is on some page. */
static bool ask_performance(struct api_story *story, ProtobufCMessage *request)
{
    Onsale__V1__ListPerformancesRequest *list = (Onsale__V1__ListPerformancesRequest *)request;
    list->token = story->token;
    list->page_size = PAGE_SIZE_MAX;
    if (story->page_token != NULL) list->page_token = (char *)story->page_token;
    return true;
}

static bool take_performance(struct api_story *story, const ProtobufCMessage *response)
{
    const Onsale__V1__ListPerformancesResponse *page =
        (const Onsale__V1__ListPerformancesResponse *)response;
    for (size_t i = 0; i < page->n_performances; i++)
        if (page->performances[i]->performance_id == option_of(story))
            story->performance = page->performances[i];
    story->page_token = page->next_page_token;
    bool is_last = page->next_page_token[0] == '\0';
    if (story->performance == NULL && is_last) story->refused = STATUS_PERFORMANCE_NOT_FOUND;
    return story->performance == NULL && !is_last;
}

/* The seats of a layout, one after the other, with the run of the map that each is in. */
struct walk {
    const struct api_story *story;
    struct json_buffer *text;
    uint32_t index;
    size_t run;
};

static unsigned state_here(struct walk *walk)
{
    const Onsale__V1__GetSeatMapResponse *map = walk->story->map;
    while (walk->run < map->n_runs &&
           walk->index >= map->runs[walk->run]->first_seat_index + map->runs[walk->run]->seat_count)
        walk->run++;
    if (walk->run == map->n_runs) return 3;
    const Onsale__V1__SeatRun *run = map->runs[walk->run];
    uint32_t place = walk->index - run->first_seat_index;
    if (walk->index < run->first_seat_index || place / 4 >= run->states.len) return 3;
    return run->states.data[place / 4] >> 2 * (place % 4) & 3;
}

static void add_seat(struct walk *walk, const Onsale__V1__Section *section,
                     const Onsale__V1__Row *row, uint32_t place)
{
    const Onsale__V1__Performance *performance = walk->story->performance;
    unsigned state = state_here(walk);
    api_open(walk->text, NULL, '{');
    api_add_unsigned(walk->text, "seatId", walk->index++);
    api_add_seat_name(walk->text, section->name, row->name, row->first_number + place);
    if (section->tier_index < performance->n_tiers) {
        api_add_text(walk->text, "tier", performance->tiers[section->tier_index]->name);
        api_add_number(walk->text, "price", performance->tiers[section->tier_index]->price);
    }
    api_add_text(walk->text, "state", api_seat_state(state));
    api_add_text(walk->text, "label", api_seat_label(state, walk->story->is_korean));
    api_close(walk->text, '}');
}

static void add_section(struct walk *walk, const Onsale__V1__Section *section)
{
    for (size_t i = 0; i < section->n_rows && !walk->text->is_cut; i++)
        for (uint32_t place = 0; place < section->rows[i]->seat_count; place++)
            add_seat(walk, section, section->rows[i], place);
}

static void write_seats(const struct api_story *story, struct json_buffer *text)
{
    struct walk walk = {story, text, 0, 0};
    api_open(text, NULL, '{');
    api_add_unsigned(text, "optionId", option_of(story));
    api_add_text(text, "currency", story->performance->currency);
    api_open(text, "seats", '[');
    for (size_t i = 0; i < story->layout->n_sections; i++)
        add_section(&walk, story->layout->sections[i]);
    api_close(text, ']');
    api_close(text, '}');
}

const struct api_route api_concert_routes[] = {
    {"GET",
     "/api/concert",
     &onsale__api__options_request__descriptor,
     false,
     {{&onsale_catalog_list_performances_method, ask_options, take_options}},
     write_options},
    {"GET",
     "/api/concert/{option_id}/seat",
     &onsale__api__seats_request__descriptor,
     false,
     {{&onsale_catalog_get_seat_map_method, ask_map, take_map},
      {&onsale_catalog_get_seat_layout_method, ask_layout, take_layout},
      {&onsale_catalog_list_performances_method, ask_performance, take_performance}},
     write_seats},
    {0},
};
