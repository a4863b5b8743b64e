#include "rpc/generator/variables.h"

#include <string.h>

#include "rpc/generator/comments.h"
#include "rpc/generator/names.h"

void variables_of_file(struct arena *arena, const Google__Protobuf__FileDescriptorProto *file,
                       struct text_variable ret_variables[VARIABLES_MAX])
{
    char *base = name_output(arena, file->name, "");
    const struct text_variable variables[] = {
        {"proto", file->name},
        {"base", base},
        {"guard", name_constant(arena, base)},
        {NULL, NULL},
    };
    memcpy(ret_variables, variables, sizeof variables);
}

static const char *find_c_comment(struct arena *arena,
                                  const Google__Protobuf__FileDescriptorProto *file,
                                  const int32_t *path, size_t path_length)
{
    struct text text;
    text_init(&text, arena);
    comment_add_to_c(&text, comment_find(arena, file, path, path_length));
    return text.bytes;
}

void variables_of_service(struct arena *arena, const Google__Protobuf__FileDescriptorProto *file,
                          size_t service, struct text_variable ret_variables[VARIABLES_MAX])
{
    const int32_t path[] = {PATH_SERVICE, (int32_t)service};
    const struct text_variable variables[] = {
        {"service", file->service[service]->name},
        {"comment", find_c_comment(arena, file, path, 2)},
        {NULL, NULL},
    };
    memcpy(ret_variables, variables, sizeof variables);
}

static bool message_has_field(const Google__Protobuf__DescriptorProto *message, const char *name)
{
    for (size_t i = 0; i < message->n_field; i++)
        if (strcmp(message->field[i]->name, name) == 0) return true;
    return false;
}

static bool may_wait(const struct generation *generation, const char *request_name)
{
    const Google__Protobuf__DescriptorProto *message =
        generation_find_message(generation, request_name);
    return message != NULL && message_has_field(message, "wait_ms");
}

static const char *endpoint_of(const struct generation *generation, const char *service,
                               const char *request_name)
{
    if (strcmp(service, "AdminService") == 0) return "ADMIN";
    return may_wait(generation, request_name) ? "WATCH" : "MAIN";
}

bool method_is_read(const Google__Protobuf__MethodDescriptorProto *method)
{
    const Google__Protobuf__MethodOptions *options = method->options;
    return options != NULL && options->has_idempotency_level &&
           options->idempotency_level ==
               GOOGLE__PROTOBUF__METHOD_OPTIONS__IDEMPOTENCY_LEVEL__NO_SIDE_EFFECTS;
}

void variables_of_method(const struct generation *generation,
                         const Google__Protobuf__FileDescriptorProto *file, size_t service,
                         size_t method, struct text_variable ret_variables[VARIABLES_MAX])
{
    struct arena *arena = generation->arena;
    const char *service_name = file->service[service]->name;
    const Google__Protobuf__MethodDescriptorProto *descriptor =
        file->service[service]->method[method];
    const int32_t path[] = {PATH_SERVICE, (int32_t)service, PATH_MEMBER, (int32_t)method};
    char *server = name_server_function(arena, service_name, descriptor->name);
    const struct text_variable variables[] = {
        {"full_name",
         text_format(arena, "%s.%s/%s", file->package, service_name, descriptor->name)},
        {"comment", find_c_comment(arena, file, path, 4)},
        {"client", name_client_function(arena, service_name, descriptor->name)},
        {"server", server},
        {"SERVER", name_constant(arena, server)},
        {"Request", name_c_type(arena, descriptor->input_type)},
        {"request", name_c_prefix(arena, descriptor->input_type)},
        {"Response", name_c_type(arena, descriptor->output_type)},
        {"response", name_c_prefix(arena, descriptor->output_type)},
        {"endpoint", endpoint_of(generation, service_name, descriptor->input_type)},
        {"is_read", method_is_read(descriptor) ? "true" : "false"},
        {NULL, NULL},
    };
    _Static_assert(sizeof variables <= VARIABLES_MAX * sizeof variables[0], "they fit");
    memcpy(ret_variables, variables, sizeof variables);
}
