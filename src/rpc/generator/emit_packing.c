#include <stdbool.h>
#include <string.h>

#include "rpc/generator/emit.h"
#include "rpc/generator/names.h"
#include "rpc/generator/shape.h"
#include "rpc/generator/variables.h"

static const char header_begin[] =
    "/* Generated from $proto$ by protoc-gen-onsale: do not edit. */\n"
    "#ifndef $guard$_PACKING_H\n"
    "#define $guard$_PACKING_H\n"
    "\n"
    "#include \"rpc/wire/packer.h\"\n";

static const char header_import[] = "#include \"$base$.packing.h\"\n";

static const char header_messages[] = "\n"
                                      "#pragma GCC visibility push(hidden)\n";

static const char header_message[] = "\n"
                                     "extern const struct onsale_packer $message$__packer;\n"
                                     "size_t $message$__measure(const void *of);\n"
                                     "uint8_t *$message$__put(uint8_t *end, const void *of);\n";

static const char header_end[] = "\n"
                                 "#pragma GCC visibility pop\n"
                                 "\n"
                                 "#endif\n";

static const char source_begin[] =
    "/* Generated from $proto$ by protoc-gen-onsale: do not edit. */\n"
    "#include \"$base$.packing.h\"\n"
    "\n"
    "#include \"$base$.pb-c.h\"\n"
    "\n"
    "/* Not every message needs all of them. */\n"
    "#pragma GCC diagnostic ignored \"-Wunused-parameter\"\n"
    "#pragma GCC diagnostic ignored \"-Wunused-variable\"\n";

static const char measure_begin[] =
    "\n"
    "size_t $message$__measure(const void *of)\n"
    "{\n"
    "    const $Message$ *message = of;\n"
    "    size_t size = message->base.n_unknown_fields == 0 ? 0 : PACKER_NOT_PLAIN;\n";

static const char measure_end[] = "    return size;\n"
                                  "}\n";

static const char put_begin[] = "\n"
                                "uint8_t *$message$__put(uint8_t *end, const void *of)\n"
                                "{\n"
                                "    const $Message$ *message = of;\n";

static const char put_end[] = "    return end;\n"
                              "}\n";

static const char read_begin[] =
    "\n"
    "static bool $message$__read(\n"
    "    struct unpacking *unpacking, void *to, struct wire_reader reader, size_t depth)\n"
    "{\n"
    "    $Message$ *message = to;\n"
    "    struct wire_reader chunk;\n"
    "    uint64_t number;\n";

static const char read_end[] = "    return reader.at == reader.end;\n"
                               "}\n"
                               "\n"
                               "const struct onsale_packer $message$__packer = {\n"
                               "    .descriptor = &$message$__descriptor,\n"
                               "    .measure = $message$__measure,\n"
                               "    .put = $message$__put,\n"
                               "    .read = $message$__read,\n"
                               "};\n";

/* The lines of all fields for the three functions. */
struct lines {
    struct text measure;
    struct text put;
    struct text read;
};

/* @return The text with another before it. */
static struct text put_before(struct arena *arena, const char *template,
                              const struct text_variable *variables, const struct text *rest)
{
    struct text text;
    text_init(&text, arena);
    text_fill(&text, template, variables);
    text_append(&text, rest->bytes, rest->size);
    return text;
}

static void add_field(struct arena *arena, const Google__Protobuf__FileDescriptorProto *file,
                      const Google__Protobuf__FieldDescriptorProto *field, const char *message,
                      struct lines *lines)
{
    struct text_variable variables[VARIABLES_MAX];
    const struct shape *shape = shape_of(file, field);
    variables_of_field(arena, field, message, shape, variables);
    text_fill(&lines->measure, shape->measure, variables);
    lines->put = put_before(arena, shape->put, variables, &lines->put);
    text_fill(&lines->read, shape->read, variables);
    if (field->label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REQUIRED)
        text_add(&lines->read, "    return false; /* protobuf-c knows what is required */\n");
}

static void emit_message(const struct generation *generation,
                         const Google__Protobuf__FileDescriptorProto *file,
                         const Google__Protobuf__DescriptorProto *message, struct text *header,
                         struct text *source)
{
    struct arena *arena = generation->arena;
    char *full_name = text_format(arena, "%s.%s", file->package, message->name);
    char *prefix = name_c_prefix(arena, full_name);
    const struct text_variable variables[] = {
        {"message", prefix},
        {"Message", name_c_type(arena, full_name)},
        {NULL, NULL},
    };
    struct lines lines;
    text_init(&lines.measure, arena);
    text_init(&lines.put, arena);
    text_init(&lines.read, arena);
    for (size_t i = shape_next_field(message, 0); i < message->n_field;
         i = shape_next_field(message, message->field[i]->number))
        add_field(arena, file, message->field[i], prefix, &lines);

    text_fill(header, header_message, variables);
    text_fill(source, measure_begin, variables);
    text_add(source, lines.measure.bytes);
    text_fill(source, measure_end, variables);
    text_fill(source, put_begin, variables);
    text_add(source, lines.put.bytes);
    text_fill(source, put_end, variables);
    text_fill(source, read_begin, variables);
    text_add(source, lines.read.bytes);
    text_fill(source, read_end, variables);
}

/* What google/api declares are options: no message has a field of them. */
static void emit_imports(struct arena *arena, const Google__Protobuf__FileDescriptorProto *file,
                         struct text *header)
{
    for (size_t i = 0; i < file->n_dependency; i++) {
        const struct text_variable variables[] = {
            {"base", name_output(arena, file->dependency[i], "")},
            {NULL, NULL},
        };
        bool is_option = strncmp(file->dependency[i], "google/", strlen("google/")) == 0;
        if (!is_option) text_fill(header, header_import, variables);
    }
}

void emit_packing(struct generation *generation, const Google__Protobuf__FileDescriptorProto *file)
{
    struct arena *arena = generation->arena;
    struct text header;
    struct text source;
    struct text_variable variables[VARIABLES_MAX];
    text_init(&header, arena);
    text_init(&source, arena);

    variables_of_file(arena, file, variables);
    text_fill(&header, header_begin, variables);
    emit_imports(arena, file, &header);
    text_add(&header, header_messages);
    text_fill(&source, source_begin, variables);
    for (size_t i = 0; i < file->n_message_type; i++)
        emit_message(generation, file, file->message_type[i], &header, &source);
    text_add(&header, header_end);

    generation_add_file(generation, name_output(arena, file->name, ".packing.h"), &header);
    generation_add_file(generation, name_output(arena, file->name, ".packing.c"), &source);
}
