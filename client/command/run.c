#include <string.h>

#include "base/require.h"
#include "client/command/command.h"
#include "client/command/failure.h"
#include "client/command/json.h"
#include "client/command/message.h"
#include "client/command/output.h"

void *run_alloc(struct run *run, size_t count, size_t size)
{
    void *memory = arena_calloc(&run->arena, count, size);
    REQUIRE(memory != NULL);
    return memory;
}

/* What was given, or a new id. */
static const struct value *value_for(struct run *run, enum parameter_name name)
{
    const struct value *value = arguments_find(&run->arguments, name);
    if (value != NULL || parameters[name].kind != KIND_NEW_ID) return value;
    struct value *made = run_alloc(run, 1, sizeof *made);
    REQUIRE(onsale_id_new(run->id));
    run->id_made = true;
    memcpy(made->bytes, run->id, sizeof run->id);
    return made;
}

static void put(const struct place *place, enum parameter_kind kind, const struct value *value)
{
    size_t size = kind == KIND_TOKEN ? (size_t)ONSALE_TOKEN_BYTES : (size_t)ONSALE_ID_BYTES;
    if (place->field->type == PROTOBUF_C_TYPE_STRING)
        *(const char **)place->at = value->text;
    else if (place->field->type == PROTOBUF_C_TYPE_BYTES)
        *(ProtobufCBinaryData *)place->at = (ProtobufCBinaryData){size, (uint8_t *)value->bytes};
    else
        place_set_number(place, (int64_t)value->number);
}

void run_fill(struct run *run, ProtobufCMessage *message)
{
    for (const uint8_t *name = run->command->takes; *name != PARAMETER_NONE; name++) {
        if (parameters[*name].field == NULL) continue;
        struct place place = message_place(message, parameters[*name].field);
        const struct value *value = place.field == NULL ? NULL : value_for(run, *name);
        if (value != NULL) put(&place, parameters[*name].kind, value);
    }
}

ProtobufCMessage *run_request(struct run *run)
{
    const ProtobufCMessageDescriptor *descriptor = run->command->method->request;
    ProtobufCMessage *request = run_alloc(run, 1, descriptor->sizeof_message);
    protobuf_c_message_init(descriptor, request);
    run_fill(run, request);
    return request;
}

enum onsale_status run_send(struct run *run, const ProtobufCMessage *request,
                            ProtobufCMessage **ret_answer)
{
    static const struct onsale_call_options slow = {.timeout_ms = COMMAND_SLOW_MS};
    run->request = request;
    bool is_slow = run->command->trait == COMMAND_SLOW && run->timeout_ms == 0;
    struct onsale_method method = *run->command->method;
    if (run->command->asks_admin) method.endpoint = ONSALE_ENDPOINT_ADMIN;
    return onsale_channel_call(run->channel, &method, request, is_slow ? &slow : NULL, ret_answer,
                               &run->error);
}

enum onsale_status run_ask(struct run *run, const struct onsale_method *method,
                           const ProtobufCMessage *request, ProtobufCMessage **ret_answer)
{
    return onsale_channel_call(run->channel, method, request, NULL, ret_answer, &run->error);
}

enum onsale_status run_call(struct run *run, ProtobufCMessage **ret_answer)
{
    ProtobufCMessage *request = run_request(run);
    enum onsale_status status =
        run->command->fill == NULL ? ONSALE_OK : run->command->fill(run, request);
    return status != ONSALE_OK ? status : run_send(run, request, ret_answer);
}

enum exit_code run_refused(const struct run *run)
{
    enum exit_code code = failure_print(&run->error, run->json, stderr);
    if (code == EXIT_CODE_UNREACHABLE && run->id_made && !run->json) {
        char text[ONSALE_ID_TEXT_BYTES];
        onsale_id_print(run->id, text);
        output_line(stderr, "advice: the repeat is safe with --id %s", text);
    }
    return code;
}

/* As JSON, by the view, or by the command itself. */
static enum onsale_status print(struct run *run, const ProtobufCMessage *answer)
{
    enum onsale_status status = ONSALE_OK;
    struct pager pager = pager_begin(&run->terminal);
    if (run->json)
        json_write(json_from_message(answer), stdout);
    else if (run->command->print != NULL)
        status = run->command->print(run, answer);
    else
        view_print(run, answer);
    pager_end(&pager);
    return status;
}

static bool has_pages(const struct onsale_method *method)
{
    return protobuf_c_message_descriptor_get_field_by_name(method->request, "page_token") != NULL;
}

enum exit_code run_execute(struct run *run)
{
    const struct command *command = run->command;
    ProtobufCMessage *answer = NULL;
    if (command->execute != NULL) return command->execute(run);
    if (has_pages(command->method)) return pages_list(run);
    enum onsale_status status = run_call(run, &answer);
    if (status == ONSALE_OK) status = print(run, answer);
    enum exit_code code = EXIT_CODE_OK;
    if (status != ONSALE_OK)
        code = run_refused(run);
    else if (command->end != NULL)
        code = command->end(run, answer);
    protobuf_c_message_free_unpacked(answer, NULL);
    return code;
}
