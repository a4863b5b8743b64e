#include "rpc/generator/generation.h"

#include <string.h>

#include "base/require.h"

void generation_add_file(struct generation *generation, char *name, const struct text *content)
{
    Google__Protobuf__Compiler__CodeGeneratorResponse *response = &generation->response;
    REQUIRE(response->n_file < 2 * generation->request->n_file_to_generate);
    Google__Protobuf__Compiler__CodeGeneratorResponse__File *file =
        text_memory(generation->arena, sizeof *file);
    google__protobuf__compiler__code_generator_response__file__init(file);
    file->name = name;
    file->content = content->bytes;
    response->file[response->n_file++] = file;
}

const Google__Protobuf__FileDescriptorProto *
generation_find_file(const struct generation *generation, const char *name)
{
    for (size_t i = 0; i < generation->request->n_proto_file; i++)
        if (strcmp(generation->request->proto_file[i]->name, name) == 0)
            return generation->request->proto_file[i];
    return NULL;
}

static const Google__Protobuf__DescriptorProto *
find_message(struct arena *arena, const Google__Protobuf__FileDescriptorProto *file,
             const char *full_name)
{
    for (size_t i = 0; i < file->n_message_type; i++) {
        const char *name = text_format(arena, ".%s.%s", file->package, file->message_type[i]->name);
        if (strcmp(name, full_name) == 0) return file->message_type[i];
    }
    return NULL;
}

const Google__Protobuf__DescriptorProto *
generation_find_message(const struct generation *generation, const char *full_name)
{
    const Google__Protobuf__DescriptorProto *message = NULL;
    for (size_t i = 0; message == NULL && i < generation->request->n_proto_file; i++)
        message = find_message(generation->arena, generation->request->proto_file[i], full_name);
    return message;
}
