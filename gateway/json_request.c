#include "gateway/json_request.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/require.h"
#include "gateway/json_key.h"
#include "json/base64.h"
#include "json/field.h"
#include "json/name.h"
#include "json/read.h"

enum { TOKEN_BYTES = 28 };

static const struct json_read_options reading = {.uuids = true};

/* --- The body --------------------------------------------------------------------------------- */

/* "application/json", with nothing behind it but "; charset=utf-8". */
static bool is_json(const char *type)
{
    static const char name[] = "application/json";
    if (type == NULL || strncasecmp(type, name, sizeof name - 1) != 0) return false;
    type += sizeof name - 1;
    type += strspn(type, " \t");
    if (*type == '\0') return true;
    if (*type++ != ';') return false;
    type += strspn(type, " \t");
    return *type == '\0' || strcasecmp(type, "charset=utf-8") == 0 ||
           strcasecmp(type, "charset=\"utf-8\"") == 0;
}

bool json_request_read_body(const struct request *request,
                            const ProtobufCMessageDescriptor *descriptor, struct arena *arena,
                            ProtobufCMessage **ret_message, struct json_refusal *ret_refusal)
{
    struct json_error error;
    const char *encoding = request_header(request, "content-encoding");
    bool is_plain = encoding == NULL || strcasecmp(encoding, "identity") == 0;
    const char *body = request->body_size == 0 ? "{}" : (const char *)request->body;
    size_t size = request->body_size == 0 ? 2 : request->body_size;
    if (request->body_size > 0 &&
        (!is_plain || !is_json(request_header(request, "content-type")))) {
        *ret_refusal = (struct json_refusal){.http = JSON_CONTENT_TYPE_INVALID};
        return false;
    }
    return json_read_message(descriptor, body, size, &reading, arena, ret_message, &error) ||
           json_refuse_json(ret_refusal, &error);
}

/* --- The URL ---------------------------------------------------------------------------------- */

static bool refuse_text(struct json_refusal *ret_refusal)
{
    return json_refuse_field(ret_refusal, STATUS_PAYLOAD_MALFORMED, "",
                             "the URL has an escape that stands for no byte");
}

static bool set_field(ProtobufCMessage *message, struct text_slice name, struct text_slice value,
                      struct arena *arena, struct json_refusal *ret_refusal)
{
    struct json_error error;
    return json_set_field(message, name.bytes, name.size, value.bytes, value.size, &reading, arena,
                          &error) ||
           json_refuse_json(ret_refusal, &error);
}

bool json_request_read_variables(const struct path_variables *variables, ProtobufCMessage *message,
                                 struct arena *arena, struct json_refusal *ret_refusal)
{
    for (size_t i = 0; i < variables->count; i++) {
        struct text_slice value;
        if (!url_decode(arena, variables->list[i].value, false, &value))
            return refuse_text(ret_refusal);
        if (!set_field(message, variables->list[i].name, value, arena, ret_refusal)) return false;
    }
    return true;
}

/* What is in a URL is in logs, too. */
static bool is_secret(const ProtobufCMessage *message, struct text_slice name)
{
    const ProtobufCFieldDescriptor *field =
        json_find_field(message->descriptor, name.bytes, name.size);
    return field != NULL && strcmp(field->name, "token") == 0;
}

bool json_request_read_query(const struct request *request, bool has_body,
                             ProtobufCMessage *message, struct arena *arena,
                             struct json_refusal *ret_refusal)
{
    const char *query = request->query;
    struct query_pair pair;
    bool is_ok;
    if (has_body && query[0] != '\0')
        return json_refuse_field(ret_refusal, STATUS_PAYLOAD_MALFORMED, "",
                                 "fields are in the body here, not in a query");
    while (query_next(arena, &query, &pair, &is_ok)) {
        if (!is_ok) return refuse_text(ret_refusal);
        if (is_secret(message, pair.name))
            return json_refuse_field(ret_refusal, STATUS_ARGUMENT_INVALID, "token",
                                     "is sent as Authorization: Bearer TOKEN, not in the URL");
        if (!set_field(message, pair.name, pair.value, arena, ret_refusal)) return false;
    }
    return true;
}

/* --- Headers ---------------------------------------------------------------------------------- */

static bool refuse_token(struct json_refusal *ret_refusal)
{
    *ret_refusal = (struct json_refusal){.status = STATUS_TOKEN_UNKNOWN};
    return false;
}

static bool read_hex(const char *text, uint8_t ret_bytes[TOKEN_BYTES])
{
    if (strlen(text) != 2 * TOKEN_BYTES) return false;
    for (size_t i = 0; i < TOKEN_BYTES; i++)
        if (sscanf(text + 2 * i, "%2hhx", &ret_bytes[i]) != 1) return false;
    return strspn(text, "0123456789abcdefABCDEF") == 2 * TOKEN_BYTES;
}

