#include "tests/cost/calls.h"

#include "base/id.h"
#include "tests/sim/message.h"

enum {
    SEATS_PER_ROW = 100,
    ROWS_PER_SECTION = 100,
    SECTIONS = SHOP_SEATS / SEATS_PER_ROW / ROWS_PER_SECTION,
    PRICE = 100,
    MOST = 1000 * 1000,
    HOUR_MS = 60 * 60 * 1000,
    PURCHASE_LIMIT = 4,
    LARGE_PRIME = 7919,
};

#define FAR_FUTURE_MS INT64_C(4000000000000)

/* --- Setting up ------------------------------------------------------------------------------- */

static void make_section(struct arena *arena, Onsale__V1__Section *section, const char *name)
{
    section->name = (char *)name;
    section->n_rows = ROWS_PER_SECTION;
    section->rows = message_make_array(arena, &onsale__v1__row__descriptor, ROWS_PER_SECTION);
    for (int i = 0; i < ROWS_PER_SECTION; i++) {
        section->rows[i]->name = arena_printf(arena, "%d", i + 1);
        section->rows[i]->first_number = 1;
        section->rows[i]->seat_count = SEATS_PER_ROW;
    }
}

static Onsale__V1__SeatLayout **make_layouts(struct arena *arena)
{
    Onsale__V1__SeatLayout **layouts =
        message_make_array(arena, &onsale__v1__seat_layout__descriptor, 1);
    layouts[0]->layout_id = 1;
    layouts[0]->n_sections = SECTIONS;
    layouts[0]->sections = message_make_array(arena, &onsale__v1__section__descriptor, SECTIONS);
    for (int i = 0; i < SECTIONS; i++)
        make_section(arena, layouts[0]->sections[i], arena_printf(arena, "%d", 101 + i));
    return layouts;
}

static Onsale__V1__Performance **make_performances(struct arena *arena)
{
    Onsale__V1__Performance **performances =
        message_make_array(arena, &onsale__v1__performance__descriptor, 1);
    performances[0]->performance_id = SHOP_PERFORMANCE;
    performances[0]->concert_id = SHOP_CONCERT;
    performances[0]->layout_id = 1;
    performances[0]->starts_at_ms = FAR_FUTURE_MS;
    performances[0]->sale_opens_at_ms = 1;
    performances[0]->sale_closes_at_ms = FAR_FUTURE_MS;
    performances[0]->n_tiers = 1;
    performances[0]->tiers = message_make_array(arena, &onsale__v1__price_tier__descriptor, 1);
    performances[0]->tiers[0]->name = (char *)"R";
    performances[0]->tiers[0]->price = PRICE;
    return performances;
}

static const ProtobufCMessage *import_request(struct shop *shop, size_t i)
{
    (void)i;
    Onsale__V1__ImportCatalogueRequest *req =
        message_make(&shop->arena, &onsale__v1__import_catalogue_request__descriptor);
    req->concert = message_make(&shop->arena, &onsale__v1__concert__descriptor);
    req->concert->concert_id = SHOP_CONCERT;
    req->concert->title = (char *)"Concert";
    req->n_layouts = 1;
    req->layouts = make_layouts(&shop->arena);
    req->n_performances = 1;
    req->performances = make_performances(&shop->arena);
    return &req->base;
}

/* There is room for the buyers, and for nobody else. */
static const ProtobufCMessage *policy_request(struct shop *shop, size_t i)
{
    (void)i;
    Onsale__V1__SetQueuePolicyRequest *req =
        message_make(&shop->arena, &onsale__v1__set_queue_policy_request__descriptor);
    req->concert_id = SHOP_CONCERT;
    req->policy = message_make(&shop->arena, &onsale__v1__queue_policy__descriptor);
    req->policy->active_max = SHOP_BUYERS;
    req->policy->admissions_per_second = MOST;
    req->policy->waiting_lifetime_ms = HOUR_MS;
    req->policy->active_lifetime_ms = HOUR_MS;
    req->policy->hold_lifetime_ms = SHOP_HOLD_MS;
    req->policy->purchase_limit = PURCHASE_LIMIT;
    return &req->base;
}

static const ProtobufCMessage *create_user_request(struct shop *shop, size_t i)
{
    Onsale__V1__CreateUserRequest *req =
        message_make(&shop->arena, &onsale__v1__create_user_request__descriptor);
    req->user_id = i + 1;
    return &req->base;
}

/* --- What callers make ------------------------------------------------------------------------ */

