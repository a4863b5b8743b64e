#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "rpc/generator/comments.h"
#include "rpc/generator/emit.h"
#include "rpc/generator/http_rule.h"
#include "rpc/generator/openapi_schema.h"
#include "rpc/generator/variables.h"

/* The document being written. */
struct document {
    struct generation *generation;
    struct openapi_text text;
};

/* A method with its rule. */
struct operation {
    const Google__Protobuf__FileDescriptorProto *file;
    size_t service;
    size_t method;
    const Google__Protobuf__MethodDescriptorProto *descriptor;
    struct http_rule rule;
    const char *path; /* with the names of JSON */
};

typedef void operation_action(struct document *document, const struct operation *operation,
                              void *context);

/* --- Every method ----------------------------------------------------------------------------- */

/* "/v1/concerts/{concert_id}" -> "/v1/concerts/{concertId}" */
static const char *json_path(struct document *document, const char *path)
{
    struct text text;
    text_init(&text, document->generation->arena);
    while (*path != '\0') {
        size_t length = strcspn(path, "{");
        text_append(&text, path, length);
        path += length;
        if (*path != '{') continue;
        length = strcspn(path, "}") + 1;
        text_add(&text, openapi_name(&document->text, text_format(document->generation->arena,
                                                                  "%.*s", (int)length, path)));
        path += length;
    }
    return text.bytes;
}

static void for_each_operation(struct document *document, operation_action *action, void *context)
{
    const struct generation *generation = document->generation;
    for (size_t i = 0; i < generation->request->n_file_to_generate; i++) {
        struct operation operation = {
            .file = generation_find_file(generation, generation->request->file_to_generate[i])};
        for (; operation.service < operation.file->n_service; operation.service++) {
            const Google__Protobuf__ServiceDescriptorProto *service =
                operation.file->service[operation.service];
            for (operation.method = 0; operation.method < service->n_method; operation.method++) {
                operation.descriptor = service->method[operation.method];
                if (http_rule_read(generation, operation.descriptor, &operation.rule) != NULL ||
                    operation.rule.verb == NULL)
                    continue;
                operation.path = json_path(document, operation.rule.path);
                action(document, &operation, context);
            }
        }
    }
}

/* --- Parameters and bodies -------------------------------------------------------------------- */

static bool is_token(const Google__Protobuf__FieldDescriptorProto *field)
{
    return strcmp(field->name, "token") == 0;
}

static void add_parameter(struct document *document, const struct openapi_message *request,
                          size_t field, bool is_in_path)
{
    struct openapi_text *text = &document->text;
    const Google__Protobuf__FieldDescriptorProto *descriptor = request->message->field[field];
    openapi_open(text, NULL, '{');
    openapi_add(text, "name", openapi_name(text, descriptor->name));
    openapi_add(text, "in", is_in_path ? "path" : "query");
    if (is_in_path) openapi_add_json(text, "required", "true");
    openapi_add(text, "description",
                openapi_comment_of_field(document->generation, request, field));
    openapi_open(text, "schema", '{');
    openapi_add_type(text, descriptor);
    openapi_close(text, '}');
    openapi_close(text, '}');
}

static void add_shared(struct openapi_text *text, const char *name)
{
    openapi_open(text, NULL, '{');
    openapi_add(text, "$ref", text_format(text->text.arena, "#/components/parameters/%s", name));
    openapi_close(text, '}');
}

static void add_parameters(struct document *document, const struct operation *operation,
                           const struct openapi_message *request)
{
    openapi_open(&document->text, "parameters", '[');
    for (size_t i = 0; i < request->message->n_field; i++) {
        const Google__Protobuf__FieldDescriptorProto *field = request->message->field[i];
        bool is_in_path = http_rule_names(&operation->rule, field->name);
        if (is_in_path || (!operation->rule.has_body && !is_token(field)))
            add_parameter(document, request, i, is_in_path);
    }
    if (http_rule_key_field(document->generation, operation->descriptor, &operation->rule) != NULL)
        add_shared(&document->text, "IdempotencyKey");
    if (!operation->rule.has_body) add_shared(&document->text, "IfNoneMatch");
    add_shared(&document->text, "AcceptLanguage");
    openapi_close(&document->text, ']');
}

static void open_content(struct openapi_text *text)
{
    openapi_open(text, "content", '{');
    openapi_open(text, "application/json", '{');
    openapi_open(text, "schema", '{');
}

static void close_content(struct openapi_text *text)
{
    for (int i = 0; i < 3; i++)
        openapi_close(text, '}');
}

