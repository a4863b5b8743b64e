#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "base/status.h"
#include "client/command/command.h"
#include "client/command/failure.h"
#include "client/command/message.h"
#include "client/command/output.h"
#include "client/command/schema.h"
#include "text/name.h"

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

void *run_message(struct run *run, const ProtobufCMessageDescriptor *descriptor)
{
    ProtobufCMessage *message = run_alloc(run, 1, descriptor->sizeof_message);
    protobuf_c_message_init(descriptor, message);
    return message;
}

void *run_request(struct run *run)
{
    ProtobufCMessage *request = run_message(run, run->command->method->request);
    run_fill(run, request);
    return request;
}

/* --- Answers ---------------------------------------------------------------------------------- */

/* What a call was answered with, and what it looked up, if it did so. */
struct run_answer {
    const struct onsale_method *method;
    uint64_t number;
    ProtobufCMessage *message;
};

void *run_ask(struct run *run, const struct onsale_method *method, const ProtobufCMessage *request,
              const struct onsale_call_options *options)
{
    ProtobufCMessage *message;
    if (onsale_channel_call(run->channel, method, request, options, &message, &run->error) !=
        ONSALE_OK)
        return NULL;
    run->answers = realloc(run->answers, (run->answers_count + 1) * sizeof *run->answers);
    REQUIRE(run->answers != NULL);
    run->answers[run->answers_count++] = (struct run_answer){.message = message};
    return message;
}

void *run_send(struct run *run, const ProtobufCMessage *request)
{
    static const struct onsale_call_options slow = {.timeout_ms = COMMAND_SLOW_MS};
    run->request = request;
    bool is_slow = run->command->trait == COMMAND_SLOW && run->timeout_ms == 0;
    struct onsale_method method = *run->command->method;
    if (run->command->asks_admin) method.endpoint = ONSALE_ENDPOINT_ADMIN;
    return run_ask(run, &method, request, is_slow ? &slow : NULL);
}

void *run_look_up(struct run *run, const struct onsale_method *method, const char *field,
                  uint64_t number)
{
    for (size_t i = 0; i < run->answers_count; i++)
        if (run->answers[i].method == method && run->answers[i].number == number)
            return run->answers[i].message;
    ProtobufCMessage *request = run_message(run, method->request);
    struct place place = message_place(request, field);
    place_set_number(&place, (int64_t)number);
    void *answer = run_ask(run, method, request, NULL);
    if (answer != NULL)
        run->answers[run->answers_count - 1] = (struct run_answer){method, number, answer};
    return answer;
}

void run_forget(struct run *run, void *answer)
{
    size_t i = run->answers_count;
    while (i > 0 && run->answers[i - 1].message != answer)
        i--;
    if (i == 0) return;
    protobuf_c_message_free_unpacked(answer, NULL);
    run->answers[i - 1] = run->answers[--run->answers_count];
}

void run_deinit(struct run *run)
{
    while (run->answers_count > 0)
        run_forget(run, run->answers[0].message);
    free(run->answers);
    arena_deinit(&run->arena);
    schema_close();
}

bool run_fail(struct run *run, enum onsale_status status, const char *format, ...)
{
    struct onsale_error *error = &run->error;
    va_list arguments;
    *error = (struct onsale_error){
        .status = status,
        .code = (Onsale__Rpc__V1__Code)status_grpc_code((enum status)status),
    };
    snprintf(error->reason, sizeof error->reason, "%s", onsale_status_name(status));
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    text_mend(error->message);
    return false;
}

/* --- Execution -------------------------------------------------------------------------------- */

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

enum exit_code run_end(const struct run *run, bool is_done)
{
    return is_done ? EXIT_CODE_OK : run_refused(run);
}

/* As JSON, by the view, or by the command itself. */
static bool print(struct run *run, const ProtobufCMessage *answer)
{
    bool is_printed = true;
    struct pager pager = pager_begin(&run->terminal);
    if (run->json)
        json_write(json_from_message(answer), stdout);
    else if (run->command->print != NULL)
        is_printed = run->command->print(run, answer);
    else
        view_print(run, answer);
    pager_end(&pager);
    return is_printed;
}

static bool has_pages(const struct onsale_method *method)
{
    return protobuf_c_message_descriptor_get_field_by_name(method->request, "page_token") != NULL;
}

enum exit_code run_execute(struct run *run)
{
    const struct command *command = run->command;
    if (command->execute != NULL) return command->execute(run);
    if (has_pages(command->method)) return pages_list(run);
    ProtobufCMessage *request = run_request(run);
    if (command->fill != NULL && !command->fill(run, request)) return run_refused(run);
    const ProtobufCMessage *answer = run_send(run, request);
    if (answer == NULL || !print(run, answer)) return run_refused(run);
    return command->end == NULL ? EXIT_CODE_OK : command->end(run, answer);
}
