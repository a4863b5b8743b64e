#include <inttypes.h>

#include "tests/sim/message.h"

enum { BYTES_SHOWN_MAX = 32 };

static void print_bytes(FILE *out, ProtobufCBinaryData bytes)
{
    for (size_t i = 0; i < bytes.len && i < BYTES_SHOWN_MAX; i++)
        fprintf(out, "%02x", bytes.data[i]);
    if (bytes.len > BYTES_SHOWN_MAX) fprintf(out, "... (%zu bytes)", bytes.len);
}

static void print_element(FILE *out, const ProtobufCFieldDescriptor *field, const void *value)
{
    size_t size = message_element_size(field);
    if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
        fprintf(out, "{ ");
        message_print(out, *(ProtobufCMessage *const *)value);
        fprintf(out, "}");
    } else if (field->type == PROTOBUF_C_TYPE_STRING)
        fprintf(out, "\"%s\"", *(char *const *)value);
    else if (field->type == PROTOBUF_C_TYPE_BYTES)
        print_bytes(out, *(const ProtobufCBinaryData *)value);
    else if (size == sizeof(int64_t))
        fprintf(out, "%" PRId64, *(const int64_t *)value);
    else
        fprintf(out, "%" PRIu32, *(const uint32_t *)value);
}

static void print_array(FILE *out, const ProtobufCFieldDescriptor *field, const uint8_t *message)
{
    size_t count = *(const size_t *)(const void *)(message + field->quantifier_offset);
    const uint8_t *items = *(uint8_t *const *)(const void *)(message + field->offset);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%s[%zu]: ", field->name, i);
        print_element(out, field, items + i * message_element_size(field));
        fprintf(out, " ");
    }
}

void message_print(FILE *out, const ProtobufCMessage *message)
{
    if (message == NULL) return;
    const uint8_t *bytes = (const uint8_t *)message;
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        const void *value = bytes + field->offset;
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            print_array(out, field, bytes);
        } else if (field->type != PROTOBUF_C_TYPE_MESSAGE ||
                   *(ProtobufCMessage *const *)value != NULL) {
            fprintf(out, "%s: ", field->name);
            print_element(out, field, value);
            fprintf(out, " ");
        }
    }
}
