#include "store/event_bytes.h"

#include "base/limits.h"
#include "base/require.h"

/* A bit for each field that is there: what the kind does not need is zero. */
enum {
    HAS_CONCERT = 1 << 0,
    HAS_PERFORMANCE = 1 << 1,
    HAS_USER = 1 << 2,
    HAS_RECORD = 1 << 3,
    HAS_PAYMENT = 1 << 4,
    HAS_ENTRY_NUMBER = 1 << 5,
    HAS_AMOUNT = 1 << 6,
    HAS_UNTIL = 1 << 7,
    HAS_SEATS = 1 << 8,
    HAS_ALL = (1 << 9) - 1,
};

_Static_assert(HAS_ALL == 2 * HAS_SEATS - 1, "every bit has its field");
_Static_assert(EVENT_RESERVATION_LENGTHENED <= UINT8_MAX, "a kind is a byte");
_Static_assert(5 * 7 >= 32 + 2, "five bytes take any distance of two seats");
_Static_assert(SEATS_PER_HOLD_MAX <= SEATS_PER_BLOCK_CALL_MAX, "an event has room for a hold");

static unsigned fields_of(const struct event *event)
{
    return (event->concert_id != 0 ? HAS_CONCERT : 0U) |
           (event->performance_id != 0 ? HAS_PERFORMANCE : 0U) |
           (event->user_id != 0 ? HAS_USER : 0U) |
           (!id_is_zero(event->record_id) ? HAS_RECORD : 0U) |
           (!id_is_zero(event->payment_id) ? HAS_PAYMENT : 0U) |
           (event->entry_number != 0 ? HAS_ENTRY_NUMBER : 0U) |
           (event->amount != 0 ? HAS_AMOUNT : 0U) | (event->until_ms != 0 ? HAS_UNTIL : 0U) |
           (event->seats_count != 0 ? HAS_SEATS : 0U);
}

static void seats_pack(struct writer *value, const struct event *event)
{
    REQUIRE(event->seats_count <= SEATS_PER_BLOCK_CALL_MAX);
    int64_t before = 0;
    writer_varint(value, event->seats_count);
    for (uint32_t i = 0; i < event->seats_count; i++) {
        writer_distance(value, before, event->seat_indexes[i]);
        before = event->seat_indexes[i];
    }
}

void event_fields_pack(struct writer *value, const struct stored_event *stored)
{
    const struct event *event = stored->event;
    unsigned fields = fields_of(event);
    writer_u8(value, (uint8_t)event->kind);
    writer_varint(value, fields);
    writer_distance(value, stored->near_ms, event->occurred_at_ms);
    if ((fields & HAS_CONCERT) != 0) writer_varint(value, event->concert_id);
    if ((fields & HAS_PERFORMANCE) != 0) writer_varint(value, event->performance_id);
    if ((fields & HAS_USER) != 0) writer_varint(value, event->user_id);
    if ((fields & HAS_RECORD) != 0) writer_bytes(value, event->record_id, ID_BYTES);
    if ((fields & HAS_PAYMENT) != 0) writer_bytes(value, event->payment_id, ID_BYTES);
    if ((fields & HAS_ENTRY_NUMBER) != 0) writer_varint(value, event->entry_number);
    if ((fields & HAS_AMOUNT) != 0) writer_signed_varint(value, event->amount);
    if ((fields & HAS_UNTIL) != 0) writer_distance(value, event->occurred_at_ms, event->until_ms);
    if ((fields & HAS_SEATS) != 0) seats_pack(value, event);
}

static void id_unpack(struct reader *value, bool is_there, uint8_t ret_id[ID_BYTES])
{
    if (is_there)
        reader_bytes(value, ret_id, ID_BYTES);
    else
        memset(ret_id, 0, ID_BYTES);
}

static void seats_unpack(struct reader *value, struct event *ret)
{
    int64_t before = 0;
    ret->seats_count = reader_varint_within(value, 1, SEATS_PER_BLOCK_CALL_MAX);
    for (uint32_t i = 0; i < ret->seats_count; i++) {
        before = reader_distance(value, before);
        value->is_damaged |= before < 0 || before > UINT32_MAX;
        ret->seat_indexes[i] = (uint32_t)before;
    }
}

void event_fields_unpack(struct reader *value, struct stored_event *stored)
{
    struct event *ret = stored->event;
    ret->kind = reader_u8_within(value, EVENT_USER_CREATED, EVENT_RESERVATION_LENGTHENED);
    unsigned fields = reader_varint_within(value, 0, HAS_ALL);
    ret->occurred_at_ms = reader_distance(value, stored->near_ms);
    ret->concert_id = (fields & HAS_CONCERT) != 0 ? reader_varint_within(value, 1, UINT32_MAX) : 0;
    ret->performance_id =
        (fields & HAS_PERFORMANCE) != 0 ? reader_varint_within(value, 1, UINT32_MAX) : 0;
    ret->user_id = (fields & HAS_USER) != 0 ? reader_varint(value) : 0;
    id_unpack(value, (fields & HAS_RECORD) != 0, ret->record_id);
    id_unpack(value, (fields & HAS_PAYMENT) != 0, ret->payment_id);
    ret->entry_number = (fields & HAS_ENTRY_NUMBER) != 0 ? reader_varint(value) : 0;
    ret->amount = (fields & HAS_AMOUNT) != 0 ? reader_signed_varint(value) : 0;
    ret->until_ms = (fields & HAS_UNTIL) != 0 ? reader_distance(value, ret->occurred_at_ms) : 0;
    ret->seats_count = 0;
    if ((fields & HAS_SEATS) != 0) seats_unpack(value, ret);
}
