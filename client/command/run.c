#include <stdio.h>

#include "base/require.h"
#include "client/command/command.h"
#include "client/command/failure.h"
#include "client/command/json.h"
#include "client/command/output.h"

enum { SLOW_TIMEOUT_MS = 120 * 1000 };

static enum exit_code refused(const struct run *run)
{
    enum exit_code code = failure_print(&run->error, run->json, stderr);
    if (code == EXIT_CODE_UNREACHABLE && run->id_made && !run->json) {
        char text[ONSALE_ID_TEXT_BYTES];
        onsale_id_print(run->id, text);
        output_line(stderr, "advice: the repeat is safe with --id %s", text);
    }
    return code;
}

enum exit_code run_finish(struct run *run, enum onsale_status status, void *answer,
                          answer_printer *print)
{
    if (status != ONSALE_OK) return refused(run);
    if (run->json)
        json_write(json_from_message(answer), stdout);
    else
        print(run, answer);
    protobuf_c_message_free_unpacked(answer, NULL);
    return EXIT_CODE_OK;
}

static const struct value *required(const struct run *run, const struct parameter *parameter)
{
    const struct value *value = arguments_find(&run->arguments, parameter);
    REQUIRE(value != NULL);
    return value;
}

uint64_t run_number(const struct run *run, const struct parameter *parameter)
{
    return required(run, parameter)->number;
}

ProtobufCBinaryData run_bytes(struct run *run, const struct parameter *parameter)
{
    const struct value *value = required(run, parameter);
    size_t length =
        parameter->kind == PARAMETER_TOKEN ? (size_t)TOKEN_BYTES : (size_t)ONSALE_ID_BYTES;
    return (ProtobufCBinaryData){.len = length, .data = (uint8_t *)value->bytes};
}

ProtobufCBinaryData run_id(struct run *run)
{
    if (run_has(run, &parameter_id)) return run_bytes(run, &parameter_id);
    REQUIRE(onsale_id_new(run->id));
    run->id_made = true;
    return (ProtobufCBinaryData){.len = ONSALE_ID_BYTES, .data = run->id};
}

const struct onsale_call_options *run_slow_options(const struct run *run)
{
    static const struct onsale_call_options slow = {.timeout_ms = SLOW_TIMEOUT_MS};
    return run->timeout_given ? NULL : &slow;
}

bool run_has(const struct run *run, const struct parameter *parameter)
{
    return arguments_find(&run->arguments, parameter) != NULL;
}
