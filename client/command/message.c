#include "client/command/message.h"

#include <string.h>

#include "base/require.h"
#include "json/field.h"

struct place message_place_of(const ProtobufCMessage *message,
                              const ProtobufCFieldDescriptor *field)
{
    if (field == NULL) return (struct place){.count = 0};
    uint8_t *bytes = (uint8_t *)message;
    bool is_list = field->label == PROTOBUF_C_LABEL_REPEATED;
    return (struct place){
        .field = field,
        .at = is_list ? *(void **)(bytes + field->offset) : bytes + field->offset,
        .count = is_list ? *(size_t *)(bytes + field->quantifier_offset) : 1,
    };
}

struct place message_place(const ProtobufCMessage *message, const char *name)
{
    return message_place_of(
        message, protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name));
}

static bool is_wide(const ProtobufCFieldDescriptor *field)
{
    return field->type == PROTOBUF_C_TYPE_INT64 || field->type == PROTOBUF_C_TYPE_UINT64;
}

int64_t value_number(const ProtobufCFieldDescriptor *field, const void *at)
{
    return is_wide(field) ? *(const int64_t *)at : *(const uint32_t *)at;
}

const void *place_element(const struct place *place, size_t i)
{
    return (const uint8_t *)place->at + i * json_field_size(place->field);
}

int64_t place_number(const struct place *place)
{
    if (place->field->label == PROTOBUF_C_LABEL_REPEATED) return (int64_t)place->count;
    if (place->field->type == PROTOBUF_C_TYPE_STRING)
        return (int64_t)strlen(*(char *const *)place->at);
    if (place->field->type == PROTOBUF_C_TYPE_BYTES)
        return (int64_t)((const ProtobufCBinaryData *)place->at)->len;
    return value_number(place->field, place->at);
}

void place_set_number(const struct place *place, int64_t number)
{
    if (is_wide(place->field))
        *(int64_t *)place->at = number;
    else
        *(uint32_t *)place->at = (uint32_t)number;
}

void message_set_list(ProtobufCMessage *message, const char *name, void *values, size_t count)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
    REQUIRE(field != NULL);
    *(void **)((uint8_t *)message + field->offset) = values;
    *(size_t *)((uint8_t *)message + field->quantifier_offset) = count;
}

const ProtobufCMessage *message_member(const ProtobufCMessage *message, const char *name)
{
    if (name == NULL) return message;
    struct place place = message_place(message, name);
    REQUIRE(place.field != NULL);
    return *(const ProtobufCMessage *const *)place.at;
}
