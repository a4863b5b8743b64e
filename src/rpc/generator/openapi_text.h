/* openapi_text.h -- A JSON document that grows, two blanks a level: what OpenAPI is written in. */
#ifndef RPC_GENERATOR_OPENAPI_TEXT_H
#define RPC_GENERATOR_OPENAPI_TEXT_H

#include <stdbool.h>

#include "rpc/generator/text.h"

struct openapi_text {
    struct text text;
    unsigned depth;
    bool is_begun; /* the innermost object or array has a member */
};

/** Begins an object or an array.
 * @param name     Its name in the object that it is in; NULL in an array, and for the document.
 * @param bracket  '{' or '['. */
void openapi_open(struct openapi_text *text, const char *name, char bracket);

/** Ends it. @param bracket  '}' or ']'. */
void openapi_close(struct openapi_text *text, char bracket);

/** Adds a string. @param name  As of openapi_open. */
void openapi_add(struct openapi_text *text, const char *name, const char *value);

/** Adds JSON as it is: a number, true, a short array. */
void openapi_add_json(struct openapi_text *text, const char *name, const char *json);

/** "expires_at_ms" -> "expiresAtMs", in the arena of the text. */
const char *openapi_name(struct openapi_text *text, const char *field);

#endif