bool json_request_token(const struct request *request, bool may_be_bare, struct arena *arena,
                        ProtobufCBinaryData *ret_token, struct json_refusal *ret_refusal)
{
    const char *header = request_header(request, "authorization");
    ProtobufCBinaryData token = {0};
    *ret_token = token;
    if (header == NULL) return true;
    bool has_scheme = strncasecmp(header, "bearer ", 7) == 0;
    if (!has_scheme && !may_be_bare) return refuse_token(ret_refusal);
    if (has_scheme) header += 7 + strspn(header + 7, " ");
    token.data = arena_alloc(arena, base64_size_max(strlen(header)) + TOKEN_BYTES);
    if (token.data == NULL) {
        *ret_refusal = (struct json_refusal){.status = STATUS_OUT_OF_MEMORY};
        return false;
    }
    if (read_hex(header, token.data))
        token.len = TOKEN_BYTES;
    else if (!base64_read(header, strlen(header), token.data, &token.len) || token.len == 0)
        return refuse_token(ret_refusal);
    *ret_token = token;
    return true;
}

/* Makes an id of Idempotency-Key; none if there is no such header. The path and the token keep the
 * keys of others apart. */
static bool read_key(const struct request *request, struct arena *arena,
                     ProtobufCBinaryData *ret_id, struct json_refusal *ret_refusal)
{
    const char *key = request_header(request, "idempotency-key");
    ProtobufCBinaryData id = {ID_BYTES, arena_alloc(arena, ID_BYTES)};
    *ret_id = (ProtobufCBinaryData){0};
    if (key == NULL) return true;
    if (id.data == NULL) {
        *ret_refusal = (struct json_refusal){.status = STATUS_OUT_OF_MEMORY};
        return false;
    }
    const char *token = request_header(request, "authorization");
    if (!json_key_to_id(key, request->path, token == NULL ? "" : token, id.data))
        return json_refuse_field(ret_refusal, STATUS_ARGUMENT_INVALID, "Idempotency-Key",
                                 "must be 1..255 printable characters");
    *ret_id = id;
    return true;
}

/* Sets a field of type bytes from a header, unless the body has it, too: then they must agree. */
static bool fill(ProtobufCMessage *message, const char *name, ProtobufCBinaryData value,
                 struct json_refusal *ret_refusal)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
    REQUIRE(field != NULL && field->type == PROTOBUF_C_TYPE_BYTES);
    ProtobufCBinaryData *at = json_field_at(message, field);
    bool is_same = at->len == value.len && memcmp(at->data, value.data, value.len) == 0;
    if (at->len > 0 && !is_same)
        return json_refuse_field(ret_refusal, STATUS_ARGUMENT_INVALID, name,
                                 "is another one in the body than in the header");
    *at = value;
    return true;
}

static bool read_headers(const struct request *request, const struct json_route *route,
                         ProtobufCMessage *message, struct arena *arena,
                         struct json_refusal *ret_refusal)
{
    ProtobufCBinaryData token = {0}, id = {0};
    bool takes_token =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, "token") != NULL;
    if (takes_token && !json_request_token(request, false, arena, &token, ret_refusal))
        return false;
    if (token.len > 0 && !fill(message, "token", token, ret_refusal)) return false;
    if (route->key_field[0] == '\0') return true;
    if (!read_key(request, arena, &id, ret_refusal)) return false;
    return id.len == 0 || fill(message, route->key_field, id, ret_refusal);
}

/* --- All of it -------------------------------------------------------------------------------- */

static bool read_nothing(const ProtobufCMessageDescriptor *descriptor, struct arena *arena,
                         ProtobufCMessage **ret_message, struct json_refusal *ret_refusal)
{
    struct json_error error;
    return json_read_message(descriptor, "{}", 2, NULL, arena, ret_message, &error) ||
           json_refuse_json(ret_refusal, &error);
}

bool json_request_read(const struct request *request, const struct json_route *route,
                       const struct path_variables *variables, struct arena *arena,
                       ProtobufCMessage **ret_message, struct json_refusal *ret_refusal)
{
    const ProtobufCMessageDescriptor *descriptor = route->method->request;
    ProtobufCMessage *message;
    bool is_read = route->has_body
                       ? json_request_read_body(request, descriptor, arena, &message, ret_refusal)
                       : read_nothing(descriptor, arena, &message, ret_refusal);
    if (!is_read || !json_request_read_variables(variables, message, arena, ret_refusal) ||
        !json_request_read_query(request, route->has_body, message, arena, ret_refusal) ||
        !read_headers(request, route, message, arena, ret_refusal))
        return false;
    *ret_message = message;
    return true;
}
