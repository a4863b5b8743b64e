#include "client/command/json_reader.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/require.h"
#include "client/command/message.h"
#include "client/command/text.h"
#include "text/name.h"

enum { PATH_BYTES = 192, KEYS_MAX = 16 };

static void append(char path[PATH_BYTES], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void append(char path[PATH_BYTES], const char *format, ...)
{
    size_t length = strlen(path);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(path + length, PATH_BYTES - length, format, arguments);
    va_end(arguments);
}

static void append_path(const struct json_node *node, char path[PATH_BYTES])
{
    if (node->parent == NULL) return;
    append_path(node->parent, path);
    if (node->key == NULL)
        append(path, "[%zu]", node->place);
    else
        append(path, "%s%s", path[0] == '\0' ? "" : ".", node->key);
}

bool json_reader_ok(const struct json_reader *reader)
{
    return reader->problem[0] == '\0';
}

void json_reader_fail(struct json_reader *reader, const struct json_node *node, const char *format,
                      ...)
{
    char path[PATH_BYTES] = "", what[PATH_BYTES];
    if (!json_reader_ok(reader)) return;
    append_path(node, path);
    text_mend(path);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    text_mend(what);
    snprintf(reader->problem, reader->problem_size, "%s: %s", path[0] == '\0' ? "top" : path, what);
}

static bool is_listed(const char *key, const char *const *keys)
{
    for (; *keys != NULL; keys++)
        if (strcmp(*keys, key) == 0) return true;
    return false;
}

void json_expect_object(struct json_reader *reader, const struct json_node *node,
                        const char *const *keys)
{
    if (!json_reader_ok(reader)) return;
    if (!json_is_object(node->value)) {
        json_reader_fail(reader, node, "must be an object {...}");
        return;
    }
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)node->value, key, value)
    {
        struct json_node member = {value, node, key, 0};
        if (!is_listed(key, keys)) json_reader_fail(reader, &member, "there is no such key here");
    }
}

struct json_node json_member(struct json_reader *reader, const struct json_node *object,
                             const char *key, bool required)
{
    struct json_node member = {.parent = object, .key = key};
    if (!json_reader_ok(reader)) return member;
    member.value = json_object_get(object->value, key);
    if (member.value == NULL && required) json_reader_fail(reader, &member, "is missing");
    return member;
}

size_t json_array_length(struct json_reader *reader, const struct json_node *array, size_t min,
                         size_t max)
{
    if (!json_reader_ok(reader)) return 0;
    size_t length = json_array_size(array->value);
    if (!json_is_array(array->value))
        json_reader_fail(reader, array, "must be an array [...]");
    else if (length < min || length > max)
        json_reader_fail(reader, array, "must have %zu..%zu elements, not %zu", min, max, length);
    return json_reader_ok(reader) ? length : 0;
}

struct json_node json_element(const struct json_node *array, size_t place)
{
    return (struct json_node){json_array_get(array->value, place), array, NULL, place};
}

int64_t json_number(struct json_reader *reader, const struct json_node *object, const char *key,
                    int64_t min, int64_t max)
{
    struct json_node member = json_member(reader, object, key, true);
    if (!json_reader_ok(reader)) return min;
    int64_t number = json_integer_value(member.value);
    if (json_is_integer(member.value) && number >= min && number <= max) return number;
    json_reader_fail(reader, &member, "must be a whole number, %" PRId64 "..%" PRId64, min, max);
    return min;
}

char *json_text(struct json_reader *reader, const struct json_node *object, const char *key,
                size_t min, size_t max)
{
    static char nothing[1];
    struct json_node member = json_member(reader, object, key, true);
    if (!json_reader_ok(reader)) return nothing;
    size_t length = json_string_length(member.value);
    if (!json_is_string(member.value) || length < min || length > max) {
        json_reader_fail(reader, &member, "must be text of %zu..%zu bytes", min, max);
        return nothing;
    }
    char *text = arena_copy(reader->arena, json_string_value(member.value), length + 1);
    if (text == NULL) json_reader_fail(reader, &member, "out of memory");
    return text == NULL ? nothing : text;
}

