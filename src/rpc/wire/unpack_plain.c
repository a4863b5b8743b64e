#include "rpc/wire/unpack_plain.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "rpc/wire/field.h"
#include "rpc/wire/utf8.h"
#include "rpc/wire/wire.h"

/* The functions here that read return where they have come to, or NULL to leave the message to
 * protobuf-c: so the place they read at stays in a register. */

/* What is the same for a message and all that is in it. */
struct unpacking {
    struct arena *arena; /* NULL: memory of its own */
    size_t elements_left;
    bool out_of_memory;
};

static void *allocate(struct unpacking *unpacking, size_t size)
{
    void *memory = unpacking->arena != NULL ? arena_alloc(unpacking->arena, size) : malloc(size);
    if (memory == NULL) unpacking->out_of_memory = true;
    return memory;
}

static const uint8_t *read_long_varint(const uint8_t *at, const uint8_t *end, uint64_t *ret_value)
{
    struct wire_reader reader = {at, end};
    return wire_read_long_varint(&reader, ret_value) ? reader.at : NULL;
}

static inline const uint8_t *read_varint(const uint8_t *at, const uint8_t *end, uint64_t *ret_value)
{
    if (at == end || *at >= 0x80) return read_long_varint(at, end, ret_value);
    *ret_value = *at;
    return at + 1;
}

/* Of the ways to write a boolean, the two shortest. */
static inline const uint8_t *read_boolean(const uint8_t *at, const uint8_t *end,
                                          protobuf_c_boolean *ret_boolean)
{
    if (at == end || *at > 1) return NULL;
    *ret_boolean = *at;
    return at + 1;
}

static bool read_text(struct unpacking *unpacking, struct wire_reader bytes, char **ret_text)
{
    size_t size = wire_left(&bytes);
    if (!utf8_is_text(bytes.at, size)) return false;
    char *text = allocate(unpacking, size + 1);
    if (text == NULL) return false;
    memcpy(text, bytes.at, size);
    text[size] = '\0';
    *ret_text = text;
    return true;
}

static bool read_bytes(struct unpacking *unpacking, struct wire_reader bytes,
                       ProtobufCBinaryData *ret_data)
{
    size_t size = wire_left(&bytes);
    if (size == 0) return true;
    uint8_t *data = (uint8_t *)bytes.at; /* nobody writes to it */
    if (unpacking->arena == NULL) {
        data = allocate(unpacking, size);
        if (data == NULL) return false;
        memcpy(data, bytes.at, size);
    }
    *ret_data = (ProtobufCBinaryData){size, data};
    return true;
}

static bool read_fields(struct unpacking *unpacking, ProtobufCMessage *message, const uint8_t *at,
                        const uint8_t *end, size_t depth);

static ProtobufCMessage *make_message(struct unpacking *unpacking,
                                      const ProtobufCMessageDescriptor *descriptor)
{
    if (descriptor->message_init == NULL) return NULL;
    ProtobufCMessage *message = allocate(unpacking, descriptor->sizeof_message);
    if (message != NULL) descriptor->message_init(message);
    return message;
}

/* The message is set before it is read, so that it is freed with the one that it is in. */
static bool read_message(struct unpacking *unpacking, const ProtobufCFieldDescriptor *field,
                         struct wire_reader bytes, size_t depth, ProtobufCMessage **ret_message)
{
    if (depth == PROTO_DEPTH_MAX) return false;
    *ret_message = make_message(unpacking, field->descriptor);
    return *ret_message != NULL &&
           read_fields(unpacking, *ret_message, bytes.at, bytes.end, depth + 1);
}

