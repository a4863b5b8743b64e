#include "json/value.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/hex.h"
#include "base/id.h"
#include "json/base64.h"
#include "json/name.h"
#include "json/number.h"

enum { TOKEN_BYTES = 28 }; /* as EnterQueue gives it */

/* A value being read: what there is to say, and to whom. */
struct value {
    struct json_reader *reader;
    const struct json_path *path;
    const ProtobufCFieldDescriptor *field;
    const struct json_token *token;
};

static bool is_text(const struct json_token *token)
{
    return token->kind == JSON_STRING || token->kind == JSON_URL_TEXT;
}

static bool token_is(const struct json_token *token, const char *word)
{
    return token->size == strlen(word) && memcmp(token->bytes, word, token->size) == 0;
}

/* Also in quotes; then nothing else may be there. */
static bool is_number(const struct json_token *token)
{
    return token->kind == JSON_NUMBER ||
           (is_text(token) && token->size > 0 &&
            json_number_length(token->bytes, token->size) == token->size);
}

/* --- Numbers ---------------------------------------------------------------------------------- */

static bool read_signed(const struct value *value, int64_t min, int64_t max, int64_t *ret_number)
{
    enum json_integer result = JSON_INTEGER_FRACTION;
    if (is_number(value->token))
        result =
            json_number_to_signed(value->token->bytes, value->token->size, min, max, ret_number);
    if (result == JSON_INTEGER_OK) return true;
    return result == JSON_INTEGER_FRACTION
               ? json_fail(value->reader, value->path, "must be an integer")
               : json_fail(value->reader, value->path, "must be %" PRId64 "..%" PRId64, min, max);
}

static bool read_unsigned(const struct value *value, uint64_t max, uint64_t *ret_number)
{
    enum json_integer result = JSON_INTEGER_FRACTION;
    if (is_number(value->token))
        result = json_number_to_unsigned(value->token->bytes, value->token->size, max, ret_number);
    if (result == JSON_INTEGER_OK) return true;
    return result == JSON_INTEGER_FRACTION
               ? json_fail(value->reader, value->path, "must be an integer")
               : json_fail(value->reader, value->path, "must be 0..%" PRIu64, max);
}

static bool read_int32(const struct value *value, void *ret_at)
{
    int64_t number;
    if (!read_signed(value, INT32_MIN, INT32_MAX, &number)) return false;
    *(int32_t *)ret_at = (int32_t)number;
    return true;
}

static bool read_uint32(const struct value *value, void *ret_at)
{
    uint64_t number;
    if (!read_unsigned(value, UINT32_MAX, &number)) return false;
    *(uint32_t *)ret_at = (uint32_t)number;
    return true;
}

/* "NaN" and the like. */
static bool read_unusual(const struct json_token *token, double *ret_number)
{
    if (!is_text(token)) return false;
    if (token_is(token, "NaN")) return *ret_number = (double)NAN, true;
    if (token_is(token, "Infinity")) return *ret_number = (double)INFINITY, true;
    if (token_is(token, "-Infinity")) return *ret_number = -(double)INFINITY, true;
    return false;
}

static bool read_double(const struct value *value, void *ret_at)
{
    const struct json_token *token = value->token;
    if (read_unusual(token, ret_at)) return true;
    if (!is_number(token)) return json_fail(value->reader, value->path, "must be a number");
    return json_number_to_double(token->bytes, token->size, ret_at) ||
           json_fail(value->reader, value->path, "must be within %g", DBL_MAX);
}

static bool read_float(const struct value *value, void *ret_at)
{
    const struct json_token *token = value->token;
    double unusual;
    if (read_unusual(token, &unusual)) {
        *(float *)ret_at = (float)unusual;
        return true;
    }
    if (!is_number(token)) return json_fail(value->reader, value->path, "must be a number");
    return json_number_to_float(token->bytes, token->size, ret_at) ||
           json_fail(value->reader, value->path, "must be within %g", (double)FLT_MAX);
}

/* --- Words ------------------------------------------------------------------------------------ */

static bool read_bool(const struct value *value, void *ret_at)
{
    const struct json_token *token = value->token;
    bool is_url = token->kind == JSON_URL_TEXT;
    bool is_true = token->kind == JSON_TRUE || (is_url && token_is(token, "true"));
    bool is_false = token->kind == JSON_FALSE || (is_url && token_is(token, "false"));
    if (!is_true && !is_false)
        return json_fail(value->reader, value->path, "must be true or false");
    *(protobuf_c_boolean *)ret_at = is_true;
    return true;
}

