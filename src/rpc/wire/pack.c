#include "rpc/wire/pack.h"

#include <string.h>

#include "base/require.h"
#include "rpc/wire/field.h"
#include "rpc/wire/wire.h"

/* A field is a number; or a chunk: text, bytes or a message; or a repetition of either. */

/* In place of a size: the message has what protobuf-c is to be asked about. */
#define NOT_PLAIN SIZE_MAX

/* @param type  One of numbers. A negative one of 32 bits is written as one of 64. */
static inline uint64_t number_of(ProtobufCType type, const void *member)
{
    switch ((int)type) {
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
        return *(const uint64_t *)member;
    case PROTOBUF_C_TYPE_UINT32:
        return *(const uint32_t *)member;
    case PROTOBUF_C_TYPE_BOOL:
        return *(const protobuf_c_boolean *)member != 0;
    default:
        return (uint64_t) * (const int32_t *)member;
    }
}

static inline size_t text_size(const char *text)
{
    return text == NULL ? 0 : strlen(text);
}

/* --- How long it is --------------------------------------------------------------------------- */

static size_t message_size(const ProtobufCMessage *message);

static inline size_t tag_size(const ProtobufCFieldDescriptor *field)
{
    return field->id < 16 ? 1 : wire_varint_size(field->id << 3);
}

static size_t headed_size(const ProtobufCFieldDescriptor *field, size_t size)
{
    return size == NOT_PLAIN ? NOT_PLAIN : tag_size(field) + wire_varint_size(size) + size;
}

static size_t chunk_size(const ProtobufCFieldDescriptor *field, const void *member)
{
    if (field->type == PROTOBUF_C_TYPE_BYTES) return ((const ProtobufCBinaryData *)member)->len;
    if (field->type == PROTOBUF_C_TYPE_STRING) return text_size(*(char *const *)member);
    const ProtobufCMessage *message = *(const ProtobufCMessage *const *)member;
    return message == NULL ? NOT_PLAIN : message_size(message);
}

static size_t chunk_field_size(const ProtobufCFieldDescriptor *field, const void *member)
{
    if (*(const size_t *)member == 0) return 0; /* a length or a pointer */
    size_t size = chunk_size(field, member);
    return size == 0 && field->type != PROTOBUF_C_TYPE_MESSAGE ? 0 : headed_size(field, size);
}

static size_t chunks_size(const ProtobufCFieldDescriptor *field, const char *elements, size_t count)
{
    size_t step = field_element_size(field->type);
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        size_t element = headed_size(field, chunk_size(field, elements + i * step));
        if (element == NOT_PLAIN) return NOT_PLAIN;
        size += element;
    }
    return size;
}

static size_t packed_size(const ProtobufCFieldDescriptor *field, const char *elements, size_t count)
{
    size_t step = field_element_size(field->type);
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += wire_varint_size(number_of(field->type, elements + i * step));
    return headed_size(field, size);
}

static size_t repeated_field_size(const ProtobufCFieldDescriptor *field, const char *message)
{
    if (field->label != PROTOBUF_C_LABEL_REPEATED || field_element_size(field->type) == 0)
        return NOT_PLAIN;
    const char *elements = *(char *const *)(message + field->offset);
    size_t count = *(const size_t *)(message + field->quantifier_offset);
    if (count == 0) return 0;
    if (!field_is_packable(field->type)) return chunks_size(field, elements, count);
    bool is_packed = (field->flags & PROTOBUF_C_FIELD_FLAG_PACKED) != 0;
    return is_packed ? packed_size(field, elements, count) : NOT_PLAIN;
}

static inline size_t number_field_size(const ProtobufCFieldDescriptor *field, uint64_t number)
{
    return number == 0 ? 0 : tag_size(field) + wire_varint_size(number);
}

static inline size_t field_size(const ProtobufCFieldDescriptor *field, const char *message)
{
    if (!field_is_plain_singular(field)) return repeated_field_size(field, message);
    const char *member = message + field->offset;
    switch ((int)field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_ENUM:
        return number_field_size(field, number_of(PROTOBUF_C_TYPE_INT32, member));
    case PROTOBUF_C_TYPE_UINT32:
        return number_field_size(field, number_of(PROTOBUF_C_TYPE_UINT32, member));
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
        return number_field_size(field, number_of(PROTOBUF_C_TYPE_UINT64, member));
    case PROTOBUF_C_TYPE_BOOL:
        return number_field_size(field, number_of(PROTOBUF_C_TYPE_BOOL, member));
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        return chunk_field_size(field, member);
    default:
        return NOT_PLAIN;
    }
}

static size_t message_size(const ProtobufCMessage *message)
{
    if (message->n_unknown_fields != 0) return NOT_PLAIN;
    const ProtobufCFieldDescriptor *field = message->descriptor->fields;
    const ProtobufCFieldDescriptor *end = field + message->descriptor->n_fields;
    size_t size = 0;
    for (; field < end; field++) {
        size_t part = field_size(field, (const char *)message);
        if (part == NOT_PLAIN) return NOT_PLAIN;
        size += part;
    }
    return size;
}

