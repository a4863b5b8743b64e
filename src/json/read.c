#include "json/read.h"

#include <string.h>

#include "base/limits.h"
#include "rpc/wire/utf8.h"
#include "json/field.h"
#include "json/name.h"
#include "json/value.h"

enum { FIELDS_MAX = 256, ELEMENTS_MIN = 8 };

static const struct json_read_options defaults = {0};

/* A message being read, and which of its fields have been given. */
struct target {
    ProtobufCMessage *message;
    const struct json_path *path;
    unsigned depth; /* of messages within it */
    uint8_t is_given[FIELDS_MAX / 8];
};

static ProtobufCMessage *make_message(struct json_reader *reader,
                                      const ProtobufCMessageDescriptor *descriptor)
{
    ProtobufCMessage *message = arena_calloc(reader->arena, 1, descriptor->sizeof_message);
    if (message == NULL)
        json_fail_memory(reader);
    else
        protobuf_c_message_init(descriptor, message);
    return message;
}

static bool read_fields(struct json_reader *reader, struct target *target);

static bool read_inner(struct json_reader *reader, const struct json_path *path, unsigned depth,
                       const ProtobufCFieldDescriptor *field, void *ret_at)
{
    if (depth >= PROTO_DEPTH_MAX) return json_fail(reader, path, "is nested too deep");
    if (!json_take(reader, '{')) return json_fail(reader, path, "must be an object");
    struct target inner = {make_message(reader, field->descriptor), path, depth, {0}};
    if (inner.message == NULL || !read_fields(reader, &inner)) return false;
    *(ProtobufCMessage **)ret_at = inner.message;
    return true;
}

/* @param ret_known  Set to false if there was a value that leaves none. */
static bool read_value(struct json_reader *reader, const struct json_path *path, unsigned depth,
                       const ProtobufCFieldDescriptor *field, void *ret_at, bool *ret_known)
{
    struct json_token token;
    *ret_known = true;
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return read_inner(reader, path, depth + 1, field, ret_at);
    return json_read_token(reader, path, &token) &&
           json_value_from_token(reader, path, field, &token, ret_at, ret_known);
}

static bool take_null(struct json_reader *reader, const struct json_path *path)
{
    struct json_token token;
    return json_peek(reader) == 'n' && json_read_token(reader, path, &token);
}

/* --- Repeated fields -------------------------------------------------------------------------- */

/* Room for one more element. The count is a power of two, or below the least one. */
static void *add_element(struct json_reader *reader, ProtobufCMessage *message,
                         const ProtobufCFieldDescriptor *field)
{
    size_t *count = json_field_count(message, field);
    char **elements = json_field_at(message, field);
    size_t size = json_field_size(field);
    bool is_full = *count == 0 || (*count >= ELEMENTS_MIN && (*count & (*count - 1)) == 0);
    if (is_full) {
        size_t capacity = *count == 0 ? ELEMENTS_MIN : 2 * *count;
        char *larger = arena_calloc(reader->arena, capacity, size);
        if (larger == NULL) {
            json_fail_memory(reader);
            return NULL;
        }
        if (*count > 0) memcpy(larger, *elements, *count * size);
        *elements = larger;
    }
    return *elements + (*count)++ * size;
}

static bool read_element(struct json_reader *reader, const struct json_path *list,
                         struct target *target, const ProtobufCFieldDescriptor *field, size_t index)
{
    const struct json_path path = {list, NULL, index};
    bool is_known;
    if (*json_field_count(target->message, field) >= PROTO_ELEMENTS_MAX)
        return json_fail(reader, list, "must be %d elements at most", PROTO_ELEMENTS_MAX);
    void *at = add_element(reader, target->message, field);
    if (at == NULL || !read_value(reader, &path, target->depth, field, at, &is_known)) return false;
    if (!is_known) (*json_field_count(target->message, field))--;
    return true;
}

static bool read_list(struct json_reader *reader, const struct json_path *path,
                      struct target *target, const ProtobufCFieldDescriptor *field)
{
    size_t index = 0;
    if (!json_take(reader, '[')) return json_fail(reader, path, "must be an array");
    if (json_take(reader, ']')) return true;
    do
        if (!read_element(reader, path, target, field, index++)) return false;
    while (json_take(reader, ','));
    return json_take(reader, ']') || json_fail(reader, path, "a comma or a ] is missing");
}

/* --- Fields ----------------------------------------------------------------------------------- */

static bool read_field(struct json_reader *reader, const struct json_path *path,
                       struct target *target, const ProtobufCFieldDescriptor *field)
{
    bool is_known;
    if (take_null(reader, path)) return true;
    if (field->label == PROTOBUF_C_LABEL_REPEATED) return read_list(reader, path, target, field);
    if (json_field_is_taken(target->message, field))
        return json_fail(reader, path, "another field of the same oneof is set");
    if (!read_value(reader, path, target->depth, field, json_field_at(target->message, field),
                    &is_known))
        return false;
    if (is_known) json_field_mark(target->message, field);
    return true;
}

