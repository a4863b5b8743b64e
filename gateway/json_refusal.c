#include "gateway/json_refusal.h"

#include <stdio.h>

#include "base/require.h"

static const struct json_http_refusal_text texts[JSON_REFUSALS] = {
    [JSON_PATH_UNKNOWN] = {404, "NOT_FOUND", "PATH_UNKNOWN", "there is no such path",
                           "존재하지 않는 경로입니다."},
    [JSON_VERB_NOT_ALLOWED] = {405, "UNIMPLEMENTED", "VERB_NOT_ALLOWED",
                               "the path is called with another verb: see Allow",
                               "허용되지 않는 HTTP 메서드입니다."},
    [JSON_CONTENT_TYPE_INVALID] = {415, "INVALID_ARGUMENT", "CONTENT_TYPE_INVALID",
                                   "the body must be application/json in UTF-8",
                                   "본문은 UTF-8 application/json이어야 합니다."},
};

static const struct {
    const char *name;
    unsigned http_status;
} codes[] = {
    {"OK", 200},
    {"CANCELLED", 499},
    {"UNKNOWN", 500},
    {"INVALID_ARGUMENT", 400},
    {"DEADLINE_EXCEEDED", 504},
    {"NOT_FOUND", 404},
    {"ALREADY_EXISTS", 409},
    {"PERMISSION_DENIED", 403},
    {"RESOURCE_EXHAUSTED", 429},
    {"FAILED_PRECONDITION", 400},
    {"ABORTED", 409},
    {"OUT_OF_RANGE", 400},
    {"UNIMPLEMENTED", 501},
    {"INTERNAL", 500},
    {"UNAVAILABLE", 503},
    {"DATA_LOSS", 500},
    {"UNAUTHENTICATED", 401},
};

enum { CODES = sizeof codes / sizeof codes[0], CODE_UNKNOWN = 2 };

const struct json_http_refusal_text *json_http_refusal_text(enum json_http_refusal refusal)
{
    REQUIRE(refusal > JSON_NO_REFUSAL && refusal < JSON_REFUSALS);
    return &texts[refusal];
}

bool json_refuse_field(struct json_refusal *ret_refusal, enum status status, const char *field,
                       const char *what)
{
    *ret_refusal = (struct json_refusal){.status = status};
    snprintf(ret_refusal->field.path, sizeof ret_refusal->field.path, "%s", field);
    snprintf(ret_refusal->field.what, sizeof ret_refusal->field.what, "%s", what);
    return false;
}

bool json_refuse_json(struct json_refusal *ret_refusal, const struct json_error *error)
{
    enum status status =
        error->path[0] == '\0' ? STATUS_PAYLOAD_MALFORMED : STATUS_ARGUMENT_INVALID;
    *ret_refusal = (struct json_refusal){
        .status = error->out_of_memory ? STATUS_OUT_OF_MEMORY : status, .field = *error};
    return false;
}

unsigned json_http_status(enum status status, int code)
{
    if (status == STATUS_PAYLOAD_TOO_LARGE) return 413;
    return codes[code >= 0 && code < CODES ? code : CODE_UNKNOWN].http_status;
}

const char *json_code_name(int code)
{
    return codes[code >= 0 && code < CODES ? code : CODE_UNKNOWN].name;
}