/* --- Its bytes: each is written before the one that comes before it ----------------------------
 */

static uint8_t *put_message(uint8_t *end, const ProtobufCMessage *message);

static inline uint8_t *put_varint(uint8_t *end, uint64_t value)
{
    if (value < 0x80) {
        *--end = (uint8_t)value;
        return end;
    }
    uint8_t *begin = end - wire_varint_size(value);
    wire_put_varint(begin, value);
    return begin;
}

static inline uint8_t *put_tag(uint8_t *end, const ProtobufCFieldDescriptor *field,
                               enum wire_type type)
{
    return put_varint(end, field->id << 3 | type);
}

static uint8_t *put_head(uint8_t *end, const ProtobufCFieldDescriptor *field, size_t size)
{
    return put_tag(put_varint(end, size), field, WIRE_BYTES);
}

static inline uint8_t *put_bytes(uint8_t *end, const void *bytes, size_t size)
{
    return size == 0 ? end : memcpy(end - size, bytes, size);
}

static uint8_t *put_chunk(uint8_t *end, const ProtobufCFieldDescriptor *field, const void *member)
{
    const ProtobufCBinaryData *bytes = member;
    char *const *text = member;
    if (field->type == PROTOBUF_C_TYPE_BYTES) return put_bytes(end, bytes->data, bytes->len);
    if (field->type == PROTOBUF_C_TYPE_STRING) return put_bytes(end, *text, text_size(*text));
    return put_message(end, *(const ProtobufCMessage *const *)member);
}

static uint8_t *put_chunk_field(uint8_t *end, const ProtobufCFieldDescriptor *field,
                                const void *member)
{
    if (*(const size_t *)member == 0) return end; /* a length or a pointer */
    uint8_t *begin = put_chunk(end, field, member);
    if (begin == end && field->type != PROTOBUF_C_TYPE_MESSAGE) return end;
    return put_head(begin, field, (size_t)(end - begin));
}

static uint8_t *put_chunks(uint8_t *end, const ProtobufCFieldDescriptor *field,
                           const char *elements, size_t count)
{
    size_t step = field_element_size(field->type);
    for (size_t i = count; i-- > 0;) {
        uint8_t *begin = put_chunk(end, field, elements + i * step);
        end = put_head(begin, field, (size_t)(end - begin));
    }
    return end;
}

static uint8_t *put_packed(uint8_t *end, const ProtobufCFieldDescriptor *field,
                           const char *elements, size_t count)
{
    size_t step = field_element_size(field->type);
    uint8_t *begin = end;
    for (size_t i = count; i-- > 0;)
        begin = put_varint(begin, number_of(field->type, elements + i * step));
    return put_head(begin, field, (size_t)(end - begin));
}

static uint8_t *put_repeated_field(uint8_t *end, const ProtobufCFieldDescriptor *field,
                                   const char *message)
{
    const char *elements = *(char *const *)(message + field->offset);
    size_t count = *(const size_t *)(message + field->quantifier_offset);
    if (count == 0) return end;
    return field_is_packable(field->type) ? put_packed(end, field, elements, count)
                                          : put_chunks(end, field, elements, count);
}

static inline uint8_t *put_field(uint8_t *end, const ProtobufCFieldDescriptor *field,
                                 const char *message)
{
    if (field->label == PROTOBUF_C_LABEL_REPEATED) return put_repeated_field(end, field, message);
    const char *member = message + field->offset;
    uint64_t number;
    switch ((int)field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_ENUM:
        number = number_of(PROTOBUF_C_TYPE_INT32, member);
        break;
    case PROTOBUF_C_TYPE_UINT32:
        number = number_of(PROTOBUF_C_TYPE_UINT32, member);
        break;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
        number = number_of(PROTOBUF_C_TYPE_UINT64, member);
        break;
    case PROTOBUF_C_TYPE_BOOL:
        number = number_of(PROTOBUF_C_TYPE_BOOL, member);
        break;
    default:
        return put_chunk_field(end, field, member);
    }
    return number == 0 ? end : put_tag(put_varint(end, number), field, WIRE_VARINT);
}

static uint8_t *put_message(uint8_t *end, const ProtobufCMessage *message)
{
    const ProtobufCFieldDescriptor *first = message->descriptor->fields;
    const ProtobufCFieldDescriptor *field = first + message->descriptor->n_fields;
    while (field-- > first)
        end = put_field(end, field, (const char *)message);
    return end;
}

/* -----------------------------------------------------------------------------------------------
 */

struct packing pack_measure(const ProtobufCMessage *message)
{
    size_t size = message_size(message);
    bool is_plain = size != NOT_PLAIN;
    if (!is_plain) size = protobuf_c_message_get_packed_size(message);
    return (struct packing){.message = message, .size = size, .is_plain = is_plain};
}

uint8_t *pack_write(struct packing packing, uint8_t *to)
{
    if (!packing.is_plain) return to + protobuf_c_message_pack(packing.message, to);
    const uint8_t *begin = put_message(to + packing.size, packing.message);
    REQUIRE(begin == to);
    return to + packing.size;
}
