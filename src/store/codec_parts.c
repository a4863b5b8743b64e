#include "store/codec_parts.h"

#include "base/require.h"

#include <string.h>

/* --- Stops of a performance ------------------------------------------------------------------- */

enum {
    HOLDING_STOPPED = 1 << 0,
    PAYING_STOPPED = 1 << 1,
    STOPS = HOLDING_STOPPED | PAYING_STOPPED,
};

_Static_assert(STOPS <= UINT8_MAX, "stops are the bits of a byte");

void performance_stops_pack(struct writer *value, const struct performance_state *state)
{
    writer_u8(value, (uint8_t)((state->holding_stopped ? HOLDING_STOPPED : 0) |
                               (state->paying_stopped ? PAYING_STOPPED : 0)));
}

void performance_stops_unpack(struct reader *value, struct performance_state *ret)
{
    unsigned stops = reader_u8_within(value, 0, STOPS);
    ret->holding_stopped = (stops & HOLDING_STOPPED) != 0;
    ret->paying_stopped = (stops & PAYING_STOPPED) != 0;
}

void performance_stops_default(struct performance_state *ret)
{
    ret->holding_stopped = false;
    ret->paying_stopped = false;
}

/* --- Seats of a block ------------------------------------------------------------------------- */

/* How many there are the size tells, and a base that can't be that they are wide. */
enum { BASE_OF_WIDE = -1 };

_Static_assert(BASE_OF_WIDE < 0, "no narrow block counts from there");
_Static_assert(SEATS_PER_BLOCK <= UINT8_MAX, "a byte names a seat of a block");

static uint32_t count_unpack(struct reader *value, bool is_wide)
{
    size_t count = (size_t)(value->end - value->at) / (is_wide ? 8 : 4);
    if (count >= 1 && count <= SEATS_PER_BLOCK) return (uint32_t)count;
    value->is_damaged = true;
    return 0;
}

void seat_words_unpack(struct reader *value, struct seat_block *ret)
{
    unix_ms base_ms = reader_i64_within(value, BASE_OF_WIDE, SEAT_END_MS_MAX);
    ret->is_wide = base_ms == BASE_OF_WIDE;
    ret->base_ms = ret->is_wide ? 0 : base_ms;
    ret->count = count_unpack(value, ret->is_wide);
    if (ret->is_wide)
        reader_u64s(value, ret->wide, ret->count);
    else
        reader_u32s(value, ret->narrow, ret->count);
}

void seat_words_pack(struct writer *value, const struct seat_block *block)
{
    REQUIRE(block->count >= 1);
    REQUIRE(block->count <= SEATS_PER_BLOCK);
    writer_i64(value, block->is_wide ? BASE_OF_WIDE : block->base_ms);
    if (block->is_wide)
        writer_u64s(value, block->wide, block->count);
    else
        writer_u32s(value, block->narrow, block->count);
}

/* --- Seats of a reservation ------------------------------------------------------------------- */

void reservation_seats_pack(struct writer *value, const struct reservation *reservation)
{
    REQUIRE(reservation->seats_count >= 1);
    REQUIRE(reservation->seats_count <= SEATS_PER_HOLD_MAX);
    int64_t before = 0;
    writer_u8(value, (uint8_t)reservation->seats_count);
    for (uint32_t i = 0; i < reservation->seats_count; i++) {
        REQUIRE(reservation->seat_tiers[i] < TIERS_PER_PERFORMANCE_MAX);
        writer_distance(value, before, reservation->seat_indexes[i]);
        writer_u8(value, reservation->seat_tiers[i]);
        before = reservation->seat_indexes[i];
    }
}

void reservation_seats_unpack(struct reader *value, struct reservation *ret)
{
    int64_t before = 0;
    ret->seats_count = reader_u8_within(value, 1, SEATS_PER_HOLD_MAX);
    for (uint32_t i = 0; i < ret->seats_count; i++) {
        before = reader_distance(value, before);
        value->is_damaged |= before < 0 || before > UINT32_MAX;
        ret->seat_indexes[i] = (uint32_t)before;
        ret->seat_tiers[i] = reader_u8_within(value, 0, TIERS_PER_PERFORMANCE_MAX - 1);
    }
}

/* --- Queue entries ---------------------------------------------------------------------------- */

/* Bits beside the status. Most entries wait and then go: only those that made a reservation have
 * its id. A time is taken to need 48 bits and a lifetime 32; if not, both times have their 64. */
enum {
    HAS_RESERVATION = 1 << 7,
    HAS_LONG_TIMES = 1 << 6,
    FLAGS = HAS_RESERVATION | HAS_LONG_TIMES,
    TIME_BYTES = 6,
    LIFETIME_BYTES = 4,
};

_Static_assert(((QUEUE_ENTRY_WAITING | QUEUE_ENTRY_ACTIVE | QUEUE_ENTRY_EXPIRED |
                 QUEUE_ENTRY_LEFT) &
                FLAGS) == 0,
               "the flags leave the status alone");
_Static_assert(QUEUE_ENTRY_WAITING >= 1, "zeros are no status");
_Static_assert(FLAGS <= UINT8_MAX, "status and flags are one byte");
_Static_assert(TIME_BYTES + LIFETIME_BYTES < 2 * sizeof(uint64_t), "short times are shorter");
_Static_assert(LIFETIME_BYTES == sizeof(uint32_t), "what has_long_times compares with");

