#include "rpc/generator/http_rule.h"

#include <string.h>

#include "google/api/http.pb-c.h"
#include "rpc/generator/variables.h"

enum { HTTP_OPTION = 72295728 }; /* google/api/annotations.proto */

static void *allocate(void *arena, size_t size)
{
    return text_memory(arena, size);
}

static void free_with_arena(void *arena, void *memory)
{
    (void)arena;
    (void)memory;
}

/* The bytes of the option, behind their length; NULL if the method has none. */
static const uint8_t *find_option(const Google__Protobuf__MethodDescriptorProto *method,
                                  size_t *ret_size)
{
    const ProtobufCMessage *options = method->options == NULL ? NULL : &method->options->base;
    for (unsigned i = 0; options != NULL && i < options->n_unknown_fields; i++) {
        const ProtobufCMessageUnknownField *field = &options->unknown_fields[i];
        size_t head = 0;
        if (field->tag != HTTP_OPTION) continue;
        while (head < field->len && (field->data[head++] & 0x80) != 0) {
        }
        *ret_size = field->len - head;
        return field->data + head;
    }
    return NULL;
}

static bool take_pattern(const Google__Api__HttpRule *option, struct http_rule *ret_rule)
{
    static const char *const verbs[] = {
        [GOOGLE__API__HTTP_RULE__PATTERN_GET] = "GET",
        [GOOGLE__API__HTTP_RULE__PATTERN_PUT] = "PUT",
        [GOOGLE__API__HTTP_RULE__PATTERN_POST] = "POST",
        [GOOGLE__API__HTTP_RULE__PATTERN_DELETE] = "DELETE",
        [GOOGLE__API__HTTP_RULE__PATTERN_PATCH] = "PATCH",
    };
    if (option->pattern_case == GOOGLE__API__HTTP_RULE__PATTERN__NOT_SET) return false;
    *ret_rule = (struct http_rule){verbs[option->pattern_case], option->get,
                                   strcmp(option->body, "*") == 0};
    return true;
}

static const char *problem_of_option(const Google__Api__HttpRule *option,
                                     const struct http_rule *rule)
{
    bool takes_body = strcmp(rule->verb, "GET") != 0 && strcmp(rule->verb, "DELETE") != 0;
    if (option->n_additional_bindings > 0 || option->response_body[0] != '\0' ||
        option->selector[0] != '\0')
        return "only a verb with a path, and a body, are supported";
    if (option->body[0] != '\0' && !rule->has_body) return "the body must be \"*\"";
    if (takes_body != rule->has_body)
        return takes_body ? "the body must be \"*\"" : "GET and DELETE have no body";
    return NULL;
}

/* --- Paths ------------------------------------------------------------------------------------ */

static const Google__Protobuf__FieldDescriptorProto *
find_field(const Google__Protobuf__DescriptorProto *message, const char *name, size_t length)
{
    for (size_t i = 0; i < message->n_field; i++)
        if (strlen(message->field[i]->name) == length &&
            memcmp(message->field[i]->name, name, length) == 0)
            return message->field[i];
    return NULL;
}

static const char *problem_of_variable(struct arena *arena,
                                       const Google__Protobuf__DescriptorProto *request,
                                       const char *name, size_t length)
{
    const Google__Protobuf__FieldDescriptorProto *field = find_field(request, name, length);
    if (field == NULL)
        return text_format(arena, "%s has no field %.*s", request->name, (int)length, name);
    if (field->label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED ||
        field->type == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_MESSAGE)
        return text_format(arena, "%s can't stand in a path", field->name);
    return NULL;
}

static size_t literal_length(const char *path)
{
    return strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");
}

/* @return What is wrong with the path, or NULL. */
static const char *problem_of_path(struct arena *arena,
                                   const Google__Protobuf__DescriptorProto *request,
                                   const char *path)
{
    while (*path == '/') {
        size_t length = literal_length(++path);
        if (*path == '{') {
            length = strcspn(++path, "}");
            const char *problem = problem_of_variable(arena, request, path, length);
            if (problem != NULL) return problem;
            if (path[length++] != '}') return "a brace is missing in the path";
        }
        if (length == 0) return "a part of the path is empty";
        path += length;
    }
    if (*path == ':') path += 1 + literal_length(path + 1);
    return *path == '\0' ? NULL : text_format(arena, "the path is none at \"%s\"", path);
}

const char *http_rule_read(const struct generation *generation,
                           const Google__Protobuf__MethodDescriptorProto *method,
                           struct http_rule *ret_rule)
{
    ProtobufCAllocator allocator = {allocate, free_with_arena, generation->arena};
    size_t size = 0;
    const uint8_t *bytes = find_option(method, &size);
    *ret_rule = (struct http_rule){0};
    if (bytes == NULL) return NULL;
    const Google__Api__HttpRule *option = google__api__http_rule__unpack(&allocator, size, bytes);
    if (option == NULL || !take_pattern(option, ret_rule)) return "it has no verb with a path";
    const char *problem = problem_of_option(option, ret_rule);
    const Google__Protobuf__DescriptorProto *request =
        generation_find_message(generation, method->input_type);
    if (problem == NULL && request != NULL)
        problem = problem_of_path(generation->arena, request, ret_rule->path);
    return problem;
}

bool http_rule_names(const struct http_rule *rule, const char *field)
{
    size_t length = strlen(field);
    for (const char *at = strchr(rule->path, '{'); at != NULL; at = strchr(at + 1, '{'))
        if (strncmp(at + 1, field, length) == 0 && at[1 + length] == '}') return true;
    return false;
}

const char *http_rule_key_field(const struct generation *generation,
                                const Google__Protobuf__MethodDescriptorProto *method,
                                const struct http_rule *rule)
{
    const Google__Protobuf__DescriptorProto *request =
        generation_find_message(generation, method->input_type);
    for (size_t i = 0; request != NULL && !method_is_read(method) && i < request->n_field; i++) {
        const Google__Protobuf__FieldDescriptorProto *field = request->field[i];
        size_t length = strlen(field->name);
        if (field->type == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_BYTES &&
            length > 3 && strcmp(field->name + length - 3, "_id") == 0 &&
            !http_rule_names(rule, field->name))
            return field->name;
    }
    return NULL;
}