/* The request without what stands in the path, and without the token, which is a header. */
static void add_body(struct document *document, const struct operation *operation,
                     const struct openapi_message *request)
{
    struct openapi_text *text = &document->text;
    openapi_open(text, "requestBody", '{');
    open_content(text);
    openapi_add(text, "type", "object");
    openapi_open(text, "properties", '{');
    for (size_t i = 0; i < request->message->n_field; i++)
        if (!http_rule_names(&operation->rule, request->message->field[i]->name) &&
            !is_token(request->message->field[i]))
            openapi_add_property(text, document->generation, request, i);
    openapi_close(text, '}');
    openapi_add_json(text, "additionalProperties", "false");
    close_content(text);
    openapi_close(text, '}');
}

static bool needs_token(const struct openapi_message *request)
{
    for (size_t i = 0; i < request->message->n_field; i++)
        if (is_token(request->message->field[i])) return true;
    return false;
}

static void add_responses(struct document *document, const struct operation *operation)
{
    struct openapi_text *text = &document->text;
    const char *name = strrchr(operation->descriptor->output_type, '.') + 1;
    openapi_open(text, "responses", '{');
    openapi_open(text, "200", '{');
    openapi_add(text, "description", "Done.");
    open_content(text);
    openapi_add(text, "$ref", text_format(text->text.arena, "#/components/schemas/%s", name));
    close_content(text);
    openapi_close(text, '}');
    if (!operation->rule.has_body) {
        openapi_open(text, "304", '{');
        openapi_add(text, "description", "It is what If-None-Match names.");
        openapi_close(text, '}');
    }
    openapi_open(text, "default", '{');
    openapi_add(text, "$ref", "#/components/responses/Refusal");
    openapi_close(text, '}');
    openapi_close(text, '}');
}

/* --- Paths ------------------------------------------------------------------------------------ */

