#include "rpc/generator/generate.h"

#include <stdbool.h>
#include <string.h>

#include "rpc/generator/emit.h"

typedef void emit_file(struct generation *generation,
                       const Google__Protobuf__FileDescriptorProto *file);

static void fail(struct generation *generation, char *error)
{
    generation->response.error = error;
    generation->response.n_file = 0;
}

/* Behind the name of an output there may be a comma and more. */
static bool has_parameter(const struct generation *generation, const char *output)
{
    const char *parameter = generation->request->parameter;
    size_t length = strlen(output);
    return parameter != NULL && strncmp(parameter, output, length) == 0 &&
           strchr(",", parameter[length]) != NULL;
}

/* Streams are the gateway's: of them, there is the page. */
static const char *problem_of_service(const struct generation *generation,
                                      const Google__Protobuf__ServiceDescriptorProto *service)
{
    bool may_stream = has_parameter(generation, "reference");
    for (size_t i = 0; i < service->n_method; i++) {
        const Google__Protobuf__MethodDescriptorProto *method = service->method[i];
        if (method->client_streaming || (method->server_streaming && !may_stream))
            return text_format(generation->arena, "%s/%s: streams are not supported", service->name,
                               method->name);
    }
    return NULL;
}

static const char *problem_of_message(struct arena *arena,
                                      const Google__Protobuf__DescriptorProto *message)
{
    if (message->n_nested_type == 0 && message->n_enum_type == 0) return NULL;
    return text_format(arena, "%s: nested types and maps are not supported", message->name);
}

/* What makes a file one that the plugin can't handle, or NULL. */
static const char *problem_of_file(const struct generation *generation,
                                   const Google__Protobuf__FileDescriptorProto *file)
{
    const char *problem = NULL;
    if (file->package == NULL || file->package[0] == '\0') problem = "the package is missing";
    for (size_t i = 0; problem == NULL && i < file->n_service; i++)
        problem = problem_of_service(generation, file->service[i]);
    for (size_t i = 0; problem == NULL && i < file->n_message_type; i++)
        problem = problem_of_message(generation->arena, file->message_type[i]);
    return problem;
}

static void check_files(struct generation *generation)
{
    for (size_t i = 0; i < generation->request->n_file_to_generate; i++) {
        const char *name = generation->request->file_to_generate[i];
        const Google__Protobuf__FileDescriptorProto *file = generation_find_file(generation, name);
        const char *problem = file == NULL ? "the request has no descriptor of it"
                                           : problem_of_file(generation, file);
        if (problem != NULL) {
            fail(generation, text_format(generation->arena, "%s: %s", name, problem));
            return;
        }
    }
}

/* Files without a service have nothing to call or to answer, but messages. */
static void emit_files(struct generation *generation, emit_file *emit)
{
    for (size_t i = 0; i < generation->request->n_file_to_generate; i++) {
        const Google__Protobuf__FileDescriptorProto *file =
            generation_find_file(generation, generation->request->file_to_generate[i]);
        if (file->n_service > 0 || emit == emit_packing || emit == emit_fields)
            emit(generation, file);
    }
}

static void emit_output(struct generation *generation)
{
    if (has_parameter(generation, "client"))
        emit_files(generation, emit_client);
    else if (has_parameter(generation, "server"))
        emit_files(generation, emit_server);
    else if (has_parameter(generation, "packing"))
        emit_files(generation, emit_packing);
    else if (has_parameter(generation, "fields"))
        emit_files(generation, emit_fields);
    else if (has_parameter(generation, "methods"))
        emit_methods(generation);
    else if (has_parameter(generation, "routes"))
        emit_routes(generation);
    else if (has_parameter(generation, "reference"))
        emit_reference(generation);
    else if (has_parameter(generation, "openapi"))
        emit_openapi(generation);
    else
        fail(generation, "--onsale_opt must be client, server, packing, fields, methods, routes, "
                         "reference or openapi");
}

void generate(struct generation *generation, struct arena *arena,
              const Google__Protobuf__Compiler__CodeGeneratorRequest *request)
{
    *generation = (struct generation){.arena = arena, .request = request};
    google__protobuf__compiler__code_generator_response__init(&generation->response);
    generation->response.file =
        text_memory(arena, 2 * request->n_file_to_generate * sizeof(void *));

    check_files(generation);
    if (generation->response.error == NULL) emit_output(generation);
}
