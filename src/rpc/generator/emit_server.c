#include "rpc/generator/emit.h"
#include "rpc/generator/names.h"
#include "rpc/generator/variables.h"

static const char header_begin[] =
    "/* Generated from $proto$ by protoc-gen-onsale: do not edit.\n"
    " *\n"
    " * Each method has a function to write, and a macro that begins its row in\n"
    " * the method table. */\n"
    "#ifndef $guard$_METHODS_H\n"
    "#define $guard$_METHODS_H\n"
    "\n"
    "#include \"$base$.packing.h\"\n"
    "#include \"$base$.pb-c.h\"\n"
    "#include \"rpc/method.h\"\n";

static const char header_service[] = "\n"
                                     "/* $service$: $comment$ */\n";

static const char header_method[] =
    "\n"
    "/** $comment$ */\n"
    "enum status $server$(\n"
    "    struct call *call, const $Request$ *request, $Response$ *response);\n"
    "\n"
    "static inline enum status $server$_handler(\n"
    "    struct call *call, const void *request, void *response)\n"
    "{\n"
    "    return $server$(call, request, response);\n"
    "}\n"
    "\n"
    "#define METHOD_$SERVER$ \\\n"
    "    .name = \"$full_name$\", \\\n"
    "    .request = &$request$__descriptor, \\\n"
    "    .response = &$response$__descriptor, \\\n"
    "    .request_packer = &$request$__packer, \\\n"
    "    .response_packer = &$response$__packer, \\\n"
    "    .is_read = $is_read$, \\\n"
    "    .handler = $server$_handler\n";

static const char header_end[] = "\n"
                                 "#endif\n";

static void emit_service(const struct generation *generation,
                         const Google__Protobuf__FileDescriptorProto *file, size_t service,
                         struct text *header)
{
    struct text_variable variables[VARIABLES_MAX];
    variables_of_service(generation->arena, file, service, variables);
    text_fill(header, header_service, variables);
    for (size_t i = 0; i < file->service[service]->n_method; i++) {
        variables_of_method(generation, file, service, i, variables);
        text_fill(header, header_method, variables);
    }
}

void emit_server(struct generation *generation, const Google__Protobuf__FileDescriptorProto *file)
{
    struct arena *arena = generation->arena;
    struct text header;
    struct text_variable variables[VARIABLES_MAX];
    text_init(&header, arena);

    variables_of_file(arena, file, variables);
    text_fill(&header, header_begin, variables);
    for (size_t i = 0; i < file->n_service; i++)
        emit_service(generation, file, i, &header);
    text_add(&header, header_end);

    generation_add_file(generation, name_output(arena, file->name, ".methods.h"), &header);
}
