#include "tests/store/made_up.h"

#include "base/crc32c.h"

/* 64 bits that the seed and the name of a field decide: small as often as large. */
static uint64_t draw(uint32_t seed, const char *name, uint32_t i)
{
    uint32_t low = crc32c(seed * 2654435761u + i, name, strlen(name));
    uint32_t high = crc32c(low, name, strlen(name));
    uint64_t drawn = (uint64_t)high << 32 | low;
    return drawn >> low % 64;
}

static int64_t draw_within(uint32_t seed, const char *name, int64_t min, int64_t max)
{
    return min + (int64_t)(draw(seed, name, 0) % ((uint64_t)(max - min) + 1));
}

static void draw_bytes(uint32_t seed, const char *name, uint8_t *ret_bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ret_bytes[i] = (uint8_t)(draw(seed, name, (uint32_t)i + 1) * 37);
}

static void draw_text(uint32_t seed, const char *name, char *ret_text, size_t max)
{
    size_t length = (size_t)draw(seed, name, 0) % (max + 1);
    for (size_t i = 0; i < length; i++)
        ret_text[i] = (char)('a' + draw(seed, name, (uint32_t)i + 1) % 26);
    ret_text[length] = '\0';
}

/* --- Parts ------------------------------------------------------------------------------------ */

static void made_up_part_performance_stops(struct performance_state *ret, uint32_t seed)
{
    ret->holding_stopped = (seed & 1) != 0;
    ret->paying_stopped = (seed & 2) != 0;
}

static void made_up_part_seat_words(struct seat_block *ret, uint32_t seed)
{
    ret->is_wide = seed % 3 == 0;
    ret->base_ms = ret->is_wide ? 0 : draw_within(seed, "base", 0, SEAT_END_MS_MAX);
    ret->count = (uint32_t)draw_within(seed, "count", 1, SEATS_PER_BLOCK);
    for (uint32_t i = 0; i < ret->count; i++)
        if (ret->is_wide)
            ret->wide[i] = draw(seed, "wide", i);
        else
            ret->narrow[i] = (uint32_t)draw(seed, "narrow", i);
}

static void made_up_part_reservation_seats(struct reservation *ret, uint32_t seed)
{
    ret->seats_count = (uint32_t)draw_within(seed, "seats", 1, SEATS_PER_HOLD_MAX);
    for (uint32_t i = 0; i < ret->seats_count; i++) {
        ret->seat_indexes[i] = (uint32_t)draw(seed, "index", i);
        ret->seat_tiers[i] = (uint8_t)(draw(seed, "tier", i) % TIERS_PER_PERFORMANCE_MAX);
    }
}

static void made_up_part_queue_entry_head(struct queue_entry *ret, uint32_t seed)
{
    ret->status = (enum queue_entry_status)(1 + seed % 4);
    ret->user_id = draw(seed, "user", 0);
    draw_bytes(seed, "secret", ret->secret, sizeof ret->secret);
    ret->entered_at_ms = (unix_ms)draw(seed, "entered", 0);
    ret->expires_at_ms = (unix_ms)((uint64_t)ret->entered_at_ms + draw(seed, "lifetime", 0));
    draw_bytes(seed, "last", ret->last_reservation.bytes, seed % 2 * ID_BYTES);
}

static void made_up_part_ledger_payment(struct ledger_entry *ret, uint32_t seed)
{
    if (ret->kind != LEDGER_PAYMENT) return;
    draw_bytes(seed, "reservation", ret->reservation_id.bytes, ID_BYTES);
    ret->first_ticket = draw(seed, "ticket", 0);
    ret->tickets_count = (uint32_t)draw(seed, "tickets", 0);
}

static void made_up_part_event_fields(struct stored_event *ret, uint32_t seed)
{
    static struct event events[2];
    struct event *event = &events[seed % 2];
    memset(event, 0, sizeof *event);
    ret->event = event;
    ret->near_ms = (unix_ms)(draw(1, "near", 0));
    event->kind = (enum event_kind)(1 + seed % EVENT_PAYING_RESUMED);
    event->occurred_at_ms = (unix_ms)draw(seed, "occurred", 0);
    event->concert_id = (uint32_t)draw(seed, "concert", 0);
    event->user_id = seed % 2 == 0 ? 0 : draw(seed, "user", 0);
    draw_bytes(seed, "record", event->record_id, seed % 3 == 0 ? 0 : ID_BYTES);
    event->amount = (int64_t)draw(seed, "amount", 0);
    event->until_ms = (unix_ms)draw(seed, "until", 0);
    event->seats_count = seed % 5 == 0 ? SEATS_PER_BLOCK_CALL_MAX : seed % 5;
    for (uint32_t i = 0; i < event->seats_count; i++)
        event->seat_indexes[i] = (uint32_t)draw(seed, "seat", i);
}

