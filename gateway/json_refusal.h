/* json_refusal.h -- Why the gateway itself does not hand a request on. */
#ifndef GATEWAY_JSON_REFUSAL_H
#define GATEWAY_JSON_REFUSAL_H

#include <stdbool.h>

#include "base/status.h"
#include "json/read_options.h"

/** What only HTTP can be refused for. */
enum json_http_refusal {
    JSON_NO_REFUSAL,
    JSON_PATH_UNKNOWN,         /* 404 */
    JSON_VERB_NOT_ALLOWED,     /* 405 */
    JSON_CONTENT_TYPE_INVALID, /* 415 */
    JSON_REFUSALS,
};

/** What is known of one. */
struct json_http_refusal_text {
    unsigned http_status;
    const char *code;   /* of gRPC */
    const char *reason; /* stable, as those of statuses.def */
    const char *english;
    const char *korean;
};

/** @param refusal  Not JSON_NO_REFUSAL. */
const struct json_http_refusal_text *json_http_refusal_text(enum json_http_refusal refusal);

/** Why a request is refused. One of the first two is set. */
struct json_refusal {
    enum json_http_refusal http;
    enum status status;      /* one that the server has, too */
    struct json_error field; /* what is wrong with which field; `what` is "" if it is none */
};

/** Sets a refusal for a field. @return False. */
bool json_refuse_field(struct json_refusal *ret_refusal, enum status status, const char *field,
                       const char *what);

/** Sets a refusal for what reading JSON has ended with. @return False. */
bool json_refuse_json(struct json_refusal *ret_refusal, const struct json_error *error);

/** Status of HTTP for a code of gRPC (google.rpc.Code's own table), but 413 for PAYLOAD_TOO_LARGE.
 * @param code  0..16, not OK. */
unsigned json_http_status(enum status status, int code);

/** Name of a code of gRPC: "NOT_FOUND". */
const char *json_code_name(int code);

#endif