/* @param member  Where the value belongs: of the field's C type, and zero. */
static const uint8_t *read_chunk(struct unpacking *unpacking, const ProtobufCFieldDescriptor *field,
                                 const uint8_t *at, const uint8_t *end, size_t depth, void *member)
{
    struct wire_reader reader = {at, end};
    struct wire_reader bytes;
    if (!wire_read_bytes(&reader, &bytes)) return NULL;
    bool is_read = field->type == PROTOBUF_C_TYPE_MESSAGE
                       ? read_message(unpacking, field, bytes, depth, member)
                   : field->type == PROTOBUF_C_TYPE_BYTES ? read_bytes(unpacking, bytes, member)
                                                          : read_text(unpacking, bytes, member);
    return is_read ? reader.at : NULL;
}

static inline const uint8_t *read_value(struct unpacking *unpacking,
                                        const ProtobufCFieldDescriptor *field, enum wire_type type,
                                        const uint8_t *at, const uint8_t *end, size_t depth,
                                        void *member)
{
    uint64_t number;
    switch ((int)field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_ENUM:
        if (type != WIRE_VARINT || (at = read_varint(at, end, &number)) == NULL) return NULL;
        *(uint32_t *)member = (uint32_t)number;
        return at;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
        return type == WIRE_VARINT ? read_varint(at, end, member) : NULL;
    case PROTOBUF_C_TYPE_BOOL:
        return type == WIRE_VARINT ? read_boolean(at, end, member) : NULL;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        return type == WIRE_BYTES ? read_chunk(unpacking, field, at, end, depth, member) : NULL;
    default:
        return NULL;
    }
}

/* @return Zeroed elements, which the field of the message then has; NULL if there may not be so
 * many, or memory is out. */
static char *make_elements(struct unpacking *unpacking, ProtobufCMessage *message,
                           const ProtobufCFieldDescriptor *field, size_t count)
{
    size_t size = count * field_element_size(field->type);
    if (count > unpacking->elements_left || size == 0) return NULL;
    unpacking->elements_left -= count;
    char *elements = allocate(unpacking, size);
    if (elements == NULL) return NULL;
    memset(elements, 0, size);
    *(size_t *)((char *)message + field->quantifier_offset) = count;
    *(void **)((char *)message + field->offset) = elements;
    return elements;
}

/* Varints, as many as bytes that are the last of one. */
static size_t count_packed(struct wire_reader elements)
{
    size_t count = 0;
    for (; elements.at < elements.end; elements.at++)
        count += *elements.at < 0x80;
    return count;
}

static const uint8_t *read_packed(struct unpacking *unpacking, ProtobufCMessage *message,
                                  const ProtobufCFieldDescriptor *field, struct wire_reader reader)
{
    struct wire_reader bytes;
    if (!wire_read_bytes(&reader, &bytes)) return NULL;
    if (bytes.at == bytes.end) return reader.at;
    size_t count = count_packed(bytes);
    size_t step = field_element_size(field->type);
    char *element = make_elements(unpacking, message, field, count);
    if (element == NULL) return NULL;
    for (size_t i = 0; i < count && bytes.at != NULL; i++, element += step)
        bytes.at = read_value(unpacking, field, WIRE_VARINT, bytes.at, bytes.end, 0, element);
    return bytes.at == bytes.end ? reader.at : NULL;
}

static bool read_same_tag(struct wire_reader *reader, uint32_t number, enum wire_type type)
{
    uint32_t next_number;
    enum wire_type next_type;
    struct wire_reader rest = *reader;
    if (rest.at == rest.end || !wire_read_tag(&rest, &next_number, &next_type) ||
        next_number != number || next_type != type)
        return false;
    *reader = rest;
    return true;
}

/* @param reader  Behind the tag of the first. @return 0 if they are cut off. */
static size_t count_run(struct wire_reader reader, uint32_t number, enum wire_type type)
{
    size_t count = 0;
    do {
        if (!wire_skip(&reader, type)) return 0;
        count++;
    } while (read_same_tag(&reader, number, type));
    return count;
}

