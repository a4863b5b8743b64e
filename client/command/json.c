#include "client/command/json.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <onsale/id.h>

#include "base/require.h"
#include "client/command/message.h"
#include "client/command/output.h"
#include "json/base64.h"

enum { FIELD_NAME_BYTES_MAX = 64 };

static void write_hex(ProtobufCBinaryData bytes, char *to)
{
    for (size_t i = 0; i < bytes.len; i++)
        snprintf(to + 2 * i, 3, "%02x", bytes.data[i]);
}

static bool name_ends_with(const char *name, const char *end)
{
    size_t name_length = strlen(name), end_length = strlen(end);
    return name_length >= end_length && strcmp(name + name_length - end_length, end) == 0;
}

static json_t *json_from_bytes(const char *field_name, ProtobufCBinaryData bytes)
{
    char *text = calloc(1, 2 * bytes.len + ONSALE_ID_TEXT_BYTES);
    if (text == NULL) return NULL;
    if (strcmp(field_name, "token") == 0)
        write_hex(bytes, text);
    else if (name_ends_with(field_name, "_id") && bytes.len == ONSALE_ID_BYTES)
        onsale_id_print(bytes.data, text);
    else
        base64_write(bytes.data, bytes.len, text);
    json_t *json = json_string(text);
    free(text);
    return json;
}

static json_t *json_from_enum(const ProtobufCEnumDescriptor *descriptor, int number)
{
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(descriptor, number);
    return value == NULL ? json_integer(number) : json_string(value->name);
}

json_t *json_from_text(const char *text)
{
    json_t *json = json_string(text == NULL ? "" : text);
    if (json != NULL) return json;
    char *shown = output_escaped(text);
    json = json_string(shown);
    free(shown);
    return json;
}

static json_t *json_from_number(const ProtobufCFieldDescriptor *field, const void *at)
{
    int64_t number = value_number(field, at);
    if (field->type == PROTOBUF_C_TYPE_BOOL) return json_boolean(number != 0);
    if (field->type == PROTOBUF_C_TYPE_INT64) return json_sprintf("%" PRId64, number);
    if (field->type == PROTOBUF_C_TYPE_UINT64) return json_sprintf("%" PRIu64, (uint64_t)number);
    return json_integer(number);
}

/* @param at  One of the values of a place. */
static json_t *json_from_value(const struct place *place, const void *at)
{
    const ProtobufCFieldDescriptor *field = place->field;
    if (field->type == PROTOBUF_C_TYPE_STRING) return json_from_text(*(char *const *)at);
    if (field->type == PROTOBUF_C_TYPE_BYTES)
        return json_from_bytes(field->name, *(const ProtobufCBinaryData *)at);
    if (field->type == PROTOBUF_C_TYPE_ENUM)
        return json_from_enum(field->descriptor, *(const int *)at);
    if (field->type != PROTOBUF_C_TYPE_MESSAGE) return json_from_number(field, at);
    const ProtobufCMessage *message = *(ProtobufCMessage *const *)at;
    return message == NULL ? NULL : json_from_message(message);
}

static json_t *json_from_list(const struct place *place)
{
    json_t *array = json_array();
    for (size_t i = 0; i < place->count; i++)
        json_array_append_new(array, json_from_value(place, place_element(place, i)));
    return array;
}

/* "expires_at_ms" -> "expiresAtMs" */
static void name_to_camel(const char *name, char ret_camel[FIELD_NAME_BYTES_MAX])
{
    REQUIRE(strlen(name) < FIELD_NAME_BYTES_MAX);
    for (; *name != '\0'; name++) {
        bool capital = *name == '_' && name[1] != '\0';
        if (capital) name++;
        *ret_camel++ = (char)(capital && *name >= 'a' && *name <= 'z' ? *name - 'a' + 'A' : *name);
    }
    *ret_camel = '\0';
}

json_t *json_from_message(const ProtobufCMessage *message)
{
    json_t *object = json_object();
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        struct place place = message_place_of(message, &message->descriptor->fields[i]);
        char name[FIELD_NAME_BYTES_MAX];
        name_to_camel(place.field->name, name);
        json_t *value = place.field->label == PROTOBUF_C_LABEL_REPEATED
                            ? json_from_list(&place)
                            : json_from_value(&place, place.at);
        if (value != NULL) json_object_set_new(object, name, value);
    }
    return object;
}

static void write_with(json_t *document, FILE *out, size_t flags)
{
    char *text = json_dumps(document, flags);
    REQUIRE(text != NULL);
    output_json(out, text);
    fputc('\n', out);
    free(text);
    json_decref(document);
}

void json_write(json_t *document, FILE *out)
{
    write_with(document, out, JSON_INDENT(2));
}

void json_write_line(json_t *document, FILE *out)
{
    write_with(document, out, JSON_COMPACT);
    fflush(out);
}
