#include <string.h>

#include "onsale/v1/queue.pb-c.h"
#include "tests/sim/message.h"

/* Nobody can foretell these. */
static bool is_unforeseeable(const ProtobufCMessageDescriptor *message,
                             const ProtobufCFieldDescriptor *field)
{
    return message == &onsale__v1__enter_queue_response__descriptor &&
           strcmp(field->name, "token") == 0;
}

/* What is left of the time of an entry that was left means nothing. */
static bool is_meaningless(const ProtobufCMessage *actual, const ProtobufCFieldDescriptor *field)
{
    if (actual->descriptor != &onsale__v1__queue_entry__descriptor) return false;
    const Onsale__V1__QueueEntry *entry = (const Onsale__V1__QueueEntry *)actual;
    return entry->status == ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_LEFT &&
           strcmp(field->name, "expires_at_ms") == 0;
}

static bool texts_equal(const ProtobufCFieldDescriptor *field, const char *expected,
                        const char *actual)
{
    if (strcmp(field->name, "next_page_token") == 0)
        return (expected[0] == '\0') == (actual[0] == '\0');
    return strcmp(expected, actual) == 0;
}

static bool messages_equal(const ProtobufCMessage *expected, const ProtobufCMessage *actual)
{
    if (expected == NULL || actual == NULL) return expected == actual;
    return message_is_as_expected(expected, actual);
}

static bool elements_equal(const ProtobufCFieldDescriptor *field, const void *expected,
                           const void *actual)
{
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return messages_equal(*(ProtobufCMessage *const *)expected,
                              *(ProtobufCMessage *const *)actual);
    if (field->type == PROTOBUF_C_TYPE_STRING)
        return texts_equal(field, *(char *const *)expected, *(char *const *)actual);
    if (field->type == PROTOBUF_C_TYPE_BYTES)
        return message_bytes_equal(*(const ProtobufCBinaryData *)expected,
                                   *(const ProtobufCBinaryData *)actual);
    return memcmp(expected, actual, message_element_size(field)) == 0;
}

static bool arrays_equal(const ProtobufCFieldDescriptor *field, const uint8_t *expected,
                         const uint8_t *actual)
{
    size_t count = *(const size_t *)(const void *)(expected + field->quantifier_offset);
    if (count != *(const size_t *)(const void *)(actual + field->quantifier_offset)) return false;

    const uint8_t *expected_items = *(uint8_t *const *)(const void *)(expected + field->offset);
    const uint8_t *actual_items = *(uint8_t *const *)(const void *)(actual + field->offset);
    size_t size = message_element_size(field);
    for (size_t i = 0; i < count; i++)
        if (!elements_equal(field, expected_items + i * size, actual_items + i * size))
            return false;
    return true;
}

static bool fields_equal(const ProtobufCFieldDescriptor *field, const ProtobufCMessage *expected,
                         const ProtobufCMessage *actual)
{
    const uint8_t *expected_bytes = (const uint8_t *)expected;
    const uint8_t *actual_bytes = (const uint8_t *)actual;
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return arrays_equal(field, expected_bytes, actual_bytes);
    return elements_equal(field, expected_bytes + field->offset, actual_bytes + field->offset);
}

bool message_is_as_expected(const ProtobufCMessage *expected, const ProtobufCMessage *actual)
{
    const ProtobufCMessageDescriptor *descriptor = expected->descriptor;
    if (actual->n_unknown_fields > 0) return false;
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
        if (is_unforeseeable(descriptor, field) || is_meaningless(actual, field)) continue;
        if (!fields_equal(field, expected, actual)) return false;
    }
    return true;
}