static const char *lower(struct arena *arena, const char *verb)
{
    char *text = text_format(arena, "%s", verb);
    for (char *at = text; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    return text;
}

static void add_operation(struct document *document, const struct operation *operation)
{
    struct openapi_text *text = &document->text;
    struct arena *arena = document->generation->arena;
    const char *service = operation->file->service[operation->service]->name;
    const int32_t path[] = {PATH_SERVICE, (int32_t)operation->service, PATH_MEMBER,
                            (int32_t)operation->method};
    const struct openapi_message request =
        openapi_find_message(document->generation, operation->descriptor->input_type);
    openapi_open(text, lower(arena, operation->rule.verb), '{');
    openapi_open(text, "tags", '[');
    openapi_add(text, NULL, service);
    openapi_close(text, ']');
    openapi_add(text, "operationId",
                text_format(arena, "%s_%s", service, operation->descriptor->name));
    openapi_add(text, "description", comment_find(arena, operation->file, path, 4));
    if (needs_token(&request)) openapi_add_json(text, "security", "[{\"queueToken\": []}]");
    add_parameters(document, operation, &request);
    if (operation->rule.has_body) add_body(document, operation, &request);
    add_responses(document, operation);
    openapi_close(text, '}');
}

struct path_search {
    const struct operation *operation;
    bool is_first;
    bool has_met; /* the operation itself */
};

static void look_for_first(struct document *document, const struct operation *operation,
                           void *context)
{
    struct path_search *search = context;
    (void)document;
    search->has_met |= operation->descriptor == search->operation->descriptor;
    if (!search->has_met && strcmp(operation->path, search->operation->path) == 0)
        search->is_first = false;
}

static void add_if_same_path(struct document *document, const struct operation *operation,
                             void *context)
{
    const struct operation *first = context;
    if (strcmp(operation->path, first->path) == 0) add_operation(document, operation);
}

/* All methods of a path, with the first of them. */
static void add_path(struct document *document, const struct operation *operation, void *context)
{
    struct path_search search = {operation, true, false};
    struct operation first = *operation;
    (void)context;
    for_each_operation(document, look_for_first, &search);
    if (!search.is_first) return;
    openapi_open(&document->text, operation->path, '{');
    for_each_operation(document, add_if_same_path, &first);
    openapi_close(&document->text, '}');
}

/* --- The rest --------------------------------------------------------------------------------- */

static void for_each_file(struct document *document,
                          void (*add)(struct document *document,
                                      const Google__Protobuf__FileDescriptorProto *file))
{
    const struct generation *generation = document->generation;
    for (size_t i = 0; i < generation->request->n_file_to_generate; i++)
        add(document, generation_find_file(generation, generation->request->file_to_generate[i]));
}

static void add_tags(struct document *document, const Google__Protobuf__FileDescriptorProto *file)
{
    for (size_t i = 0; i < file->n_service; i++) {
        const int32_t path[] = {PATH_SERVICE, (int32_t)i};
        openapi_open(&document->text, NULL, '{');
        openapi_add(&document->text, "name", file->service[i]->name);
        openapi_add(&document->text, "description",
                    comment_find(document->generation->arena, file, path, 2));
        openapi_close(&document->text, '}');
    }
}

static void add_schemas_of_file(struct document *document,
                                const Google__Protobuf__FileDescriptorProto *file)
{
    openapi_add_schemas(&document->text, document->generation, file);
}

static const char information[] =
    "{\n"
    "    \"title\": \"Onsale\",\n"
    "    \"version\": \"v1\",\n"
    "    \"description\": \"The methods of the ticket server as JSON over HTTP, generated by "
    "protoc-gen-onsale from the .proto files.\",\n"
    "    \"license\": {\"name\": \"Apache-2.0\", \"identifier\": \"Apache-2.0\"}\n"
    "  }";

static const char shared_parts[] =
    "{\"queueToken\": {\"type\": \"http\", \"scheme\": \"bearer\", \"description\": "
    "\"Token of EnterQueue, in base64.\"}}";

static const char shared_parameters[] =
    "{\n"
    "      \"IdempotencyKey\": {\"name\": \"Idempotency-Key\", \"in\": \"header\", \"schema\": "
    "{\"type\": \"string\", \"maxLength\": 255}, \"description\": \"Names what is made, instead of "
    "its id: the same key gets the same answer. A UUID is taken as the id itself.\"},\n"
    "      \"IfNoneMatch\": {\"name\": \"If-None-Match\", \"in\": \"header\", \"schema\": "
    "{\"type\": \"string\"}, \"description\": \"ETag of an answer that is there already.\"},\n"
    "      \"AcceptLanguage\": {\"name\": \"Accept-Language\", \"in\": \"header\", \"schema\": "
    "{\"type\": \"string\"}, \"description\": \"ko: messages are in Korean.\"}\n"
    "    }";

static const char shared_responses[] =
    "{\n"
    "      \"Refusal\": {\"description\": \"Refused. Programs decide by "
    "error.details[0].reason.\", "
    "\"content\": {\"application/json\": {\"schema\": {\n"
    "        \"type\": \"object\", \"required\": [\"error\"], \"properties\": {\"error\": {\n"
    "          \"type\": \"object\", \"required\": [\"code\", \"status\", \"message\", "
    "\"details\"], \"properties\": {\n"
    "            \"code\": {\"type\": \"integer\", \"description\": \"Status of HTTP.\"},\n"
    "            \"status\": {\"type\": \"string\", \"description\": \"Name of the gRPC "
    "code.\"},\n"
    "            \"message\": {\"type\": \"string\", \"description\": \"For people.\"},\n"
    "            \"details\": {\"type\": \"array\", \"items\": {\"type\": \"object\", "
    "\"required\": "
    "[\"@type\"], \"properties\": {\"@type\": {\"type\": \"string\"}, \"reason\": {\"type\": "
    "\"string\"}}}}\n"
    "          }}}\n"
    "      }}}}\n"
    "    }";

static void add_components(struct document *document)
{
    struct openapi_text *text = &document->text;
    openapi_open(text, "components", '{');
    openapi_add_json(text, "securitySchemes", shared_parts);
    openapi_add_json(text, "parameters", shared_parameters);
    openapi_add_json(text, "responses", shared_responses);
    openapi_open(text, "schemas", '{');
    for_each_file(document, add_schemas_of_file);
    openapi_close(text, '}');
    openapi_close(text, '}');
}

void emit_openapi(struct generation *generation)
{
    struct document document = {.generation = generation};
    text_init(&document.text.text, generation->arena);
    openapi_open(&document.text, NULL, '{');
    openapi_add(&document.text, "openapi", "3.1.0");
    openapi_add_json(&document.text, "info", information);
    openapi_open(&document.text, "tags", '[');
    for_each_file(&document, add_tags);
    openapi_close(&document.text, ']');
    openapi_open(&document.text, "paths", '{');
    for_each_operation(&document, add_path, NULL);
    openapi_close(&document.text, '}');
    add_components(&document);
    openapi_close(&document.text, '}');
    generation_add_file(generation, text_format(generation->arena, "openapi.json"),
                        &document.text.text);
}
