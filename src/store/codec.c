/* codec.c -- What a type is in bytes: each list of records.def becomes two functions. */
#include "store/codec.h"

#include "base/require.h"
#include "store/format_version.h"

_Static_assert(LONG_NAME_BYTES_MAX <= UINT8_MAX, "the length of a text fits its byte");
_Static_assert(NAME_BYTES_MAX <= UINT8_MAX, "likewise");
_Static_assert(ROW_NAME_BYTES_MAX <= UINT8_MAX, "likewise");
_Static_assert(RESERVATION_CANCELLED <= UINT8_MAX, "what is small is a byte");
_Static_assert(HOLDINGS_PER_ENTRY_MAX <= UINT8_MAX, "their count fits its byte");
_Static_assert(SEATS_PER_HOLD_MAX <= UINT8_MAX, "likewise");

/* --- Packing ---------------------------------------------------------------------------------- */

#define PACK_u8(member, ...) writer_u8(value, (uint8_t)(member))
#define PACK_u32(member) writer_u32(value, member)
#define PACK_u64(member) writer_u64(value, member)
#define PACK_i64(member) writer_i64(value, member)
#define PACK_small(member, min, max) small_pack(value, (int64_t)(member), min, max)
#define PACK_flag(member) writer_u8(value, member)
#define PACK_within(member, min, max) within_pack(value, member, min, max)
#define PACK_varint(member) writer_varint(value, member)
#define PACK_varint32(member) writer_varint(value, member)
#define PACK_signed_varint(member) writer_signed_varint(value, member)
#define PACK_id(member) writer_bytes(value, (member).bytes, ID_BYTES)
#define PACK_optional_id(member) optional_id_pack(value, (member).bytes)
#define PACK_bytes(member, count) writer_bytes(value, member, count)
#define PACK_u32s(member, count) writer_u32s(value, member, count)
#define PACK_text(member, max) writer_text(value, member)

/* What is out of its range could not be read again. */
static inline void within_pack(struct writer *value, int64_t number, int64_t min, int64_t max)
{
    REQUIRE(number >= min);
    REQUIRE(number <= max);
    writer_i64(value, number);
}

static inline void small_pack(struct writer *value, int64_t number, int64_t min, int64_t max)
{
    REQUIRE(number >= min);
    REQUIRE(number <= max);
    writer_u8(value, (uint8_t)number);
}

static inline void optional_id_pack(struct writer *value, const uint8_t id[ID_BYTES])
{
    bool is_there = !id_is_zero(id);
    writer_u8(value, is_there);
    if (is_there) writer_bytes(value, id, ID_BYTES);
}

#define RECORD(name)                                                                               \
    void name##_pack(struct writer *value, const struct name *record)                              \
    {
#define GROUP(name) RECORD(name)
#define FIELD(type, member, ...) PACK_##type(record->member, ##__VA_ARGS__);
#define ADDED(since, default, type, member, ...)                                                   \
    if (value->format >= (since)) PACK_##type(record->member, ##__VA_ARGS__);
#define SPAN(member, from) writer_distance(value, record->from, record->member);
#define LIST(type, count, items, group, min, max)                                                  \
    PACK_##type(record->count);                                                                    \
    for (uint32_t i = 0; i < record->count; i++)                                                   \
        group##_pack(value, &record->items[i]);
#define PART(name, bytes_max) name##_pack(value, record);
#define ADDED_PART(since, name, bytes_max)                                                         \
    if (value->format >= (since)) name##_pack(value, record);
#define END(name) }
#include "store/records.def"
#include "store/records_end.def"

/* --- Unpacking -------------------------------------------------------------------------------- */

#define UNPACK_u32(member) (member) = reader_u32(value)
#define UNPACK_u64(member) (member) = reader_u64(value)
#define UNPACK_i64(member) (member) = reader_i64(value)
#define UNPACK_small(member, min, max) (member) = reader_u8_within(value, min, max)
#define UNPACK_flag(member) (member) = reader_u8_within(value, 0, 1)
#define UNPACK_within(member, min, max) (member) = reader_i64_within(value, min, max)
#define UNPACK_varint(member) (member) = reader_varint(value)
#define UNPACK_varint32(member) (member) = reader_varint_within(value, 0, UINT32_MAX)
#define UNPACK_signed_varint(member) (member) = reader_signed_varint(value)
#define UNPACK_id(member) reader_bytes(value, (member).bytes, ID_BYTES)
#define UNPACK_optional_id(member) optional_id_unpack(value, (member).bytes)
#define UNPACK_bytes(member, count) reader_bytes(value, member, count)
#define UNPACK_u32s(member, count) reader_u32s(value, member, count)
#define UNPACK_text(member, max) reader_text(value, member, (max) + 1)
#define COUNT_u8(min, max) reader_u8_within(value, min, max)
#define COUNT_u32(min, max) reader_u32_within(value, min, max)

/* What a record of an older format has of a member. */
#define SET_u32(member, default) (member) = (default)
#define SET_i64(member, default) (member) = (default)
#define SET_varint(member, default) (member) = (default)
#define SET_within(member, default, min, max) (member) = (default)
#define SET_flag(member, default) (member) = (default)
#define SET_text(member, default, max) memcpy(member, default, sizeof default)

static inline void optional_id_unpack(struct reader *value, uint8_t ret_id[ID_BYTES])
{
    if (reader_u8_within(value, 0, 1) != 0)
        reader_bytes(value, ret_id, ID_BYTES);
    else
        memset(ret_id, 0, ID_BYTES);
}

#define RECORD(name)                                                                               \
    void name##_unpack(struct reader *value, struct name *ret)                                     \
    {
#define GROUP(name) RECORD(name)
#define FIELD(type, member, ...) UNPACK_##type(ret->member, ##__VA_ARGS__);
#define ADDED(since, default, type, member, ...)                                                   \
    if (value->format >= (since))                                                                  \
        UNPACK_##type(ret->member, ##__VA_ARGS__);                                                 \
    else                                                                                           \
        SET_##type(ret->member, default, ##__VA_ARGS__);
#define SPAN(member, from) ret->member = reader_distance(value, ret->from);
#define LIST(type, count, items, group, min, max)                                                  \
    ret->count = COUNT_##type(min, max);                                                           \
    for (uint32_t i = 0; i < ret->count; i++)                                                      \
        group##_unpack(value, &ret->items[i]);
#define PART(name, bytes_max) name##_unpack(value, ret);
#define ADDED_PART(since, name, bytes_max)                                                         \
    if (value->format >= (since))                                                                  \
        name##_unpack(value, ret);                                                                 \
    else                                                                                           \
        name##_default(ret);
#define END(name) }
#include "store/records.def"
#include "store/records_end.def"

/* --- The list itself -------------------------------------------------------------------------- */

#define IS_LATER_FORMAT(since)                                                                     \
    _Static_assert((since) > STORE_FORMAT_OLDEST && (since) <= STORE_FORMAT_VERSION,               \
                   "a row is added with STORE_FORMAT_VERSION, which is raised for it");
#define RECORD(name)
#define GROUP(name)
#define FIELD(...)
#define ADDED(since, ...) IS_LATER_FORMAT(since)
#define SPAN(...)
#define LIST(...)
#define PART(...)
#define ADDED_PART(since, ...) IS_LATER_FORMAT(since)
#define END(name)
#include "store/records.def"
#include "store/records_end.def"
