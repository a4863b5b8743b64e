#include "json/write.h"

#include <string.h>

#include "base/hex.h"
#include "base/id.h"
#include "json/base64.h"
#include "json/field.h"
#include "json/name.h"
#include "json/number.h"

static void add_base64(struct json_buffer *buffer, const ProtobufCBinaryData *bytes)
{
    char *to = json_buffer_extend(buffer, base64_length(bytes->len));
    if (to != NULL) base64_write(bytes->data, bytes->len, to);
}

static void add_hex(struct json_buffer *buffer, const ProtobufCBinaryData *bytes)
{
    char *to = json_buffer_extend(buffer, 2 * bytes->len);
    if (to != NULL) hex_write(bytes->data, bytes->len, to);
}

static void add_bytes(struct json_buffer *buffer, const ProtobufCFieldDescriptor *field,
                      const ProtobufCBinaryData *bytes, enum json_fields fields)
{
    char id[ID_TEXT_BYTES];
    bool is_typed = fields == JSON_FIELDS_TYPED;
    json_buffer_add(buffer, "\"", 1);
    if (is_typed && strcmp(field->name, "token") == 0) {
        add_hex(buffer, bytes);
    } else if (is_typed && json_name_is_of_id(field->name) && bytes->len == ID_BYTES) {
        id_print(bytes->data, id);
        json_buffer_add_string(buffer, id);
    } else {
        add_base64(buffer, bytes);
    }
    json_buffer_add(buffer, "\"", 1);
}

static void add_enum(struct json_buffer *buffer, const ProtobufCEnumDescriptor *descriptor,
                     int number)
{
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(descriptor, number);
    if (value == NULL)
        json_buffer_add_signed(buffer, number);
    else
        json_buffer_add_text(buffer, value->name, strlen(value->name));
}

static void add_string(struct json_buffer *buffer, const char *string)
{
    if (string == NULL) string = "";
    json_buffer_add_text(buffer, string, strlen(string));
}

static void add_value(struct json_buffer *buffer, const ProtobufCFieldDescriptor *field,
                      const void *at, enum json_fields fields)
{
    switch ((int)field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        json_buffer_add_signed(buffer, *(const int32_t *)at);
        break;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        json_buffer_add_unsigned(buffer, *(const uint32_t *)at);
        break;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        json_buffer_add(buffer, "\"", 1);
        json_buffer_add_signed(buffer, *(const int64_t *)at);
        json_buffer_add(buffer, "\"", 1);
        break;
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        json_buffer_add(buffer, "\"", 1);
        json_buffer_add_unsigned(buffer, *(const uint64_t *)at);
        json_buffer_add(buffer, "\"", 1);
        break;
    case PROTOBUF_C_TYPE_FLOAT:
        json_buffer_add_float(buffer, *(const float *)at);
        break;
    case PROTOBUF_C_TYPE_DOUBLE:
        json_buffer_add_double(buffer, *(const double *)at);
        break;
    case PROTOBUF_C_TYPE_BOOL:
        json_buffer_add_string(buffer, *(const protobuf_c_boolean *)at ? "true" : "false");
        break;
    case PROTOBUF_C_TYPE_ENUM:
        add_enum(buffer, field->descriptor, *(const int *)at);
        break;
    case PROTOBUF_C_TYPE_STRING:
        add_string(buffer, *(char *const *)at);
        break;
    case PROTOBUF_C_TYPE_BYTES:
        add_bytes(buffer, field, at, fields);
        break;
    default:
        json_buffer_add_message(buffer, *(ProtobufCMessage *const *)at, fields);
    }
}

static void add_elements(struct json_buffer *buffer, const ProtobufCMessage *message,
                         const ProtobufCFieldDescriptor *field, enum json_fields fields)
{
    size_t count = *json_field_count(message, field);
    const char *elements = *(char *const *)json_field_at(message, field);
    for (size_t i = 0; i < count; i++) {
        json_buffer_add(buffer, i == 0 ? "[" : ",", 1);
        add_value(buffer, field, elements + i * json_field_size(field), fields);
    }
    json_buffer_add_string(buffer, count == 0 ? "[]" : "]");
}

static bool is_shown(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                     enum json_fields fields)
{
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return fields != JSON_FIELDS_SET || *json_field_count(message, field) > 0;
    return json_field_is_set(message, field) ||
           (fields != JSON_FIELDS_SET && json_field_has_default(field));
}

void json_buffer_add_message(struct json_buffer *buffer, const ProtobufCMessage *message,
                             enum json_fields fields)
{
    char before = '{';
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        if (!is_shown(message, field, fields)) continue;
        json_buffer_add_key(buffer, before, field->name);
        if (field->label == PROTOBUF_C_LABEL_REPEATED)
            add_elements(buffer, message, field, fields);
        else
            add_value(buffer, field, json_field_at(message, field), fields);
        before = ',';
    }
    json_buffer_add_string(buffer, before == '{' ? "{}" : "}");
}
