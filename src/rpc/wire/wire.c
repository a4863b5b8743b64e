#include "rpc/wire/wire.h"

enum { VARINT_BYTES_MAX = 10, LENGTH_BYTES_MAX = 5, FIELD_MAX = (1 << 29) - 1 };

const uint8_t *wire_read_long_varint(const uint8_t *at, const uint8_t *end, uint64_t *ret_value)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 7 * VARINT_BYTES_MAX && at < end; shift += 7) {
        uint8_t byte = *at++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *ret_value = value;
            return at;
        }
    }
    return NULL;
}

static bool is_wire_type(uint64_t type)
{
    return type == WIRE_VARINT || type == WIRE_FIXED64 || type == WIRE_BYTES ||
           type == WIRE_FIXED32;
}

/* protobuf-c takes heads and lengths of at most five bytes. */
static bool read_short_varint(struct wire_reader *reader, uint64_t *ret_value)
{
    struct wire_reader rest = *reader;
    if (!wire_read_varint(&rest, ret_value) || rest.at - reader->at > LENGTH_BYTES_MAX)
        return false;
    *reader = rest;
    return true;
}

bool wire_read_long_tag(struct wire_reader *reader, uint32_t *ret_field, enum wire_type *ret_type)
{
    struct wire_reader rest = *reader;
    uint64_t tag;
    if (!read_short_varint(&rest, &tag) || !is_wire_type(tag & 7)) return false;
    uint64_t field = tag >> 3;
    if (field == 0 || field > FIELD_MAX) return false;
    *reader = rest;
    *ret_field = (uint32_t)field;
    *ret_type = (enum wire_type)(tag & 7);
    return true;
}

static bool read_fixed(struct wire_reader *reader, uint64_t size, struct wire_reader *ret_bytes)
{
    if (size > wire_left(reader)) return false;
    *ret_bytes = (struct wire_reader){reader->at, reader->at + size};
    reader->at = ret_bytes->end;
    return true;
}

bool wire_read_long_bytes(struct wire_reader *reader, struct wire_reader *ret_bytes)
{
    struct wire_reader rest = *reader;
    uint64_t size;
    if (!read_short_varint(&rest, &size) || !read_fixed(&rest, size, ret_bytes)) return false;
    *reader = rest;
    return true;
}

bool wire_skip(struct wire_reader *reader, enum wire_type type)
{
    uint64_t number;
    struct wire_reader bytes;
    switch (type) {
    case WIRE_VARINT:
        return wire_read_varint(reader, &number);
    case WIRE_FIXED64:
        return read_fixed(reader, 8, &bytes);
    case WIRE_FIXED32:
        return read_fixed(reader, 4, &bytes);
    case WIRE_BYTES:
        return wire_read_bytes(reader, &bytes);
    }
    return false;
}
