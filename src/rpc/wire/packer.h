/* packer.h -- What the generated code (NAME.packing.c) packs and unpacks messages with.
 *
 * It covers the kinds of fields that the .proto files here have. A message with any other, and
 * bytes in another form than protobuf's own libraries write, fall back to protobuf-c. */
#ifndef RPC_WIRE_PACKER_H
#define RPC_WIRE_PACKER_H

#include <protobuf-c/protobuf-c.h>
#include <string.h>

#include "base/arena.h"
#include "rpc/wire/wire.h"

/** One unpacking: of a message and all that is in it. */
struct unpacking {
    struct arena *arena; /* NULL: memory of its own */
    size_t elements_left;
    char *text; /* read last into the arena; NULL: none was */
    size_t text_size;
    bool out_of_memory;
};

/** How one type of message is packed and unpacked. The name is the one in the client's header. */
struct onsale_packer {
    const ProtobufCMessageDescriptor *descriptor;
    /** @return Bytes that it takes; PACKER_NOT_PLAIN or more: it is not plain. */
    size_t (*measure)(const void *message);
    /** Writes a plain message from its end to its beginning: so the length of what is inside is
     * known when it is needed. @return Its beginning. */
    uint8_t *(*put)(uint8_t *end, const void *message);
    /** Reads the fields of a new message.
     * @param depth  1 for the outermost message.
     * @return False if it is not plain or memory is out. */
    bool (*read)(struct unpacking *unpacking, void *message, struct wire_reader reader,
                 size_t depth);
};

/** More than any message takes, and far from the largest size_t even if added up. */
#define PACKER_NOT_PLAIN ((size_t)1 << 40)

/* --- How long a field is; 0 if it is not written -----------------------------------------------
 */

static inline size_t packer_measure_number(uint32_t tag, uint64_t number)
{
    return number == 0 ? 0 : wire_varint_size(tag) + wire_varint_size(number);
}

static inline size_t packer_measure_headed(uint32_t tag, size_t size)
{
    return wire_varint_size(tag) + wire_varint_size(size) + size;
}

static inline size_t packer_measure_bytes(uint32_t tag, ProtobufCBinaryData bytes)
{
    return bytes.len == 0 ? 0 : packer_measure_headed(tag, bytes.len);
}

static inline size_t packer_measure_text(uint32_t tag, const char *text)
{
    return text == NULL || text[0] == '\0' ? 0 : packer_measure_headed(tag, strlen(text));
}

static inline size_t packer_measure_inner(uint32_t tag, const void *message,
                                          size_t (*measure)(const void *message))
{
    return message == NULL ? 0 : packer_measure_headed(tag, measure(message));
}

size_t packer_measure_inners(uint32_t tag, const void *messages, size_t count,
                             size_t (*measure)(const void *message));

/** @param type  Of numbers. */
size_t packer_measure_packed(uint32_t tag, ProtobufCType type, const void *numbers, size_t count);

/* --- Writing a field before what follows it. @return Its beginning -----------------------------
 */

static inline uint8_t *packer_put_varint(uint8_t *end, uint64_t value)
{
    if (value < 0x80) {
        *--end = (uint8_t)value;
        return end;
    }
    uint8_t *begin = end - wire_varint_size(value);
    wire_put_varint(begin, value);
    return begin;
}

static inline uint8_t *packer_put_number(uint8_t *end, uint32_t tag, uint64_t number)
{
    return number == 0 ? end : packer_put_varint(packer_put_varint(end, number), tag);
}

static inline uint8_t *packer_put_head(uint8_t *end, uint32_t tag, size_t size)
{
    return packer_put_varint(packer_put_varint(end, size), tag);
}

static inline uint8_t *packer_put_bytes(uint8_t *end, uint32_t tag, ProtobufCBinaryData bytes)
{
    if (bytes.len == 0) return end;
    return packer_put_head(memcpy(end - bytes.len, bytes.data, bytes.len), tag, bytes.len);
}

static inline uint8_t *packer_put_text(uint8_t *end, uint32_t tag, const char *text)
{
    size_t size = text == NULL ? 0 : strlen(text);
    return size == 0 ? end : packer_put_head(memcpy(end - size, text, size), tag, size);
}

static inline uint8_t *packer_put_inner(uint8_t *end, uint32_t tag, const void *message,
                                        uint8_t *(*put)(uint8_t *end, const void *message))
{
    if (message == NULL) return end;
    uint8_t *begin = put(end, message);
    return packer_put_head(begin, tag, (size_t)(end - begin));
}

uint8_t *packer_put_inners(uint8_t *end, uint32_t tag, const void *messages, size_t count,
                           uint8_t *(*put)(uint8_t *end, const void *message));

uint8_t *packer_put_packed(uint8_t *end, uint32_t tag, ProtobufCType type, const void *numbers,
                           size_t count);

/* --- Reading what comes next --------------------------------------------------------------------
 */

/** Whether the next field has this tag, of at most two bytes. It is read if so. */
static inline bool packer_next_is(struct wire_reader *reader, uint32_t tag)
{
    size_t size = wire_varint_size(tag);
    if (wire_left(reader) < size || reader->at[0] != (uint8_t)(size == 1 ? tag : tag | 0x80) ||
        (size == 2 && reader->at[1] != tag >> 7))
        return false;
    reader->at += size;
    return true;
}

/** Of the ways to write a boolean, the two shortest. */
static inline bool packer_read_boolean(struct wire_reader *reader, protobuf_c_boolean *ret_boolean)
{
    if (reader->at == reader->end || *reader->at > 1) return false;
    *ret_boolean = *reader->at++;
    return true;
}

/** What a field of type text, bytes or message has. @return False if it is cut off. */
static inline bool packer_read_chunk(struct wire_reader *reader, struct wire_reader *ret_chunk)
{
    uint64_t size;
    if (!wire_read_varint(reader, &size) || size > wire_left(reader)) return false;
    *ret_chunk = (struct wire_reader){reader->at, reader->at + size};
    reader->at += size;
    return true;
}

/** How many fields have the number of this tag, of any type; at most count_max + 1 are counted, and
 * those before what is not a field. Allocates nothing. */
size_t packer_count(uint32_t tag, const uint8_t *bytes, size_t size, size_t count_max);

/** Sets bytes that are borrowed if the message is in an arena. Like what follows it, it gives up if
 * this is not plain or memory is out. */
bool packer_read_bytes(struct unpacking *unpacking, struct wire_reader chunk,
                       ProtobufCBinaryData *ret_bytes);

/** @return NULL: to give up, as below. In an arena equal texts may share their memory. */
char *packer_read_text(struct unpacking *unpacking, struct wire_reader chunk);

void *packer_read_inner(struct unpacking *unpacking, struct wire_reader chunk, size_t depth,
                        const struct onsale_packer *packer);

/** Reads messages, the first behind its tag and the rest with the same tag.
 * @param ret_count  Set if this does not give up. */
void *packer_read_inners(struct unpacking *unpacking, struct wire_reader *reader, uint32_t tag,
                         size_t depth, const struct onsale_packer *packer, size_t *ret_count);

void *packer_read_packed(struct unpacking *unpacking, struct wire_reader chunk, ProtobufCType type,
                         size_t *ret_count);

#endif
