/* wire.h -- The protobuf wire format, byte by byte: for what protobuf-c does not do well enough.
 * Allocates nothing. */
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

/** Reads a varint of 1..10 bytes. Like all readers here it moves on if true is returned only.
 * @return false if it is cut off or longer. */
bool wire_read_varint(struct wire_reader *reader, uint64_t *ret_value);

/** Reads the head of a field.
 * @return false if it is cut off, the number is not 1..2^29-1, or the type is none of wire_type. */
bool wire_read_tag(struct wire_reader *reader, uint32_t *ret_field, enum wire_type *ret_type);

/** Reads the length of a WIRE_BYTES field and the bytes themselves.
 * @return false if they are cut off. */
bool wire_read_bytes(struct wire_reader *reader, struct wire_reader *ret_bytes);

/** Skips a value. @return false if it is cut off. */
bool wire_skip(struct wire_reader *reader, enum wire_type type);

/** Bytes that a varint takes, 1..10. */
size_t wire_varint_size(uint64_t value);

/** Writes a varint. @return Where it ends. */
uint8_t *wire_put_varint(uint8_t *at, uint64_t value);

/** Bytes that a WIRE_BYTES field with a number below 16 takes, head and length included. */
size_t wire_bytes_field_size(size_t size);

/** Writes head and length of a WIRE_BYTES field.
 * @param field  1..15.
 * @return Where its `size` bytes belong. */
uint8_t *wire_put_bytes_head(uint8_t *at, unsigned field, size_t size);

/** Bytes that a WIRE_VARINT field with a number below 16 takes; 0 for a value of 0, the default. */
size_t wire_varint_field_size(uint64_t value);

/** Writes a WIRE_VARINT field; nothing for a value of 0.
 * @param field  1..15.
 * @return Where it ends. */
uint8_t *wire_put_varint_field(uint8_t *at, unsigned field, uint64_t value);

#endif