static const ProtobufCEnumValue *find_name(const ProtobufCEnumDescriptor *descriptor,
                                           const struct json_token *token)
{
    for (unsigned i = 0; i < descriptor->n_values; i++)
        if (token_is(token, descriptor->values[i].name)) return &descriptor->values[i];
    return NULL;
}

static bool read_enum(const struct value *value, void *ret_at, bool *ret_known)
{
    const struct json_token *token = value->token;
    const struct json_read_options *options = value->reader->options;
    if (token->kind == JSON_NUMBER || (token->kind == JSON_URL_TEXT && is_number(token)))
        return read_int32(value, ret_at);
    if (!is_text(token)) return json_fail(value->reader, value->path, "must be a name or a number");
    const ProtobufCEnumValue *named = find_name(value->field->descriptor, token);
    *ret_known = named != NULL;
    if (named != NULL) *(int *)ret_at = named->value;
    if (named != NULL || options->ignore_unknown) return true;
    const ProtobufCEnumDescriptor *descriptor = value->field->descriptor;
    json_fail(value->reader, value->path, "is no name of %s", descriptor->short_name);
    json_note_unknown(value->reader, token->bytes, token->size);
    value->reader->error->of_enum = descriptor;
    return false;
}

/* --- Text and bytes --------------------------------------------------------------------------- */

static bool read_string(const struct value *value, void *ret_at)
{
    const struct json_token *token = value->token;
    if (!is_text(token)) return json_fail(value->reader, value->path, "must be a string");
    char *copy = arena_alloc(value->reader->arena, token->size + 1);
    if (copy == NULL) return json_fail_memory(value->reader);
    memcpy(copy, token->bytes, token->size);
    copy[token->size] = '\0';
    *(char **)ret_at = copy;
    return true;
}

/* @param ret_bytes  Room for an id. */
static bool read_uuid(const struct value *value, uint8_t *ret_bytes)
{
    char text[ID_TEXT_BYTES];
    const struct json_token *token = value->token;
    if (!value->reader->options->uuids || !json_name_is_of_id(value->field->name) ||
        token->size != sizeof text - 1)
        return false;
    memcpy(text, token->bytes, token->size);
    text[token->size] = '\0';
    return text[8] == '-' && id_parse(text, ret_bytes);
}

/* @param ret_bytes  Room for a token. */
static bool read_token(const struct value *value, uint8_t *ret_bytes)
{
    const struct json_token *token = value->token;
    return value->reader->options->hex_tokens && strcmp(value->field->name, "token") == 0 &&
           token->size == 2 * TOKEN_BYTES && hex_read(token->bytes, TOKEN_BYTES, ret_bytes);
}

static bool read_bytes(const struct value *value, void *ret_at)
{
    const struct json_token *token = value->token;
    if (!is_text(token)) return json_fail(value->reader, value->path, "must be base64 in quotes");
    ProtobufCBinaryData bytes = {
        .data = arena_alloc(value->reader->arena, base64_size_max(token->size) + ID_BYTES)};
    if (bytes.data == NULL) return json_fail_memory(value->reader);
    if (read_uuid(value, bytes.data))
        bytes.len = ID_BYTES;
    else if (read_token(value, bytes.data))
        bytes.len = TOKEN_BYTES;
    else if (!base64_read(token->bytes, token->size, bytes.data, &bytes.len))
        return json_fail(value->reader, value->path, "is not base64");
    *(ProtobufCBinaryData *)ret_at = bytes;
    return true;
}

bool json_value_from_token(struct json_reader *reader, const struct json_path *path,
                           const ProtobufCFieldDescriptor *field, const struct json_token *token,
                           void *ret_at, bool *ret_known)
{
    const struct value value = {reader, path, field, token};
    *ret_known = true;
    switch ((int)field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        return read_int32(&value, ret_at);
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        return read_uint32(&value, ret_at);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        return read_signed(&value, INT64_MIN, INT64_MAX, ret_at);
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return read_unsigned(&value, UINT64_MAX, ret_at);
    case PROTOBUF_C_TYPE_FLOAT:
        return read_float(&value, ret_at);
    case PROTOBUF_C_TYPE_DOUBLE:
        return read_double(&value, ret_at);
    case PROTOBUF_C_TYPE_BOOL:
        return read_bool(&value, ret_at);
    case PROTOBUF_C_TYPE_ENUM:
        return read_enum(&value, ret_at, ret_known);
    case PROTOBUF_C_TYPE_STRING:
        return read_string(&value, ret_at);
    case PROTOBUF_C_TYPE_BYTES:
        return read_bytes(&value, ret_at);
    default:
        return json_fail(reader, path, "must be an object");
    }
}