static bool skip_unknown(struct json_reader *reader, const struct target *target,
                         const struct json_token *name)
{
    if (!reader->options->ignore_unknown) {
        json_fail(reader, target->path, "there is no field \"%.*s\"",
                  (int)(name->size < 64 ? name->size : 64), name->bytes);
        json_note_unknown(reader, name->bytes, name->size);
        reader->error->of_message = target->message->descriptor;
        return false;
    }
    return json_skip_value(reader, target->path, PROTO_DEPTH_MAX - target->depth);
}

static bool read_member(struct json_reader *reader, struct target *target)
{
    const ProtobufCMessageDescriptor *descriptor = target->message->descriptor;
    struct json_token name;
    if (!json_read_name(reader, target->path, &name)) return false;
    const ProtobufCFieldDescriptor *field = json_find_field(descriptor, name.bytes, name.size);
    if (field == NULL) return skip_unknown(reader, target, &name);
    size_t index = (size_t)(field - descriptor->fields);
    const struct json_path path = {target->path, field->name, 0};
    if (index >= FIELDS_MAX || (target->is_given[index / 8] >> index % 8 & 1) != 0)
        return json_fail(reader, &path, "is given twice");
    target->is_given[index / 8] |= (uint8_t)(1 << index % 8);
    return read_field(reader, &path, target, field);
}

/* After the bracket. */
static bool read_fields(struct json_reader *reader, struct target *target)
{
    if (json_take(reader, '}')) return true;
    do
        if (!read_member(reader, target)) return false;
    while (json_take(reader, ','));
    return json_take(reader, '}') || json_fail(reader, target->path, "a comma or a } is missing");
}

bool json_read_message(const ProtobufCMessageDescriptor *descriptor, const char *text, size_t size,
                       const struct json_read_options *options, struct arena *arena,
                       ProtobufCMessage **ret_message, struct json_error *ret_error)
{
    struct json_reader reader = {
        text, text, text + size, options == NULL ? &defaults : options, arena, ret_error};
    if (!json_take(&reader, '{')) return json_fail(&reader, NULL, "the text must be an object");
    struct target target = {.message = make_message(&reader, descriptor)};
    if (target.message == NULL || !read_fields(&reader, &target)) return false;
    json_peek(&reader);
    if (reader.at != reader.end)
        return json_fail(&reader, NULL, "something stands after the object");
    *ret_message = target.message;
    return true;
}

/* --- Single fields ---------------------------------------------------------------------------- */

static bool set_last(struct json_reader *reader, const struct json_path *path,
                     ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                     const struct json_token *token)
{
    bool is_known;
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return json_fail(reader, path, "is a message: name a field of it");
    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
        void *at = add_element(reader, message, field);
        return at != NULL && json_value_from_token(reader, path, field, token, at, &is_known);
    }
    if (json_field_is_taken(message, field)) return json_fail(reader, path, "is given twice");
    if (!json_value_from_token(reader, path, field, token, json_field_at(message, field),
                               &is_known))
        return false;
    json_field_mark(message, field);
    return true;
}

static ProtobufCMessage *inner_message(struct json_reader *reader, ProtobufCMessage *message,
                                       const ProtobufCFieldDescriptor *field)
{
    ProtobufCMessage **inner = json_field_at(message, field);
    bool is_there = json_field_is_set(message, field);
    if (!is_there) *inner = make_message(reader, field->descriptor);
    if (*inner != NULL) json_field_mark(message, field);
    return *inner;
}

static bool set_field(struct json_reader *reader, const struct json_path *outer, unsigned depth,
                      ProtobufCMessage *message, const char *name, size_t length,
                      const struct json_token *token)
{
    const char *dot = memchr(name, '.', length);
    size_t first = dot == NULL ? length : (size_t)(dot - name);
    const ProtobufCFieldDescriptor *field = json_find_field(message->descriptor, name, first);
    if (field == NULL)
        return json_fail(reader, outer, "there is no field \"%.*s\"",
                         (int)(first < 64 ? first : 64), name);
    const struct json_path path = {outer, field->name, 0};
    if (depth > PROTO_DEPTH_MAX) return json_fail(reader, &path, "is nested too deep");
    if (dot == NULL) return set_last(reader, &path, message, field, token);
    if (field->type != PROTOBUF_C_TYPE_MESSAGE || field->label == PROTOBUF_C_LABEL_REPEATED)
        return json_fail(reader, &path, "has no fields that a URL could name");
    ProtobufCMessage *inner = inner_message(reader, message, field);
    return inner != NULL &&
           set_field(reader, &path, depth + 1, inner, dot + 1, length - first - 1, token);
}

bool json_set_field(ProtobufCMessage *message, const char *path, size_t path_length,
                    const char *text, size_t size, const struct json_read_options *options,
                    struct arena *arena, struct json_error *ret_error)
{
    struct json_reader reader = {
        text, text, text + size, options == NULL ? &defaults : options, arena, ret_error};
    const struct json_token token = {JSON_URL_TEXT, text, size};
    if (!utf8_is_text((const uint8_t *)text, size))
        return json_fail(&reader, NULL, "is not UTF-8 without NUL");
    return set_field(&reader, NULL, 0, message, path, path_length, &token);
}