static bool has_long_times(const struct queue_entry *entry)
{
    return entry->entered_at_ms < 0 || entry->entered_at_ms >> TIME_BYTES * 8 != 0 ||
           entry->expires_at_ms < entry->entered_at_ms ||
           entry->expires_at_ms - entry->entered_at_ms > UINT32_MAX;
}

static void times_pack(struct writer *value, const struct queue_entry *entry, bool are_long)
{
    if (are_long) {
        writer_i64(value, entry->entered_at_ms);
        writer_i64(value, entry->expires_at_ms);
    } else {
        writer_little(value, (uint64_t)entry->entered_at_ms, TIME_BYTES);
        writer_little(value, (uint64_t)(entry->expires_at_ms - entry->entered_at_ms),
                      LIFETIME_BYTES);
    }
}

static void times_unpack(struct reader *value, struct queue_entry *ret, bool are_long)
{
    if (are_long) {
        ret->entered_at_ms = reader_i64(value);
        ret->expires_at_ms = reader_i64(value);
    } else {
        ret->entered_at_ms = (unix_ms)reader_little(value, TIME_BYTES);
        ret->expires_at_ms = ret->entered_at_ms + (unix_ms)reader_little(value, LIFETIME_BYTES);
    }
}

void queue_entry_head_pack(struct writer *value, const struct queue_entry *entry)
{
    REQUIRE((entry->status & FLAGS) == 0);
    bool has_reservation = !id_is_zero(entry->last_reservation.bytes);
    bool are_long = has_long_times(entry);
    writer_u8(value, (uint8_t)(entry->status | (has_reservation ? HAS_RESERVATION : 0) |
                               (are_long ? HAS_LONG_TIMES : 0)));
    writer_u64(value, entry->user_id);
    writer_bytes(value, entry->secret, QUEUE_SECRET_BYTES);
    times_pack(value, entry, are_long);
    if (has_reservation) writer_bytes(value, entry->last_reservation.bytes, ID_BYTES);
}

static enum queue_entry_status status_of(struct reader *value, uint8_t first_byte)
{
    unsigned status = first_byte & (unsigned)~FLAGS;
    if (status < QUEUE_ENTRY_WAITING || status > QUEUE_ENTRY_LEFT) value->is_damaged = true;
    return (enum queue_entry_status)status;
}

void queue_entry_head_unpack(struct reader *value, struct queue_entry *ret)
{
    uint8_t first_byte = reader_u8(value);
    ret->status = status_of(value, first_byte);
    ret->user_id = reader_u64(value);
    reader_bytes(value, ret->secret, QUEUE_SECRET_BYTES);
    times_unpack(value, ret, (first_byte & HAS_LONG_TIMES) != 0);
    ret->last_reservation = (struct reservation_id){0};
    if ((first_byte & HAS_RESERVATION) != 0)
        reader_bytes(value, ret->last_reservation.bytes, ID_BYTES);
}

/* --- Payments --------------------------------------------------------------------------------- */

/* Of a payment only. */
void ledger_payment_pack(struct writer *value, const struct ledger_entry *entry)
{
    if (entry->kind != LEDGER_PAYMENT) return;
    writer_bytes(value, entry->reservation_id.bytes, ID_BYTES);
    writer_varint(value, entry->first_ticket);
    writer_varint(value, entry->tickets_count);
}

void ledger_payment_unpack(struct reader *value, struct ledger_entry *ret)
{
    ret->reservation_id = (struct reservation_id){0};
    ret->first_ticket = 0;
    ret->tickets_count = 0;
    if (ret->kind != LEDGER_PAYMENT) return;
    reader_bytes(value, ret->reservation_id.bytes, ID_BYTES);
    ret->first_ticket = reader_varint(value);
    ret->tickets_count = reader_varint_within(value, 0, UINT32_MAX);
}

/* --- Timers ----------------------------------------------------------------------------------- */

_Static_assert(TIMER_ITEM_BYTES == 4 + 4 + 8 && TIMER_ITEM_BYTES - ID_BYTES == 0,
               "every item takes the same room");

static void item_write(struct writer *value, enum timer_kind kind, const union timer_item *item)
{
    if (kind == TIMER_HOLD) {
        writer_bytes(value, item->reservation_id.bytes, ID_BYTES);
        return;
    }
    REQUIRE(item->run.count >= 1);
    writer_u32(value, item->run.concert_id);
    writer_u32(value, item->run.count);
    writer_u64(value, item->run.first);
}

static void item_read(struct reader *value, enum timer_kind kind, union timer_item *ret)
{
    if (kind == TIMER_HOLD) {
        reader_bytes(value, ret->reservation_id.bytes, ID_BYTES);
        return;
    }
    struct entry_run run;
    run.concert_id = reader_u32(value);
    run.count = reader_u32_within(value, 1, UINT32_MAX);
    run.first = reader_u64(value);
    ret->run = run;
}

void timer_items_pack(struct writer *value, const struct timer_list *list)
{
    REQUIRE(list->count >= 1);
    REQUIRE(list->count <= TIMER_ITEMS_MAX);
    for (uint32_t i = 0; i < list->count; i++)
        item_write(value, list->kind, &list->items[i]);
}

void timer_items_unpack(struct reader *value, struct timer_list *ret)
{
    size_t count = (size_t)(value->end - value->at) / TIMER_ITEM_BYTES;
    if (count < 1 || count > TIMER_ITEMS_MAX) value->is_damaged = true;
    for (uint32_t i = 0; !value->is_damaged && i < count; i++)
        item_read(value, ret->kind, &ret->items[i]);
    ret->count = (uint32_t)count;
}