static const uint8_t *read_run(struct unpacking *unpacking, ProtobufCMessage *message,
                               const ProtobufCFieldDescriptor *field, enum wire_type type,
                               struct wire_reader reader, size_t depth)
{
    size_t count = count_run(reader, field->id, type);
    size_t step = field_element_size(field->type);
    char *element = make_elements(unpacking, message, field, count);
    if (element == NULL) return NULL;
    for (size_t i = 0; i < count; i++, element += step) {
        if (i > 0 && !read_same_tag(&reader, field->id, type)) return NULL;
        reader.at = read_value(unpacking, field, type, reader.at, reader.end, depth, element);
        if (reader.at == NULL) return NULL;
    }
    return reader.at;
}

static const uint8_t *read_elements(struct unpacking *unpacking, ProtobufCMessage *message,
                                    const ProtobufCFieldDescriptor *field, enum wire_type type,
                                    struct wire_reader reader, size_t depth)
{
    if (field->label != PROTOBUF_C_LABEL_REPEATED) return NULL;
    return type == WIRE_BYTES && field_is_packable(field->type)
               ? read_packed(unpacking, message, field, reader)
               : read_run(unpacking, message, field, type, reader, depth);
}

/* Fields of a number beyond 15 have a longer tag. */
static const uint8_t *read_long_tag(const uint8_t *at, const uint8_t *end, uint32_t *ret_number,
                                    enum wire_type *ret_type)
{
    struct wire_reader reader = {at, end};
    return wire_read_long_tag(&reader, ret_number, ret_type) ? reader.at : NULL;
}

static inline const uint8_t *read_tag(const uint8_t *at, const uint8_t *end, uint32_t *ret_number,
                                      enum wire_type *ret_type)
{
    if (*at >= 0x80) return read_long_tag(at, end, ret_number, ret_type);
    *ret_number = *at >> 3;
    *ret_type = *at & 7; /* compared later with that of the field */
    return at + 1;
}

/* Fields come in the order of their numbers, and required ones may not be left out. */
static bool read_fields(struct unpacking *unpacking, ProtobufCMessage *message, const uint8_t *at,
                        const uint8_t *end, size_t depth)
{
    const ProtobufCFieldDescriptor *field = message->descriptor->fields;
    const ProtobufCFieldDescriptor *fields_end = field + message->descriptor->n_fields;
    while (at != end) {
        uint32_t number;
        enum wire_type type;
        if ((at = read_tag(at, end, &number, &type)) == NULL) return false;
        for (;; field++) {
            if (field == fields_end) return false;
            if (field->id == number) break;
            if (field->label == PROTOBUF_C_LABEL_REQUIRED) return false;
        }
        char *member = (char *)message + field->offset;
        at = field_is_plain_singular(field)
                 ? read_value(unpacking, field, type, at, end, depth, member)
                 : read_elements(unpacking, message, field, type, (struct wire_reader){at, end},
                                 depth);
        if (at == NULL) return false;
        field++;
    }
    while (field < fields_end && field->label != PROTOBUF_C_LABEL_REQUIRED)
        field++;
    return field == fields_end;
}

bool unpack_plain(const ProtobufCMessageDescriptor *descriptor, const uint8_t *bytes, size_t size,
                  struct arena *arena, ProtobufCMessage **ret_message)
{
    struct unpacking unpacking = {.arena = arena, .elements_left = PROTO_ELEMENTS_MAX};
    struct arena before = arena == NULL ? (struct arena){0} : *arena;
    const uint8_t *end = size == 0 ? bytes : bytes + size;
    ProtobufCMessage *message = make_message(&unpacking, descriptor);
    if (message != NULL && read_fields(&unpacking, message, bytes, end, 1)) {
        *ret_message = message;
        return true;
    }
    if (arena != NULL)
        arena_rewind(arena, &before);
    else
        protobuf_c_message_free_unpacked(message, NULL);
    *ret_message = NULL;
    return unpacking.out_of_memory;
}
