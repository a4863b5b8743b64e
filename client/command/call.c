/* call.c -- onsale call */
#include <string.h>

#include "client/command/command.h"
#include "client/command/gateway.h"
#include "client/command/request.h"
#include "client/command/schema.h"

enum { STYLE_AUTO, STYLE_PRETTY, STYLE_COMPACT };

enum { LONG_POLL_MS = 70 * 1000 };

static void print_answer(struct run *run, const ProtobufCMessage *answer)
{
    uint64_t style = arguments_number(&run->arguments, PARAMETER_STYLE, STYLE_AUTO);
    bool is_pretty = style == STYLE_PRETTY || (style == STYLE_AUTO && run->terminal.is_terminal);
    if (is_pretty)
        json_write(json_from_message(answer), stdout);
    else
        json_write_line(json_from_message(answer), stdout);
    fflush(stdout); /* of a stream each message at once */
}

/* --- Options ---------------------------------------------------------------------------------- */

/* Those that --timeout or --max-time do not bound, and that may take longer than others. */
static uint32_t timeout_ms_of(const struct run *run, const struct onsale_method *method)
{
    if (run->timeout_ms != 0) return run->timeout_ms;
    if (method->endpoint == ONSALE_ENDPOINT_WATCH) return LONG_POLL_MS;
    for (size_t i = 0; i < commands_count; i++)
        if (commands[i].method == method && commands[i].trait == COMMAND_SLOW)
            return COMMAND_SLOW_MS;
    return 0;
}

/* "name: value". */
static struct onsale_metadata split_header(struct run *run, const char *text)
{
    size_t length = strcspn(text, ":");
    char *key = run_alloc(run, length + 1, 1);
    memcpy(key, text, length);
    const char *value = text + length + 1;
    return (struct onsale_metadata){key, value + strspn(value, " \t")};
}

static void fill_options(struct run *run, const struct onsale_method *method,
                         struct onsale_metadata metadata[ARGUMENTS_MANY_MAX],
                         struct onsale_call_options *ret_options)
{
    for (size_t i = 0; i < run->arguments.many_count; i++)
        metadata[i] = split_header(run, run->arguments.many[i]);
    *ret_options = (struct onsale_call_options)ONSALE_CALL_OPTIONS_INIT;
    ret_options->timeout_ms = timeout_ms_of(run, method);
    ret_options->metadata = metadata;
    ret_options->metadata_count = (uint32_t)run->arguments.many_count;
}

/* --- The call --------------------------------------------------------------------------------- */

static bool call_server(struct run *run, const struct onsale_method *method,
                        const ProtobufCMessage *request)
{
    struct onsale_metadata metadata[ARGUMENTS_MANY_MAX];
    struct onsale_call_options options;
    fill_options(run, method, metadata, &options);
    const ProtobufCMessage *answer = run_ask(run, method, request, &options);
    if (answer != NULL) print_answer(run, answer);
    return answer != NULL;
}

/* A stream goes on until its time is up, if that was said. */
static bool call_gateway(struct run *run, const struct symbol *symbol,
                         const ProtobufCMessage *request,
                         const ProtobufCMessageDescriptor *response)
{
    const struct onsale_method *method = onsale_method_find(symbol->name);
    uint32_t timeout_ms = method == NULL ? run->timeout_ms : timeout_ms_of(run, method);
    if (timeout_ms == 0 && method != NULL) timeout_ms = ONSALE_TIMEOUT_MS_DEFAULT;
    struct gateway_call call = {
        .method = symbol->name,
        .request = request,
        .response = response,
        .is_stream = symbol->method->server_streaming,
        .timeout_ms = timeout_ms,
        .take = print_answer,
    };
    return gateway_call(run, &call);
}

/* The messages of streams are those of methods, too. @param name  With a dot before it. */
static const ProtobufCMessageDescriptor *find_message(const char *name)
{
    const struct onsale_method *method;
    for (size_t i = 0; (method = onsale_method_at(i)) != NULL; i++) {
        if (strcmp(method->request->name, name + 1) == 0) return method->request;
        if (strcmp(method->response->name, name + 1) == 0) return method->response;
    }
    return NULL;
}

static bool call_symbol(struct run *run, const struct symbol *symbol)
{
    const struct onsale_method *method = onsale_method_find(symbol->name);
    const ProtobufCMessageDescriptor *request_type = find_message(symbol->method->input_type);
    const ProtobufCMessageDescriptor *response_type = find_message(symbol->method->output_type);
    bool by_gateway = arguments_has(&run->arguments, PARAMETER_GATEWAY);
    if (request_type == NULL || response_type == NULL || (method == NULL && !by_gateway))
        return run_fail(
            run, ONSALE_ARGUMENT_INVALID,
            "%s is a stream, which the gateway serves: name it with --gateway URL; or poll "
            "by GetQueueEntry, GetSeatMap, ListEvents",
            symbol->name);
    const ProtobufCMessage *request =
        request_read(run, request_type, arguments_text(&run->arguments, PARAMETER_REQUEST));
    if (request == NULL) return false;
    return by_gateway ? call_gateway(run, symbol, request, response_type)
                      : call_server(run, method, request);
}

enum exit_code call_method(struct run *run)
{
    const struct symbol *symbol = schema_find(run, SYMBOL_METHOD, "method",
                                              arguments_text(&run->arguments, PARAMETER_METHOD));
    return run_end(run, symbol != NULL && call_symbol(run, symbol));
}