/* Like a UUIDv7: what was made later sorts later, but for what was made in the same instant. */
static ProtobufCBinaryData id_of(struct shop *shop, uint8_t kind, size_t i)
{
    enum { PER_INSTANT = 16, TIME_BYTES = 6 };
    uint8_t id[ID_BYTES];
    struct random random = random_make(i);
    random_fill(&random, id, sizeof id);
    for (int at = 0; at < TIME_BYTES; at++)
        id[at] = (uint8_t)(i / PER_INSTANT >> 8 * (TIME_BYTES - 1 - at));
    id[0] = kind == 'P'; /* who pays has charged before */
    id[ID_BYTES - 1] = kind;
    return message_bytes(&shop->arena, id, sizeof id);
}

static ProtobufCBinaryData reservation_of(struct shop *shop, size_t i)
{
    return id_of(shop, 'R', i);
}

static ProtobufCBinaryData token_of(struct shop *shop, size_t place)
{
    return (ProtobufCBinaryData){QUEUE_TOKEN_BYTES, shop->tokens[place]};
}

/* Goes through all of `count` without an order. */
static size_t scatter(size_t i, size_t count)
{
    return i * LARGE_PRIME % count;
}

/* --- Calls ------------------------------------------------------------------------------------ */

static const ProtobufCMessage *charge_request(struct shop *shop, size_t i)
{
    Onsale__V1__ChargeBalanceRequest *req =
        message_make(&shop->arena, &onsale__v1__charge_balance_request__descriptor);
    req->user_id = i + 1;
    req->charge_id = id_of(shop, 'C', i);
    req->amount = PRICE;
    return &req->base;
}

static const ProtobufCMessage *enter_request(struct shop *shop, size_t i)
{
    Onsale__V1__EnterQueueRequest *req =
        message_make(&shop->arena, &onsale__v1__enter_queue_request__descriptor);
    req->user_id = i + 1;
    req->concert_id = SHOP_CONCERT;
    return &req->base;
}

static const ProtobufCMessage *poll_request(struct shop *shop, size_t i)
{
    Onsale__V1__GetQueueEntryRequest *req =
        message_make(&shop->arena, &onsale__v1__get_queue_entry_request__descriptor);
    req->token = token_of(shop, SHOP_BUYERS + scatter(i, SHOP_WAITING));
    return &req->base;
}

static const ProtobufCMessage *hold_request(struct shop *shop, size_t i)
{
    Onsale__V1__HoldSeatsRequest *req =
        message_make(&shop->arena, &onsale__v1__hold_seats_request__descriptor);
    uint32_t seat_index = (uint32_t)scatter(i, SHOP_SEATS);
    req->token = token_of(shop, i);
    req->reservation_id = reservation_of(shop, i);
    req->performance_id = SHOP_PERFORMANCE;
    req->n_seat_indexes = 1;
    req->seat_indexes = arena_copy(&shop->arena, &seat_index, sizeof seat_index);
    return &req->base;
}

static const ProtobufCMessage *pay_request(struct shop *shop, size_t i)
{
    Onsale__V1__PayReservationRequest *req =
        message_make(&shop->arena, &onsale__v1__pay_reservation_request__descriptor);
    req->user_id = i + 1;
    req->reservation_id = reservation_of(shop, i);
    req->payment_id = id_of(shop, 'P', i);
    return &req->base;
}

static const ProtobufCMessage *seat_map_request(struct shop *shop, size_t i)
{
    Onsale__V1__GetSeatMapRequest *req =
        message_make(&shop->arena, &onsale__v1__get_seat_map_request__descriptor);
    req->token = token_of(shop, i % SHOP_BUYERS);
    req->performance_id = SHOP_PERFORMANCE;
    return &req->base;
}

static const ProtobufCMessage *unchanged_request(struct shop *shop, size_t i)
{
    Onsale__V1__GetSeatMapRequest *req =
        message_make(&shop->arena, &onsale__v1__get_seat_map_request__descriptor);
    req->token = token_of(shop, i % SHOP_BUYERS);
    req->performance_id = SHOP_PERFORMANCE;
    req->known_version = shop->version;
    return &req->base;
}

const struct call_kind import_calls = {&onsale_admin_import_catalogue_method, import_request};
const struct call_kind policy_calls = {&onsale_admin_set_queue_policy_method, policy_request};
const struct call_kind create_user_calls = {&onsale_admin_create_user_method, create_user_request};
const struct call_kind charge_calls = {&onsale_wallet_charge_balance_method, charge_request};
const struct call_kind enter_calls = {&onsale_queue_enter_queue_method, enter_request};
const struct call_kind poll_calls = {&onsale_queue_get_queue_entry_method, poll_request};
const struct call_kind hold_calls = {&onsale_reservation_hold_seats_method, hold_request};
const struct call_kind pay_calls = {&onsale_payment_pay_reservation_method, pay_request};
const struct call_kind seat_map_calls = {&onsale_catalog_get_seat_map_method, seat_map_request};
const struct call_kind unchanged_calls = {&onsale_catalog_get_seat_map_method, unchanged_request};