unix_ms json_moment(struct json_reader *reader, const struct json_node *object, const char *key)
{
    unix_ms moment_ms = 0;
    struct json_node member = json_member(reader, object, key, true);
    if (!json_reader_ok(reader)) return 0;
    const char *text = json_string_value(member.value);
    if (text == NULL || !moment_parse(text, &moment_ms))
        json_reader_fail(reader, &member, "must be a moment like \"2026-12-24T19:00:00+09:00\"");
    return moment_ms;
}

ProtobufCMessage *json_make_message(struct json_reader *reader, const struct json_node *node,
                                    const ProtobufCMessageDescriptor *descriptor)
{
    ProtobufCMessage *message = arena_alloc(reader->arena, descriptor->sizeof_message);
    if (message == NULL)
        json_reader_fail(reader, node, "out of memory");
    else
        protobuf_c_message_init(descriptor, message);
    return message;
}

void json_read_list(struct json_reader *reader, const struct json_node *array,
                    const struct json_key *key, ProtobufCMessage *message)
{
    struct place place = message_place(message, key->field);
    size_t count = json_array_length(reader, array, (size_t)key->min, (size_t)key->max);
    ProtobufCMessage **elements = arena_calloc(reader->arena, count, sizeof *elements);
    if (elements == NULL) json_reader_fail(reader, array, "out of memory");
    for (size_t i = 0; i < count && json_reader_ok(reader); i++) {
        struct json_node element = json_element(array, i);
        elements[i] = json_make_message(reader, &element, place.field->descriptor);
        if (elements[i] != NULL) json_read_message(reader, &element, key->keys, elements[i]);
    }
    if (json_reader_ok(reader)) message_set_list(message, key->field, elements, count);
}

static void read_member(struct json_reader *reader, const struct json_node *object,
                        const struct json_key *key, const struct place *place)
{
    struct json_node node = json_member(reader, object, key->key, true);
    ProtobufCMessage *member = json_make_message(reader, &node, place->field->descriptor);
    *(ProtobufCMessage **)place->at = member;
    if (member != NULL) json_read_message(reader, &node, key->keys, member);
}

static void read_key(struct json_reader *reader, const struct json_node *object,
                     const struct json_key *key, ProtobufCMessage *message)
{
    struct place place = {.count = 0};
    struct json_node node;
    if (key->field != NULL) place = message_place(message, key->field);
    switch (key->kind) {
    case JSON_KIND_NUMBER:
        place_set_number(&place, json_number(reader, object, key->key, key->min, key->max));
        break;
    case JSON_KIND_TEXT:
        *(char **)place.at =
            json_text(reader, object, key->key, (size_t)key->min, (size_t)key->max);
        break;
    case JSON_KIND_MOMENT:
        place_set_number(&place, json_moment(reader, object, key->key));
        break;
    case JSON_KIND_MEMBER:
        read_member(reader, object, key, &place);
        break;
    case JSON_KIND_LIST:
        node = json_member(reader, object, key->key, true);
        json_read_list(reader, &node, key, message);
        break;
    case JSON_KIND_OTHER:
        if (key->read != NULL) key->read(reader, object, message);
        break;
    }
}

void json_read_message(struct json_reader *reader, const struct json_node *object,
                       const struct json_key *keys, ProtobufCMessage *message)
{
    const char *names[KEYS_MAX + 1] = {NULL};
    for (size_t i = 0; keys[i].key != NULL; i++) {
        REQUIRE(i < KEYS_MAX);
        names[i] = keys[i].key;
    }
    json_expect_object(reader, object, names);
    for (size_t i = 0; keys[i].key != NULL; i++) /* all are there before any is read */
        json_member(reader, object, keys[i].key, keys[i].kind != JSON_KIND_OTHER);
    for (; keys->key != NULL && json_reader_ok(reader); keys++)
        read_key(reader, object, keys, message);
}
