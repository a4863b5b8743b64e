#include "client/command/json_reader.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "client/command/message.h"
#include "client/command/text.h"
#include "text/name.h"

/* Moves on to a member or, if key is NULL, to an element. @return What leave takes. */
static size_t enter(struct json_reader *reader, const char *key, size_t place)
{
    size_t length = strlen(reader->path), room = sizeof reader->path - length;
    if (key == NULL)
        snprintf(reader->path + length, room, "[%zu]", place);
    else
        snprintf(reader->path + length, room, "%s%s", length == 0 ? "" : ".", key);
    return length;
}

static void leave(struct json_reader *reader, size_t length)
{
    reader->path[length] = '\0';
}

bool json_ok(const struct json_reader *reader)
{
    return reader->problem[0] == '\0';
}

void json_complain(struct json_reader *reader, const char *key, const char *format, ...)
{
    char path[JSON_PATH_BYTES], what[JSON_PATH_BYTES];
    if (!json_ok(reader)) return;
    size_t length = key == NULL ? strlen(reader->path) : enter(reader, key, 0);
    memcpy(path, reader->path, sizeof path);
    leave(reader, length);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    text_mend(path);
    text_mend(what);
    snprintf(reader->problem, reader->problem_size, "%s: %s", path[0] == '\0' ? "top" : path, what);
}

static bool is_listed(const char *key, const struct json_key *keys)
{
    while (keys->key != NULL && strcmp(keys->key, key) != 0)
        keys++;
    return keys->key != NULL;
}

bool json_check_keys(struct json_reader *reader, const json_t *value, const struct json_key *keys)
{
    const char *name;
    json_t *member;
    if (!json_is_object(value)) json_complain(reader, NULL, "must be an object {...}");
    json_object_foreach((json_t *)value, name, member)
    {
        if (!is_listed(name, keys)) json_complain(reader, name, "there is no such key here");
    }
    for (; keys->key != NULL; keys++) {
        bool is_there = json_object_get(value, keys->key) != NULL;
        bool is_optional = keys->is_optional || keys->instead_of != NULL;
        if (!is_there && !is_optional) json_complain(reader, keys->key, "is missing");
        if (keys->instead_of != NULL &&
            is_there == (json_object_get(value, keys->instead_of) != NULL))
            json_complain(reader, NULL, "must have either %s or %s", keys->instead_of, keys->key);
    }
    return json_ok(reader);
}

static int64_t read_number(struct json_reader *reader, const json_t *value,
                           const struct json_key *key)
{
    int64_t number = json_integer_value(value);
    if (json_is_integer(value) && number >= key->min && number <= key->max) return number;
    json_complain(reader, NULL, "must be a whole number, %" PRId64 "..%" PRId64, key->min,
                  key->max);
    return key->min;
}

int64_t json_number(struct json_reader *reader, const json_t *object, const struct json_key *key)
{
    size_t length = enter(reader, key->key, 0);
    int64_t number = read_number(reader, json_object_get(object, key->key), key);
    leave(reader, length);
    return number;
}

static void read_text(struct json_reader *reader, const json_t *value, const struct json_key *key,
                      char **ret_text)
{
    size_t length = json_string_length(value);
    if (!json_is_string(value) || length < (size_t)key->min || length > (size_t)key->max) {
        json_complain(reader, NULL, "must be text of %" PRId64 "..%" PRId64 " bytes", key->min,
                      key->max);
        return;
    }
    char *text = arena_copy(reader->arena, json_string_value(value), length + 1);
    if (text == NULL)
        json_complain(reader, NULL, "out of memory");
    else
        *ret_text = text;
}

static void read_moment(struct json_reader *reader, const json_t *value, const struct place *place)
{
    unix_ms moment_ms;
    const char *text = json_string_value(value);
    if (text != NULL && moment_parse(text, &moment_ms))
        place_set_number(place, moment_ms);
    else
        json_complain(reader, NULL, "must be a moment like \"2026-12-24T19:00:00+09:00\"");
}

ProtobufCMessage *json_make_message(struct json_reader *reader,
                                    const ProtobufCMessageDescriptor *descriptor)
{
    ProtobufCMessage *message = arena_alloc(reader->arena, descriptor->sizeof_message);
    if (message == NULL)
        json_complain(reader, NULL, "out of memory");
    else
        protobuf_c_message_init(descriptor, message);
    return message;
}

static void read_member(struct json_reader *reader, const json_t *value, const struct json_key *key,
                        const ProtobufCMessageDescriptor *descriptor, ProtobufCMessage **ret_member)
{
    *ret_member = json_make_message(reader, descriptor);
    if (*ret_member != NULL) json_read(reader, value, key->keys, *ret_member);
}

static void read_list(struct json_reader *reader, const json_t *value, const struct json_key *key,
                      const ProtobufCMessageDescriptor *descriptor, ProtobufCMessage *message)
{
    size_t count = json_array_size(value);
    if (!json_is_array(value))
        json_complain(reader, NULL, "must be an array [...]");
    else if (count < (size_t)key->min || count > (size_t)key->max)
        json_complain(reader, NULL, "must have %" PRId64 "..%" PRId64 " elements, not %zu",
                      key->min, key->max, count);
    if (!json_ok(reader)) return;
    ProtobufCMessage **elements = arena_calloc(reader->arena, count, sizeof *elements);
    if (elements == NULL) json_complain(reader, NULL, "out of memory");
    for (size_t i = 0; i < count && json_ok(reader); i++) {
        size_t length = enter(reader, NULL, i);
        read_member(reader, json_array_get(value, i), key, descriptor, &elements[i]);
        leave(reader, length);
    }
    if (json_ok(reader)) message_set_list(message, key->field, elements, count);
}

static void read_value(struct json_reader *reader, const json_t *value, const struct json_key *key,
                       ProtobufCMessage *message)
{
    struct place place = {.count = 0};
    if (key->field != NULL) place = message_place(message, key->field);
    switch (key->kind) {
    case JSON_NUMBER:
        place_set_number(&place, read_number(reader, value, key));
        break;
    case JSON_TEXT:
        read_text(reader, value, key, place.at);
        break;
    case JSON_MOMENT:
        read_moment(reader, value, &place);
        break;
    case JSON_MEMBER:
        read_member(reader, value, key, place.field->descriptor, place.at);
        break;
    case JSON_PART:
        json_read(reader, value, key->keys, message);
        break;
    case JSON_LIST:
        read_list(reader, value, key, place.field->descriptor, message);
        break;
    case JSON_OTHER:
        key->read(reader, value, message);
        break;
    }
}

void json_read(struct json_reader *reader, const json_t *value, const struct json_key *keys,
               ProtobufCMessage *message)
{
    if (!json_check_keys(reader, value, keys)) return;
    for (; keys->key != NULL && json_ok(reader); keys++) {
        const json_t *member = json_object_get(value, keys->key);
        if (member == NULL) continue;
        size_t length = enter(reader, keys->key, 0);
        read_value(reader, member, keys, message);
        leave(reader, length);
    }
}
