/* bytes.h -- Numbers, ids and texts in the bytes of a record. Values are little-endian; keys are
 * big-endian, so that they sort as their numbers do.
 * A writer must have room: its buffer is ours. A reader trusts nothing: it never leaves its bytes,
 * and says in the end whether they were exactly enough.
 * No bytes may be NULL, for both. */
#ifndef STORE_BYTES_H
#define STORE_BYTES_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/require.h"

struct writer {
    uint8_t *start;
    uint8_t *at;
    const uint8_t *end;
    uint8_t format; /* of a record: the store format whose fields it gets */
};

static inline struct writer writer_make(uint8_t *bytes, size_t size)
{
    static uint8_t none[1]; /* C adds nothing to NULL, not even 0 */
    if (bytes == NULL) bytes = none;
    return (struct writer){.start = bytes, .at = bytes, .end = bytes + size};
}

static inline size_t writer_size(const struct writer *writer)
{
    return (size_t)(writer->at - writer->start);
}

static inline void writer_bytes(struct writer *writer, const void *bytes, size_t size)
{
    REQUIRE(size <= (size_t)(writer->end - writer->at));
    memcpy(writer->at, bytes, size);
    writer->at += size;
}

static inline void writer_little(struct writer *writer, uint64_t value, size_t size)
{
    REQUIRE(size <= sizeof value);
    uint64_t little = htole64(value);
    writer_bytes(writer, &little, size);
}

static inline void writer_u8(struct writer *writer, uint8_t value)
{
    writer_little(writer, value, sizeof value);
}

static inline void writer_u32(struct writer *writer, uint32_t value)
{
    writer_little(writer, value, sizeof value);
}

static inline void writer_u64(struct writer *writer, uint64_t value)
{
    writer_little(writer, value, sizeof value);
}

static inline void writer_i64(struct writer *writer, int64_t value)
{
    writer_little(writer, (uint64_t)value, sizeof value);
}

/* Many at once, with one look at the room: these are the bulk of the hot records. */
static inline void writer_u32s(struct writer *writer, const uint32_t *values, size_t count)
{
    REQUIRE(count <= (size_t)(writer->end - writer->at) / sizeof *values);
    uint8_t *at = writer->at; /* a copy, for all the compiler knows we write over the writer */
    for (size_t i = 0; i < count; i++) {
        uint32_t little = htole32(values[i]);
        memcpy(at + i * sizeof little, &little, sizeof little);
    }
    writer->at += count * sizeof *values;
}

static inline void writer_u64s(struct writer *writer, const uint64_t *values, size_t count)
{
    REQUIRE(count <= (size_t)(writer->end - writer->at) / sizeof *values);
    uint8_t *at = writer->at; /* a copy, for all the compiler knows we write over the writer */
    for (size_t i = 0; i < count; i++) {
        uint64_t little = htole64(values[i]);
        memcpy(at + i * sizeof little, &little, sizeof little);
    }
    writer->at += count * sizeof *values;
}

/* A text of up to 255 bytes, with its length before it. */
static inline void writer_text(struct writer *writer, const char *text)
{
    size_t length = strlen(text);
    REQUIRE(length <= UINT8_MAX);
    writer_u8(writer, (uint8_t)length);
    writer_bytes(writer, text, length);
}

/* Small numbers in few bytes: seven bits each, the low ones first, and a bit for "more follows". */
enum { VARINT_BYTES_MAX = 10 };

_Static_assert(7 * VARINT_BYTES_MAX >= 64, "every number fits, at seven bits a byte");
_Static_assert(7 * (VARINT_BYTES_MAX - 1) < 64, "and the largest needs them all");

static inline void writer_varint(struct writer *writer, uint64_t value)
{
    REQUIRE(VARINT_BYTES_MAX <= writer->end - writer->at);
    uint8_t *at = writer->at; /* a copy, for all the compiler knows we write over the writer */
    for (; value > INT8_MAX; value >>= 7)
        *at++ = (uint8_t)(value | 1 << 7);
    *at++ = (uint8_t)value;
    writer->at = at;
}

/* A number that may be negative, and is small either way. */
static inline void writer_signed_varint(struct writer *writer, int64_t value)
{
    writer_varint(writer, (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0));
}

/* How far a number is from another one: two that are far apart wrap around. */
static inline void writer_distance(struct writer *writer, int64_t from, int64_t to)
{
    writer_signed_varint(writer, (int64_t)((uint64_t)to - (uint64_t)from));
}

struct reader {
    const uint8_t *at;
    const uint8_t *end;
    uint8_t format;  /* of a record: the store format whose fields it has */
    bool is_damaged; /* there was too little, or a value out of its range: zeros were read */
};

static inline struct reader reader_make(const void *bytes, size_t size)
{
    static const uint8_t none[1];
    if (bytes == NULL) bytes = none;
    return (struct reader){.at = bytes, .end = (const uint8_t *)bytes + size};
}

