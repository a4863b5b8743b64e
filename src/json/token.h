/* token.h -- The words of JSON: strings, numbers, true, false, null. */
#ifndef JSON_TOKEN_H
#define JSON_TOKEN_H

#include "json/reader.h"

enum json_token_kind {
    JSON_STRING,
    JSON_NUMBER,
    JSON_TRUE,
    JSON_FALSE,
    JSON_NULL,
    JSON_URL_TEXT, /* not of JSON: a value in a URL */
};

struct json_token {
    enum json_token_kind kind;
    const char *bytes; /* of a string: what it stands for, UTF-8 without NUL, a NUL behind it */
    size_t size;
};

/** The next byte that is no blank, without taking it; '\0' at the end. */
char json_peek(struct json_reader *reader);

/** Takes the next byte that is no blank if it is this one. */
bool json_take(struct json_reader *reader, char byte);

/** Reads a word.
 * @param path       For the error.
 * @param ret_token  Set if true is returned only; a string is in the arena or in the text. */
bool json_read_token(struct json_reader *reader, const struct json_path *path,
                     struct json_token *ret_token);

/** Reads the name of a field and the colon. */
bool json_read_name(struct json_reader *reader, const struct json_path *path,
                    struct json_token *ret_name);

/** Goes over any value, which must be JSON.
 * @param depth  How deep its arrays and objects may be nested. */
bool json_skip_value(struct json_reader *reader, const struct json_path *path, unsigned depth);

#endif
