/* wire.h -- The protobuf wire format: varints, tags and lengths. Allocates nothing. */
#ifndef RPC_WIRE_WIRE_H
#define RPC_WIRE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** How a field's value is written. Groups (3 and 4) are not supported. */
enum wire_type { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, WIRE_FIXED32 = 5 };

/** Bytes that were not read yet. */
struct wire_reader {
    const uint8_t *at;
    const uint8_t *end;
};

/** The inline readers below, for whatever takes more than one byte. wire_read_long_varint returns
 * what follows; NULL if it is cut off or too long. */
const uint8_t *wire_read_long_varint(const uint8_t *at, const uint8_t *end, uint64_t *ret_value);
bool wire_read_long_tag(struct wire_reader *reader, uint32_t *ret_field, enum wire_type *ret_type);
bool wire_read_long_bytes(struct wire_reader *reader, struct wire_reader *ret_bytes);

/** Bytes that were not read yet. */
static inline size_t wire_left(const struct wire_reader *reader)
{
    return (size_t)(reader->end - reader->at);
}

/** Reads a varint of 1..10 bytes. Like all readers here it moves on if true is returned only.
 * @return false if it is cut off or longer. */
static inline bool wire_read_varint(struct wire_reader *reader, uint64_t *ret_value)
{
    if (reader->at != reader->end && *reader->at < 0x80) {
        *ret_value = *reader->at++;
        return true;
    }
    uint64_t value;
    const uint8_t *at = wire_read_long_varint(reader->at, reader->end, &value);
    if (at == NULL) return false;
    reader->at = at;
    *ret_value = value;
    return true;
}

/** Reads the head of a field.
 * @return false if it is cut off, the number is not 1..2^29-1, or the type is none of wire_type. */
static inline bool wire_read_tag(struct wire_reader *reader, uint32_t *ret_field,
                                 enum wire_type *ret_type)
{
    enum { TYPES = 1 << WIRE_VARINT | 1 << WIRE_FIXED64 | 1 << WIRE_BYTES | 1 << WIRE_FIXED32 };
    if (reader->at == reader->end || *reader->at >= 0x80)
        return wire_read_long_tag(reader, ret_field, ret_type);
    unsigned type = *reader->at & 7;
    if (*reader->at < 1 << 3 || (TYPES >> type & 1) == 0) return false;
    *ret_field = *reader->at++ >> 3;
    *ret_type = (enum wire_type)type;
    return true;
}

/** Reads the length of a WIRE_BYTES field and the bytes themselves.
 * @return false if they are cut off. */
static inline bool wire_read_bytes(struct wire_reader *reader, struct wire_reader *ret_bytes)
{
    if (reader->at == reader->end || *reader->at >= 0x80)
        return wire_read_long_bytes(reader, ret_bytes);
    size_t size = *reader->at;
    if (size >= wire_left(reader)) return false;
    *ret_bytes = (struct wire_reader){reader->at + 1, reader->at + 1 + size};
    reader->at = ret_bytes->end;
    return true;
}

/** Skips a value. @return false if it is cut off. */
bool wire_skip(struct wire_reader *reader, enum wire_type type);

/** Bytes that a varint takes, 1..10: one for each 7 bits begun. */
static inline size_t wire_varint_size(uint64_t value)
{
    unsigned highest_bit = (unsigned)__builtin_clzll(value | 1) ^ 63;
    return (highest_bit * 9 + 73) / 64;
}

/** Writes a varint. @return Where it ends. */
static inline uint8_t *wire_put_varint(uint8_t *at, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        *at++ = (uint8_t)(value | 0x80);
    *at++ = (uint8_t)value;
    return at;
}

#endif
