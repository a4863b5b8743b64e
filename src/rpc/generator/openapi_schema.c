#include "rpc/generator/openapi_schema.h"

#include <string.h>

#include "rpc/generator/comments.h"

/* What JSON has for a type of protobuf; NULL where a field names its type. */
struct json_type {
    const char *type;
    const char *format;
    const char *more; /* one more member, and its value as JSON */
    const char *value;
};

static const struct json_type number32 = {"integer", "int32", NULL, NULL};
static const struct json_type unsigned32 = {"integer", "int64", "minimum", "0"};
static const struct json_type number64 = {"string", "int64", "pattern", "\"^-?[0-9]+$\""};
static const struct json_type unsigned64 = {"string", "uint64", "pattern", "\"^[0-9]+$\""};

static struct json_type json_type_of(Google__Protobuf__FieldDescriptorProto__Type type)
{
    switch ((int)type) {
    case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_DOUBLE:
    case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_FLOAT:
        return (struct json_type){"number", "double", NULL, NULL};
    case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_INT64:
    case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_SINT64:
    case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_SFIXED64:
        return number64;
    case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_UINT64:
    case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_FIXED64:
        return unsigned64;
    case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_UINT32:
    case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_FIXED32:
        return unsigned32;
    case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_BOOL:
        return (struct json_type){"boolean", NULL, NULL, NULL};
    case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_STRING:
        return (struct json_type){"string", NULL, NULL, NULL};
    case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_BYTES:
        return (struct json_type){"string", NULL, "contentEncoding", "\"base64\""};
    default:
        return number32;
    }
}

/* ".onsale.v1.Seat" -> "Seat" */
static const char *short_name(const char *full_name)
{
    const char *dot = strrchr(full_name, '.');
    return dot == NULL ? full_name : dot + 1;
}

struct openapi_message openapi_find_message(const struct generation *generation,
                                            const char *full_name)
{
    struct openapi_message found = {NULL, generation_find_message(generation, full_name), 0};
    for (size_t i = 0; found.message != NULL && i < generation->request->n_proto_file; i++) {
        const Google__Protobuf__FileDescriptorProto *file = generation->request->proto_file[i];
        for (size_t j = 0; j < file->n_message_type; j++)
            if (file->message_type[j] == found.message)
                found = (struct openapi_message){file, found.message, j};
    }
    return found;
}

const char *openapi_comment_of_field(const struct generation *generation,
                                     const struct openapi_message *message, size_t field)
{
    const int32_t path[] = {PATH_MESSAGE, (int32_t)message->index, PATH_MEMBER, (int32_t)field};
    return comment_find(generation->arena, message->file, path, 4);
}

static void add_singular(struct openapi_text *text,
                         const Google__Protobuf__FieldDescriptorProto *field)
{
    struct json_type type = json_type_of(field->type);
    if (field->type_name != NULL) {
        openapi_add(
            text, "$ref",
            text_format(text->text.arena, "#/components/schemas/%s", short_name(field->type_name)));
        return;
    }
    openapi_add(text, "type", type.type);
    if (type.format != NULL) openapi_add(text, "format", type.format);
    if (type.more != NULL) openapi_add_json(text, type.more, type.value);
}

void openapi_add_type(struct openapi_text *text,
                      const Google__Protobuf__FieldDescriptorProto *field)
{
    if (field->label != GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED) {
        add_singular(text, field);
        return;
    }
    openapi_add(text, "type", "array");
    openapi_open(text, "items", '{');
    add_singular(text, field);
    openapi_close(text, '}');
}

void openapi_add_property(struct openapi_text *text, const struct generation *generation,
                          const struct openapi_message *message, size_t field)
{
    const Google__Protobuf__FieldDescriptorProto *descriptor = message->message->field[field];
    openapi_open(text, openapi_name(text, descriptor->name), '{');
    openapi_add_type(text, descriptor);
    openapi_add(text, "description", openapi_comment_of_field(generation, message, field));
    openapi_close(text, '}');
}

static void add_message(struct openapi_text *text, const struct generation *generation,
                        const struct openapi_message *message)
{
    const int32_t path[] = {PATH_MESSAGE, (int32_t)message->index};
    openapi_open(text, message->message->name, '{');
    openapi_add(text, "type", "object");
    openapi_add(text, "description", comment_find(generation->arena, message->file, path, 2));
    openapi_open(text, "properties", '{');
    for (size_t i = 0; i < message->message->n_field; i++)
        openapi_add_property(text, generation, message, i);
    openapi_close(text, '}');
    openapi_close(text, '}');
}

static void add_enum(struct openapi_text *text, const struct generation *generation,
                     const Google__Protobuf__FileDescriptorProto *file, size_t index)
{
    const Google__Protobuf__EnumDescriptorProto *descriptor = file->enum_type[index];
    const int32_t path[] = {PATH_ENUM, (int32_t)index};
    struct text description;
    text_init(&description, generation->arena);
    text_add(&description, comment_find(generation->arena, file, path, 2));
    openapi_open(text, descriptor->name, '{');
    openapi_add(text, "type", "string");
    openapi_open(text, "enum", '[');
    for (size_t i = 0; i < descriptor->n_value; i++) {
        const int32_t value[] = {PATH_ENUM, (int32_t)index, PATH_MEMBER, (int32_t)i};
        openapi_add(text, NULL, descriptor->value[i]->name);
        text_print(&description, "\n- %s: %s", descriptor->value[i]->name,
                   comment_find(generation->arena, file, value, 4));
    }
    openapi_close(text, ']');
    openapi_add(text, "description", description.bytes);
    openapi_close(text, '}');
}

void openapi_add_schemas(struct openapi_text *text, const struct generation *generation,
                         const Google__Protobuf__FileDescriptorProto *file)
{
    for (size_t i = 0; i < file->n_message_type; i++) {
        const struct openapi_message message = {file, file->message_type[i], i};
        add_message(text, generation, &message);
    }
    for (size_t i = 0; i < file->n_enum_type; i++)
        add_enum(text, generation, file, i);
}
