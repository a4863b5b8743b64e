#include "rpc/generator/emit.h"
#include "rpc/generator/names.h"
#include "rpc/generator/shape.h"
#include "rpc/generator/variables.h"

static const char header_begin[] =
    "/* Generated from $proto$ by protoc-gen-onsale: do not edit.\n"
    " *\n"
    " * Each field of each message by itself, for who writes a message right where it is sent "
    "from.\n"
    " *\n"
    " * measure   The bytes that the field takes; 0 if it is not written, as an empty one is not.\n"
    " * put       Writes it before what follows it, whose beginning is `end`. Returns its "
    "beginning.\n"
    " * put_head  Writes what belongs before the `size` bytes of the field, which begin at `end`.\n"
    " * next      Reads it if it is what comes next, and whole.\n"
    " * count     How often the bytes of a message have it: at most count_max + 1 are counted. */\n"
    "#ifndef $guard$_FIELDS_H\n"
    "#define $guard$_FIELDS_H\n"
    "\n"
    "#include \"$base$.pb-c.h\"\n"
    "#include \"rpc/wire/packer.h\"\n";

static const char header_end[] = "\n"
                                 "#endif\n";

static void emit_message(struct arena *arena, const Google__Protobuf__FileDescriptorProto *file,
                         const Google__Protobuf__DescriptorProto *message, struct text *header)
{
    struct text_variable variables[VARIABLES_MAX];
    char *full_name = text_format(arena, "%s.%s", file->package, message->name);
    char *prefix = name_c_prefix(arena, full_name);
    for (size_t i = shape_next_field(message, 0); i < message->n_field;
         i = shape_next_field(message, message->field[i]->number)) {
        const struct shape *shape = shape_of(file, message->field[i]);
        if (shape->alone[0] == '\0') continue;
        variables_of_field(arena, message->field[i], prefix, shape, variables);
        text_add(header, "\n");
        text_fill(header, shape->alone, variables);
    }
}

void emit_fields(struct generation *generation, const Google__Protobuf__FileDescriptorProto *file)
{
    struct arena *arena = generation->arena;
    struct text header;
    struct text_variable variables[VARIABLES_MAX];
    text_init(&header, arena);
    variables_of_file(arena, file, variables);
    text_fill(&header, header_begin, variables);
    for (size_t i = 0; i < file->n_message_type; i++)
        emit_message(arena, file, file->message_type[i], &header);
    text_add(&header, header_end);
    generation_add_file(generation, name_output(arena, file->name, ".fields.h"), &header);
}