static void made_up_part_timer_items(struct timer_list *ret, uint32_t seed)
{
    ret->kind = (enum timer_kind)(TIMER_HOLD + seed % (TIMER_KINDS - TIMER_HOLD));
    ret->count = (uint32_t)draw_within(seed, "count", 1, TIMER_ITEMS_MAX);
    for (uint32_t i = 0; i < ret->count; i++)
        if (ret->kind == TIMER_HOLD)
            draw_bytes(seed + i, "id", ret->items[i].reservation_id.bytes, ID_BYTES);
        else
            ret->items[i].run = (struct entry_run){(uint32_t)draw(seed, "concert", i),
                                                   1 + (uint32_t)draw(seed, "count", i) / 2,
                                                   draw(seed, "first", i)};
}

/* --- Records ---------------------------------------------------------------------------------- */

#define MAKE_UP_number(member) (member) = (__typeof__(member))draw(seed, #member, 0)
#define MAKE_UP_u32 MAKE_UP_number
#define MAKE_UP_u64 MAKE_UP_number
#define MAKE_UP_i64 MAKE_UP_number
#define MAKE_UP_varint MAKE_UP_number
#define MAKE_UP_varint32 MAKE_UP_number
#define MAKE_UP_signed_varint MAKE_UP_number
#define MAKE_UP_small(member, min, max)                                                            \
    (member) = (__typeof__(member))draw_within(seed, #member, min, max)
#define MAKE_UP_within MAKE_UP_small
#define MAKE_UP_flag(member) MAKE_UP_small(member, 0, 1)
#define MAKE_UP_id(member) draw_bytes(seed, #member, (member).bytes, ID_BYTES)
#define MAKE_UP_optional_id(member) draw_bytes(seed, #member, (member).bytes, seed % 2 * ID_BYTES)
#define MAKE_UP_bytes(member, count) draw_bytes(seed, #member, member, count)
#define MAKE_UP_u32s(member, count)                                                                \
    for (uint32_t i = 0; i < (count); i++)                                                         \
    (member)[i] = (uint32_t)draw(seed, #member, i)
#define MAKE_UP_text(member, max) draw_text(seed, #member, member, max)

#define RECORD(name)                                                                               \
    void made_up_##name(struct name *ret, uint32_t seed)                                           \
    {                                                                                              \
        memset(ret, 0, sizeof *ret);
#define GROUP(name) RECORD(name)
#define FIELD(type, member, ...) MAKE_UP_##type(ret->member, ##__VA_ARGS__);
#define ADDED(since, default, type, member, ...) FIELD(type, member, ##__VA_ARGS__)
#define SPAN(member, from) FIELD(i64, member)
#define LIST(type, count, items, group, min, max)                                                  \
    FIELD(small, count, min, max)                                                                  \
    for (uint32_t i = 0; i < ret->count; i++)                                                      \
        made_up_##group(&ret->items[i], seed * 31 + i);
#define PART(name, bytes_max) made_up_part_##name(ret, seed);
#define ADDED_PART(since, name, bytes_max) PART(name, bytes_max)
#define END(name) }
#include "store/records.def"
#include "store/records_end.def"

/* --- What keys tell --------------------------------------------------------------------------- */

static void copy_key(const char *name, void *ret, const void *from)
{
    if (strcmp(name, "timer_list") == 0)
        ((struct timer_list *)ret)->kind = ((const struct timer_list *)from)->kind;
    if (strcmp(name, "stored_event") == 0)
        ((struct stored_event *)ret)->near_ms = ((const struct stored_event *)from)->near_ms;
}

#define RECORD(name)                                                                               \
    void made_up_key_##name(struct name *ret, const struct name *from)                             \
    {                                                                                              \
        copy_key(#name, ret, from);                                                                \
    }
#define GROUP(name) RECORD(name)
#define FIELD(...)
#define ADDED(...)
#define SPAN(...)
#define LIST(...)
#define PART(...)
#define ADDED_PART(...)
#define END(...)
#include "store/records.def"
#include "store/records_end.def"
