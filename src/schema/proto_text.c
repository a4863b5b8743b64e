#include "schema/proto_text.h"

#include <string.h>

#include "rpc/generator/comments.h"
#include "rpc/generator/text.h"

/* What is being written, and where in the file that stands. */
struct writing {
    struct text text;
    const Google__Protobuf__FileDescriptorProto *file;
    int32_t path[SYMBOL_PATH_MAX];
    size_t path_length;
    int depth; /* of braces */
};

static void begin_line(struct writing *writing)
{
    text_print(&writing->text, "%*s", 2 * writing->depth, "");
}

static void add_comment(struct writing *writing)
{
    const char *line =
        comment_find(writing->text.arena, writing->file, writing->path, writing->path_length);
    while (*line != '\0') {
        size_t length = strcspn(line, "\n");
        begin_line(writing);
        text_print(&writing->text, "//%s%.*s\n", length == 0 ? "" : " ", (int)length, line);
        line += length + (line[length] == '\n');
    }
}

/* @return Whether the path has room for it: else nothing deeper is written. */
static bool go_into(struct writing *writing, int32_t step, size_t index)
{
    if (writing->path_length + 2 > SYMBOL_PATH_MAX) return false;
    writing->path[writing->path_length++] = step;
    writing->path[writing->path_length++] = (int32_t)index;
    return true;
}

static void go_out(struct writing *writing)
{
    writing->path_length -= 2;
}

/* @param what  "message QueueEntry" */
static void open_brace(struct writing *writing, const char *what, const char *name)
{
    add_comment(writing);
    begin_line(writing);
    text_print(&writing->text, "%s %s {\n", what, name);
    writing->depth++;
}

static void close_brace(struct writing *writing)
{
    writing->depth--;
    begin_line(writing);
    text_add(&writing->text, "}\n");
}

/* --- Enums ------------------------------------------------------------------------------------ */

static void add_enum(struct writing *writing,
                     const Google__Protobuf__EnumDescriptorProto *enumeration)
{
    open_brace(writing, "enum", enumeration->name);
    for (size_t i = 0; i < enumeration->n_value; i++) {
        if (!go_into(writing, PATH_MEMBER, i)) break;
        add_comment(writing);
        begin_line(writing);
        text_print(&writing->text, "%s = %d;\n", enumeration->value[i]->name,
                   (int)enumeration->value[i]->number);
        go_out(writing);
    }
    close_brace(writing);
}

/* --- Messages --------------------------------------------------------------------------------- */

static const char *const scalar_types[] = {
    [1] = "double",  [2] = "float",     [3] = "int64",     [4] = "uint64",  [5] = "int32",
    [6] = "fixed64", [7] = "fixed32",   [8] = "bool",      [9] = "string",  [12] = "bytes",
    [13] = "uint32", [15] = "sfixed32", [16] = "sfixed64", [17] = "sint32", [18] = "sint64",
};

static const char *type_of(const Google__Protobuf__FieldDescriptorProto *field)
{
    size_t type = (size_t)field->type;
    if (field->type_name != NULL && field->type_name[0] != '\0')
        return field->type_name + (field->type_name[0] == '.');
    bool is_known = type < sizeof scalar_types / sizeof scalar_types[0];
    return is_known && scalar_types[type] != NULL ? scalar_types[type] : "bytes";
}

static void add_field(struct writing *writing, const Google__Protobuf__FieldDescriptorProto *field)
{
    bool is_list = field->label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED;
    add_comment(writing);
    begin_line(writing);
    text_print(&writing->text, "%s%s %s = %d;\n", is_list ? "repeated " : "", type_of(field),
               field->name, (int)field->number);
}

static bool is_of_oneof(const Google__Protobuf__FieldDescriptorProto *field, size_t index)
{
    return field->has_oneof_index && (size_t)field->oneof_index == index;
}

