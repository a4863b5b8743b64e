/* http_rule.h -- How a method is called over HTTP: its option (google.api.http), checked. */
#ifndef RPC_GENERATOR_HTTP_RULE_H
#define RPC_GENERATOR_HTTP_RULE_H

#include <stdbool.h>

#include "rpc/generator/generation.h"

/** The rule of a method. Strings live as long as the request's arena. */
struct http_rule {
    const char *verb; /* "GET"; NULL: the method has no rule */
    const char *path; /* "/v1/concerts/{concert_id}/queueEntries": literals, and fields in braces
                         that take a whole part; a custom verb may follow the last: ":wait" */
    bool has_body;    /* all that is not in the path; else that is in the query */
};

/** Reads the rule of a method and checks it: the path, that its variables are fields of the request
 * which are numbers, text, names or bytes, that GET and DELETE have no body and the others have
 * one.
 * @param ret_rule  Set if NULL is returned only.
 * @return NULL, or what is wrong. */
const char *http_rule_read(const struct generation *generation,
                           const Google__Protobuf__MethodDescriptorProto *method,
                           struct http_rule *ret_rule);

/** Whether a path has a variable of this name. */
bool http_rule_names(const struct http_rule *rule, const char *field);

/** The field of a command by which a caller names what it makes, so that it can be repeated: bytes
 * named *_id that are not in the path. NULL if there is none. */
const char *http_rule_key_field(const struct generation *generation,
                                const Google__Protobuf__MethodDescriptorProto *method,
                                const struct http_rule *rule);

#endif
