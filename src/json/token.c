#include "json/token.h"

#include <string.h>

#include "json/number.h"
#include "json/text.h"

char json_peek(struct json_reader *reader)
{
    while (reader->at < reader->end && *reader->at != '\0' && strchr(" \t\n\r", *reader->at))
        reader->at++;
    return reader->at < reader->end ? *reader->at : '\0';
}

bool json_take(struct json_reader *reader, char byte)
{
    if (json_peek(reader) != byte || reader->at == reader->end) return false;
    reader->at++;
    return true;
}

static bool read_number(struct json_reader *reader, const struct json_path *path,
                        struct json_token *ret_token)
{
    size_t length = json_number_length(reader->at, (size_t)(reader->end - reader->at));
    const char *after = reader->at + length;
    bool goes_on = after < reader->end && strchr("+-.0123456789Ee", *after) && *after != '\0';
    if (length == 0 || goes_on) return json_fail(reader, path, "this is no number of JSON");
    *ret_token = (struct json_token){JSON_NUMBER, reader->at, length};
    reader->at = after;
    return true;
}

static bool read_literal(struct json_reader *reader, const struct json_path *path,
                         struct json_token *ret_token)
{
    static const struct json_token literals[] = {
        {JSON_TRUE, "true", 4}, {JSON_FALSE, "false", 5}, {JSON_NULL, "null", 4}};
    for (size_t i = 0; i < sizeof literals / sizeof literals[0]; i++) {
        size_t size = literals[i].size;
        if ((size_t)(reader->end - reader->at) < size ||
            memcmp(reader->at, literals[i].bytes, size) != 0)
            continue;
        *ret_token = literals[i];
        reader->at += size;
        return true;
    }
    return json_fail(reader, path, "a value is missing, or this is none");
}

bool json_read_token(struct json_reader *reader, const struct json_path *path,
                     struct json_token *ret_token)
{
    char first = json_peek(reader);
    if (first == '"') {
        ret_token->kind = JSON_STRING;
        return json_read_text(reader, path, &ret_token->bytes, &ret_token->size);
    }
    if (first == '-' || (first >= '0' && first <= '9')) return read_number(reader, path, ret_token);
    if (first == '{' || first == '[')
        return json_fail(reader, path, "must not be an %s", first == '{' ? "object" : "array");
    return read_literal(reader, path, ret_token);
}

bool json_read_name(struct json_reader *reader, const struct json_path *path,
                    struct json_token *ret_name)
{
    if (json_peek(reader) != '"')
        return json_fail(reader, path, "the name of a field is missing: names are in quotes");
    if (!json_read_token(reader, path, ret_name)) return false;
    return json_take(reader, ':') || json_fail(reader, path, "a colon is missing after a name");
}

/* The members of an array or an object, after its bracket. */
static bool skip_members(struct json_reader *reader, const struct json_path *path, char closing,
                         unsigned depth)
{
    struct json_token name;
    if (json_take(reader, closing)) return true;
    do {
        if (closing == '}' && !json_read_name(reader, path, &name)) return false;
        if (!json_skip_value(reader, path, depth)) return false;
    } while (json_take(reader, ','));
    return json_take(reader, closing) ||
           json_fail(reader, path, "a comma or a %c is missing", closing);
}

bool json_skip_value(struct json_reader *reader, const struct json_path *path, unsigned depth)
{
    struct json_token token;
    char first = json_peek(reader);
    if (first != '{' && first != '[') return json_read_token(reader, path, &token);
    if (depth == 0) return json_fail(reader, path, "is nested too deep");
    reader->at++;
    return skip_members(reader, path, first == '{' ? '}' : ']', depth - 1);
}