/* The members of a oneof stand together, where its first one does. */
static void add_fields(struct writing *writing, const Google__Protobuf__DescriptorProto *message)
{
    size_t open = SIZE_MAX; /* the oneof whose brace is open */
    for (size_t i = 0; i < message->n_field; i++) {
        const Google__Protobuf__FieldDescriptorProto *field = message->field[i];
        if (open != SIZE_MAX && !is_of_oneof(field, open)) {
            close_brace(writing);
            open = SIZE_MAX;
        }
        if (open == SIZE_MAX && field->has_oneof_index) {
            open = (size_t)field->oneof_index;
            begin_line(writing);
            text_print(&writing->text, "oneof %s {\n", message->oneof_decl[open]->name);
            writing->depth++;
        }
        if (!go_into(writing, PATH_MEMBER, i)) continue;
        add_field(writing, field);
        go_out(writing);
    }
    if (open != SIZE_MAX) close_brace(writing);
}

static void add_message(struct writing *writing, const Google__Protobuf__DescriptorProto *message)
{
    open_brace(writing, "message", message->name);
    for (size_t i = 0; i < message->n_nested_type; i++) {
        if (!go_into(writing, PATH_NESTED_MESSAGE, i)) break;
        add_message(writing, message->nested_type[i]);
        go_out(writing);
    }
    for (size_t i = 0; i < message->n_enum_type; i++) {
        if (!go_into(writing, PATH_NESTED_ENUM, i)) break;
        add_enum(writing, message->enum_type[i]);
        go_out(writing);
    }
    add_fields(writing, message);
    close_brace(writing);
}

/* --- Services --------------------------------------------------------------------------------- */

static void add_type(struct writing *writing, const char *before, bool streams, const char *type)
{
    text_print(&writing->text, "%s(%s%s)", before, streams ? "stream " : "",
               type + (type[0] == '.'));
}

static bool only_reads(const Google__Protobuf__MethodDescriptorProto *method)
{
    return method->options != NULL && method->options->has_idempotency_level &&
           method->options->idempotency_level ==
               GOOGLE__PROTOBUF__METHOD_OPTIONS__IDEMPOTENCY_LEVEL__NO_SIDE_EFFECTS;
}

static void add_method(struct writing *writing,
                       const Google__Protobuf__MethodDescriptorProto *method)
{
    add_comment(writing);
    begin_line(writing);
    text_print(&writing->text, "rpc %s", method->name);
    add_type(writing, "", method->client_streaming, method->input_type);
    add_type(writing, " returns ", method->server_streaming, method->output_type);
    if (!only_reads(method)) {
        text_add(&writing->text, ";\n");
        return;
    }
    text_add(&writing->text, " {\n");
    writing->depth++;
    begin_line(writing);
    text_add(&writing->text, "option idempotency_level = NO_SIDE_EFFECTS;\n");
    close_brace(writing);
}

static void add_service(struct writing *writing,
                        const Google__Protobuf__ServiceDescriptorProto *service)
{
    open_brace(writing, "service", service->name);
    for (size_t i = 0; i < service->n_method; i++) {
        if (!go_into(writing, PATH_MEMBER, i)) break;
        add_method(writing, service->method[i]);
        go_out(writing);
    }
    close_brace(writing);
}

const char *proto_text(const struct symbol *symbol, struct arena *arena)
{
    struct writing writing = {.file = symbol->file, .path_length = symbol->path_length};
    memcpy(writing.path, symbol->path, sizeof writing.path);
    text_init(&writing.text, arena);
    switch (symbol->kind) {
    case SYMBOL_SERVICE:
        add_service(&writing, symbol->service);
        break;
    case SYMBOL_METHOD:
        add_method(&writing, symbol->method);
        break;
    case SYMBOL_MESSAGE:
        add_message(&writing, symbol->message);
        break;
    case SYMBOL_ENUM:
        add_enum(&writing, symbol->enumeration);
        break;
    }
    return writing.text.bytes;
}