static inline void reader_bytes(struct reader *reader, void *ret_bytes, size_t size)
{
    if (size > (size_t)(reader->end - reader->at)) {
        reader->is_damaged = true;
        memset(ret_bytes, 0, size);
        return;
    }
    memcpy(ret_bytes, reader->at, size);
    reader->at += size;
}

static inline uint64_t reader_little(struct reader *reader, size_t size)
{
    REQUIRE(size <= sizeof(uint64_t));
    uint64_t little = 0;
    reader_bytes(reader, &little, size);
    return le64toh(little);
}

static inline uint64_t reader_big(struct reader *reader, size_t size)
{
    REQUIRE(size <= sizeof(uint64_t));
    uint8_t bytes[sizeof(uint64_t)];
    uint64_t value = 0;
    reader_bytes(reader, bytes, size);
    for (size_t i = 0; i < size; i++)
        value = value << 8 | bytes[i];
    return value;
}

static inline uint8_t reader_u8(struct reader *reader)
{
    return (uint8_t)reader_little(reader, sizeof(uint8_t));
}

static inline uint32_t reader_u32(struct reader *reader)
{
    return (uint32_t)reader_little(reader, sizeof(uint32_t));
}

static inline uint64_t reader_u64(struct reader *reader)
{
    return reader_little(reader, sizeof(uint64_t));
}

static inline int64_t reader_i64(struct reader *reader)
{
    return (int64_t)reader_little(reader, sizeof(int64_t));
}

static inline void reader_u32s(struct reader *reader, uint32_t *ret_values, size_t count)
{
    reader_bytes(reader, ret_values, count * sizeof *ret_values);
    for (size_t i = 0; i < count; i++)
        ret_values[i] = le32toh(ret_values[i]);
}

static inline void reader_u64s(struct reader *reader, uint64_t *ret_values, size_t count)
{
    reader_bytes(reader, ret_values, count * sizeof *ret_values);
    for (size_t i = 0; i < count; i++)
        ret_values[i] = le64toh(ret_values[i]);
}

/* One of many where they lie, in a value that is known to be whole: nothing is looked at twice. */
static inline uint32_t little_u32_at(const uint8_t *values, size_t i)
{
    uint32_t little;
    memcpy(&little, values + i * sizeof little, sizeof little);
    return le32toh(little);
}

static inline uint64_t little_u64_at(const uint8_t *values, size_t i)
{
    uint64_t little;
    memcpy(&little, values + i * sizeof little, sizeof little);
    return le64toh(little);
}

static inline uint64_t reader_varint(struct reader *reader)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && reader->at < reader->end; shift += 7) {
        uint8_t byte = *reader->at++;
        value |= (uint64_t)(byte & INT8_MAX) << shift;
        if (byte <= INT8_MAX) return value;
    }
    reader->is_damaged = true;
    return 0;
}

static inline int64_t reader_signed_varint(struct reader *reader)
{
    uint64_t value = reader_varint(reader);
    return (int64_t)(value >> 1 ^ ((value & 1) != 0 ? UINT64_MAX : 0));
}

static inline int64_t reader_distance(struct reader *reader, int64_t from)
{
    return (int64_t)((uint64_t)from + (uint64_t)reader_signed_varint(reader));
}

static inline uint32_t reader_varint_within(struct reader *reader, uint32_t min, uint32_t max)
{
    REQUIRE(min <= max);
    uint64_t value = reader_varint(reader);
    if (value >= min && value <= max) return (uint32_t)value;
    reader->is_damaged = true;
    return 0;
}

/* A number that must be within its range: how many, or which of an enum. */
static inline uint32_t reader_u32_within(struct reader *reader, uint32_t min, uint32_t max)
{
    REQUIRE(min <= max);
    uint32_t value = reader_u32(reader);
    if (value >= min && value <= max) return value;
    reader->is_damaged = true;
    return 0;
}

static inline uint8_t reader_u8_within(struct reader *reader, uint8_t min, uint8_t max)
{
    REQUIRE(min <= max);
    uint8_t value = reader_u8(reader);
    if (value >= min && value <= max) return value;
    reader->is_damaged = true;
    return 0;
}

static inline int64_t reader_i64_within(struct reader *reader, int64_t min, int64_t max)
{
    REQUIRE(min <= max);
    int64_t value = reader_i64(reader);
    if (value >= min && value <= max) return value;
    reader->is_damaged = true;
    return 0;
}

/* A text that must fit `capacity` bytes together with its NUL. */
static inline void reader_text(struct reader *reader, char *ret_text, size_t capacity)
{
    REQUIRE(capacity >= 1);
    size_t length = reader_u8(reader);
    if (length >= capacity) {
        reader->is_damaged = true;
        length = 0;
    }
    reader_bytes(reader, ret_text, length);
    ret_text[length] = '\0';
}

static inline bool reader_is_whole(const struct reader *reader)
{
    return !reader->is_damaged && reader->at == reader->end;
}

#endif
