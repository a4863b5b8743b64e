/* codec.h -- The bodies of records, packed and unpacked as records.def says. For src/store only.
 *
 * Packing needs a writer with room for NAME_bytes_max, which record_writer makes: that counts the
 * head of a record. Unpacking trusts nothing and ends well with any bytes: ask record_check. Both
 * go by the format of the writer or reader: fields of a later one are left out, and defaults are
 * read. */
#ifndef STORE_CODEC_H
#define STORE_CODEC_H

#include "model/catalog.h"
#include "model/queue.h"
#include "model/reservation.h"
#include "model/seat_block.h"
#include "model/wallet.h"
#include "store/bytes.h"
#include "store/codec_parts.h"
#include "store/event_bytes.h"
#include "store/record_head.h"
#include "store/store_meta.h"
#include "store/timer_list.h"

/* --- What has no struct of its own elsewhere -------------------------------------------------- */

struct queue_user {
    uint64_t number;
};

struct ledger_owner {
    uint64_t user_id;
};

struct sold_seat {
    uint32_t seat_index;
    uint8_t tier;
    int64_t price;
};

/** Tickets of one payment: they have consecutive numbers and all but the seats in common. */
struct ticket_strip {
    uint32_t concert_id;
    uint32_t performance_id;
    unix_ms issued_at_ms;
    struct ledger_id payment_id;
    struct reservation_id reservation_id;
    uint32_t seats_count;
    struct sold_seat seats[SEATS_PER_HOLD_MAX];
};

struct event_batch {
    unix_ms near_ms; /* the time of its first event */
};

/* --- What the list becomes -------------------------------------------------------------------- */

/* Bounds of sizes: concert_bytes_max and so on. */
#define BOUND_u8(...) 1
#define BOUND_u32(...) 4
#define BOUND_u64(...) 8
#define BOUND_i64(...) 8
#define BOUND_small(...) 1
#define BOUND_flag(...) 1
#define BOUND_within(...) 8
#define BOUND_varint(...) VARINT_BYTES_MAX
#define BOUND_varint32(...) VARINT_BYTES_MAX
#define BOUND_signed_varint(...) VARINT_BYTES_MAX
#define BOUND_id(...) ID_BYTES
#define BOUND_optional_id(...) (1 + ID_BYTES)
#define BOUND_bytes(count) (count)
#define BOUND_u32s(count) (4 * (count))
#define BOUND_text(max) (1 + (max))

#define RECORD(name) enum { name##_bytes_max = RECORD_HEAD_BYTES
#define GROUP(name) enum { name##_bytes_max = 0
#define FIELD(type, member, ...) +BOUND_##type(__VA_ARGS__)
#define ADDED(since, value, type, member, ...) +BOUND_##type(__VA_ARGS__)
#define SPAN(member, from) +VARINT_BYTES_MAX
#define LIST(type, count, items, group, min, max) +BOUND_##type() + (max)*group##_bytes_max
#define PART(name, bytes_max) +(bytes_max)
#define ADDED_PART(since, name, bytes_max) +(bytes_max)
#define END(name)                                                                                  \
    }                                                                                              \
    ;
#include "store/records.def"
#include "store/records_end.def"

#define RECORD(name)                                                                               \
    void name##_pack(struct writer *value, const struct name *record);                             \
    void name##_unpack(struct reader *value, struct name *ret);
#define GROUP(name) RECORD(name)
#define FIELD(...)
#define ADDED(...)
#define SPAN(...)
#define LIST(...)
#define PART(...)
#define ADDED_PART(...)
#define END(name)
#include "store/records.def"
#include "store/records_end.def"

#endif
