#include "json/field.h"

#include <stdint.h>
#include <string.h>

size_t json_field_size(const ProtobufCFieldDescriptor *field)
{
    switch ((int)field->type) {
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return sizeof(uint64_t);
    case PROTOBUF_C_TYPE_BOOL:
        return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(void *);
    default:
        return sizeof(uint32_t);
    }
}

void *json_field_at(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    return (char *)message + field->offset;
}

size_t *json_field_count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    return (size_t *)((char *)message + field->quantifier_offset);
}

bool json_field_is_of_oneof(const ProtobufCFieldDescriptor *field)
{
    return (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
}

/* The word that says whether it is set: of a oneof the number of the member that is. */
static uint32_t *presence_of(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    return (uint32_t *)((char *)message + field->quantifier_offset);
}

static bool is_zero(const ProtobufCFieldDescriptor *field, const void *at)
{
    static const char zeros[sizeof(uint64_t)] = {0};
    if (field->type == PROTOBUF_C_TYPE_BYTES) return ((const ProtobufCBinaryData *)at)->len == 0;
    return memcmp(at, zeros, json_field_size(field)) == 0;
}

bool json_field_is_set(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    const void *at = json_field_at(message, field);
    if (json_field_is_of_oneof(field)) return *presence_of(message, field) == field->id;
    if (field->type != PROTOBUF_C_TYPE_STRING) return !is_zero(field, at);
    const char *text = *(char *const *)at;
    return text != NULL && *text != '\0';
}

bool json_field_has_default(const ProtobufCFieldDescriptor *field)
{
    return field->type != PROTOBUF_C_TYPE_MESSAGE && !json_field_is_of_oneof(field);
}

bool json_field_is_taken(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    return json_field_is_of_oneof(field) ? *presence_of(message, field) != 0
                                         : json_field_is_set(message, field);
}

void json_field_mark(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    if (json_field_is_of_oneof(field)) *presence_of(message, field) = field->id;
}
