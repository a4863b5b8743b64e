/* Prints what a program that was built with libonsale's headers relies on: the sizes and offsets of
 * structs, the numbers of enums and constants. abi_test.sh compares it with a record. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <onsale/onsale.h>

/* --- structs of the hand-written headers ------------------------------------------------------
 */

#define STRUCT(name) printf("struct %s size %zu\n", #name, sizeof(struct name))
#define FIELD(name, field)                                                                         \
    printf("  %s at %zu size %zu\n", #field, offsetof(struct name, field),                         \
           sizeof(((struct name *)0)->field))

static void print_errors(void)
{
    STRUCT(onsale_detail);
    FIELD(onsale_detail, type);
    FIELD(onsale_detail, offset);
    FIELD(onsale_detail, size);
    STRUCT(onsale_error);
    FIELD(onsale_error, status);
    FIELD(onsale_error, code);
    FIELD(onsale_error, reason);
    FIELD(onsale_error, message);
    FIELD(onsale_error, retry_after_ms);
    FIELD(onsale_error, attempts);
    FIELD(onsale_error, details_count);
    FIELD(onsale_error, details);
    FIELD(onsale_error, detail_bytes);
}

static void print_channels(void)
{
    STRUCT(onsale_channel_options);
    FIELD(onsale_channel_options, size);
    FIELD(onsale_channel_options, url);
    FIELD(onsale_channel_options, watch_url);
    FIELD(onsale_channel_options, admin_url);
    FIELD(onsale_channel_options, timeout_ms);
    FIELD(onsale_channel_options, frames_in_flight);
    FIELD(onsale_channel_options, calls_per_frame);
    FIELD(onsale_channel_options, watches_in_flight);
    FIELD(onsale_channel_options, attempts_max);
    FIELD(onsale_channel_options, korean);
    FIELD(onsale_channel_options, fail_fast);
    FIELD(onsale_channel_options, attempt_timeout_ms);
    FIELD(onsale_channel_options, read_from);
}

static void print_calls(void)
{
    STRUCT(onsale_method);
    FIELD(onsale_method, name);
    FIELD(onsale_method, request);
    FIELD(onsale_method, response);
    FIELD(onsale_method, endpoint);
    FIELD(onsale_method, is_read);
    FIELD(onsale_method, request_packer);
    FIELD(onsale_method, response_packer);
    STRUCT(onsale_metadata);
    FIELD(onsale_metadata, key);
    FIELD(onsale_metadata, value);
    STRUCT(onsale_call_options);
    FIELD(onsale_call_options, size);
    FIELD(onsale_call_options, timeout_ms);
    FIELD(onsale_call_options, metadata_count);
    FIELD(onsale_call_options, deadline_ms);
    FIELD(onsale_call_options, metadata);
    STRUCT(onsale_call_id);
    FIELD(onsale_call_id, number);
    FIELD(onsale_call_id, slot);
}

/* --- constants ---------------------------------------------------------------------------------
 */

#define CONSTANT(name) printf("constant %s %d\n", #name, (int)(name))

static void print_constants(void)
{
    CONSTANT(ONSALE_DETAILS_MAX);
    CONSTANT(ONSALE_DETAIL_BYTES_MAX);
    CONSTANT(ONSALE_TIMEOUT_MS_DEFAULT);
    CONSTANT(ONSALE_TIMEOUT_MS_MAX);
    CONSTANT(ONSALE_METADATA_MAX);
    CONSTANT(ONSALE_METADATA_KEY_BYTES_MAX);
    CONSTANT(ONSALE_METADATA_VALUE_BYTES_MAX);
    CONSTANT(ONSALE_ID_BYTES);
    CONSTANT(ONSALE_ID_TEXT_BYTES);
    CONSTANT(ONSALE_TOKEN_BYTES);
    CONSTANT(ONSALE_ENDPOINT_MAIN);
    CONSTANT(ONSALE_ENDPOINT_WATCH);
    CONSTANT(ONSALE_ENDPOINT_ADMIN);
#define STATUS(name, number, code, retry, english, korean) CONSTANT(ONSALE_##name);
#define STATUSES_OF_CALLS
#include <onsale/statuses.def>
#undef STATUSES_OF_CALLS
#undef STATUS
}

/* --- messages, as their descriptors tell -------------------------------------------------------
 */

enum { TYPES_MAX = 512 };

/* Messages and enums that were printed. */
static const void *printed[TYPES_MAX];
static size_t printed_count;

/* @return Whether it is the first time. */
static bool is_new(const void *descriptor)
{
    for (size_t i = 0; i < printed_count; i++)
        if (printed[i] == descriptor) return false;
    if (printed_count < TYPES_MAX) printed[printed_count++] = descriptor;
    return true;
}

static void print_enum(const ProtobufCEnumDescriptor *type)
{
    if (!is_new(type)) return;
    printf("enum %s\n", type->name);
    for (unsigned i = 0; i < type->n_values; i++)
        printf("  %s %d\n", type->values[i].name, type->values[i].value);
}

static void print_message(const ProtobufCMessageDescriptor *type)
{
    if (!is_new(type)) return;
    printf("message %s size %zu\n", type->name, type->sizeof_message);
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        printf("  %s at %u number %" PRIu32 " type %d label %d\n", field->name, field->offset,
               field->id, (int)field->type, (int)field->label);
    }
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        if (field->type == PROTOBUF_C_TYPE_MESSAGE) print_message(field->descriptor);
        if (field->type == PROTOBUF_C_TYPE_ENUM) print_enum(field->descriptor);
    }
}

static void print_messages(void)
{
    const struct onsale_method *method;
    for (size_t i = 0; (method = onsale_method_at(i)) != NULL; i++) {
        printf("method %s endpoint %d read %d\n", method->name, (int)method->endpoint,
               method->is_read);
        print_message(method->request);
        print_message(method->response);
    }
    print_message(&onsale__v1__seats_taken__descriptor);
    print_message(&onsale__rpc__v1__bad_field__descriptor);
}

int main(void)
{
    print_errors();
    print_channels();
    print_calls();
    print_constants();
    print_messages();
    return printed_count == TYPES_MAX;
}
