#include "rpc/wire/wire.h"

#include "base/require.h"

enum { VARINT_BYTES_MAX = 10, LENGTH_BYTES_MAX = 5, FIELD_MAX = (1 << 29) - 1 };

bool wire_read_long_varint(struct wire_reader *reader, uint64_t *ret_value)
{
    uint64_t value = 0;
    const uint8_t *at = reader->at;
    for (unsigned i = 0; i < VARINT_BYTES_MAX && at < reader->end; i++) {
        uint8_t byte = *at++;
        value |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte < 0x80) {
            reader->at = at;
            *ret_value = value;
            return true;
        }
    }
    return false;
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

static uint8_t *put_tag(uint8_t *at, unsigned field, enum wire_type type)
{
    REQUIRE(field >= 1);
    REQUIRE(field <= 15);
    *at = (uint8_t)(field << 3 | type);
    return at + 1;
}

size_t wire_bytes_field_size(size_t size)
{
    return 1 + wire_varint_size(size) + size;
}

uint8_t *wire_put_bytes_head(uint8_t *at, unsigned field, size_t size)
{
    return wire_put_varint(put_tag(at, field, WIRE_BYTES), size);
}

size_t wire_varint_field_size(uint64_t value)
{
    return value == 0 ? 0 : 1 + wire_varint_size(value);
}

uint8_t *wire_put_varint_field(uint8_t *at, unsigned field, uint64_t value)
{
    return value == 0 ? at : wire_put_varint(put_tag(at, field, WIRE_VARINT), value);
}
