#include "gateway/json_error.h"

#include <inttypes.h>
#include <onsale/details.h>
#include <stdio.h>
#include <string.h>

#include "gateway/upstream.h"
#include "json/write.h"

static void add_member(struct json_buffer *text, const char *name, const char *value)
{
    json_buffer_add_string(text, name);
    json_buffer_add_text(text, value, strlen(value));
}

static void begin(struct json_buffer *text, unsigned http_status, const char *code)
{
    json_buffer_print(text, "{\"error\":{\"code\":%u", http_status);
    add_member(text, ",\"status\":", code);
    json_buffer_add_string(text, ",\"message\":");
}

static void add_reason(struct json_buffer *text, const char *reason)
{
    add_member(text,
               ",\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":",
               reason);
    json_buffer_add_string(text, ",\"domain\":\"onsale\"}");
}

static void end(struct json_buffer *text)
{
    json_buffer_add_string(text, "]}}");
}

/* A detail, with its type before its fields. */
static void add_detail(struct json_buffer *text, const ProtobufCMessage *message)
{
    json_buffer_add_string(text, ",{\"@type\":\"type.googleapis.com/");
    json_buffer_add_string(text, message->descriptor->name);
    json_buffer_add_string(text, "\"");
    size_t at = text->size;
    json_buffer_add_message(text, message, JSON_FIELDS_ALL);
    if (!text->is_cut) text->bytes[at] = ','; /* instead of its bracket: it has fields */
}

static void add_details(struct json_buffer *text, const struct onsale_error *error)
{
    const ProtobufCMessageDescriptor *const types[] = {
        &onsale__v1__seats_taken__descriptor,
        &onsale__rpc__v1__bad_field__descriptor,
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        ProtobufCMessage *detail = onsale_error_detail(error, types[i]);
        if (detail == NULL) continue;
        add_detail(text, detail);
        protobuf_c_message_free_unpacked(detail, NULL);
    }
}

/* Beside Retry-After, whose unit is the second. */
static void add_retry(struct json_buffer *text, uint32_t retry_after_ms)
{
    if (retry_after_ms == 0) return;
    json_buffer_add_string(text, ",{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",");
    json_buffer_print(text, "\"retryDelay\":\"%" PRIu32 ".%03" PRIu32 "s\"}", retry_after_ms / 1000,
                      retry_after_ms % 1000);
}

void json_error_write(struct json_buffer *text, unsigned http_status,
                      const struct onsale_error *error, bool is_korean)
{
    const char *message = upstream_message(error, is_korean);
    begin(text, http_status, json_code_name((int)error->code));
    json_buffer_add_text(text, message, strlen(message));
    add_reason(text, error->reason);
    add_details(text, error);
    add_retry(text, error->retry_after_ms);
    end(text);
}

static void add_bad_field(struct json_buffer *text, const struct json_error *field)
{
    Onsale__Rpc__V1__BadField detail = ONSALE__RPC__V1__BAD_FIELD__INIT;
    detail.field = (char *)field->path;
    detail.description = (char *)field->what;
    add_detail(text, &detail.base);
}

/* "a field of the request is not valid: seatIndexes[1]: must be 0..4294967295" */
static void add_message(struct json_buffer *text, const char *message,
                        const struct json_error *field)
{
    char whole[sizeof field->path + sizeof field->what + 128];
    const char *before = field->what[0] == '\0' ? "" : ": ";
    const char *between = field->path[0] == '\0' ? "" : ": ";
    snprintf(whole, sizeof whole, "%s%s%s%s%s", message, before, field->path, between, field->what);
    json_buffer_add_text(text, whole, strlen(whole));
}

void json_error_write_refusal(struct json_buffer *text, unsigned http_status,
                              const struct json_refusal *refusal, bool is_korean)
{
    const struct json_http_refusal_text *own =
        refusal->http == JSON_NO_REFUSAL ? NULL : json_http_refusal_text(refusal->http);
    const char *known =
        is_korean ? status_korean(refusal->status) : status_english(refusal->status);
    begin(text, http_status,
          own == NULL ? json_code_name(status_grpc_code(refusal->status)) : own->code);
    add_message(text,
                own == NULL ? known
                : is_korean ? own->korean
                            : own->english,
                &refusal->field);
    add_reason(text, own == NULL ? status_name(refusal->status) : own->reason);
    if (refusal->field.what[0] != '\0') add_bad_field(text, &refusal->field);
    end(text);
}
