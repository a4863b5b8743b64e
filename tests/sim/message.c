#include "tests/sim/message.h"

#include <string.h>

#include "base/require.h"

static void *allocate(void *arena, size_t size)
{
    return arena_alloc(arena, size);
}

static void keep(void *arena, void *pointer)
{
    (void)arena, (void)pointer; /* the arena frees all at once */
}

void *message_make(struct arena *arena, const ProtobufCMessageDescriptor *descriptor)
{
    void *message = arena_alloc(arena, descriptor->sizeof_message);
    REQUIRE(message != NULL);
    protobuf_c_message_init(descriptor, message);
    return message;
}

void *message_make_array(struct arena *arena, const ProtobufCMessageDescriptor *descriptor,
                         size_t count)
{
    void **array = arena_calloc(arena, count, sizeof(void *));
    REQUIRE(array != NULL);
    for (size_t i = 0; i < count; i++)
        array[i] = message_make(arena, descriptor);
    return array;
}

void *message_unpack(struct arena *arena, const ProtobufCMessageDescriptor *descriptor,
                     ProtobufCBinaryData bytes)
{
    ProtobufCAllocator allocator = {.alloc = allocate, .free = keep, .allocator_data = arena};
    return protobuf_c_message_unpack(descriptor, &allocator, bytes.len, bytes.data);
}

ProtobufCBinaryData message_pack(struct arena *arena, const ProtobufCMessage *message)
{
    ProtobufCBinaryData bytes = {.len = protobuf_c_message_get_packed_size(message)};
    bytes.data = arena_alloc(arena, bytes.len);
    REQUIRE(bytes.data != NULL);
    protobuf_c_message_pack(message, bytes.data);
    return bytes;
}

void *message_copy(struct arena *arena, const void *message)
{
    const ProtobufCMessage *base = message;
    void *copy = message_unpack(arena, base->descriptor, message_pack(arena, base));
    REQUIRE(copy != NULL);
    return copy;
}

ProtobufCBinaryData message_bytes(struct arena *arena, const void *bytes, size_t size)
{
    ProtobufCBinaryData copy = {.len = size, .data = arena_copy(arena, bytes, size)};
    REQUIRE(copy.data != NULL);
    return copy;
}

bool message_bytes_equal(ProtobufCBinaryData a, ProtobufCBinaryData b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

size_t message_element_size(const ProtobufCFieldDescriptor *field)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return sizeof(uint64_t);
    case PROTOBUF_C_TYPE_BOOL:
        return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(void *);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_ENUM:
    default:
        return sizeof(uint32_t);
    }
}
