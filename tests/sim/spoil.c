/* spoil.c -- One field of a request becomes something that a caller should not send. */
#include <string.h>

#include "tests/sim/message.h"
#include "tests/sim/requests.h"

static void spoil_number_64(struct random *random, uint64_t *number)
{
    static const uint64_t wrong[] = {0, 1, INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX};
    *number = wrong[random_below(random, sizeof wrong / sizeof wrong[0])];
}

static void spoil_number_32(struct random *random, uint32_t *number)
{
    static const uint32_t wrong[] = {0, 1, 101, INT32_MAX, (uint32_t)INT32_MAX + 1, UINT32_MAX};
    *number = wrong[random_below(random, sizeof wrong / sizeof wrong[0])];
}

static void spoil_bytes(struct draw *draw, ProtobufCBinaryData *bytes)
{
    uint8_t wrong[ID_BYTES * 2];
    random_fill(draw->random, wrong, sizeof wrong);
    switch (random_below(draw->random, 4)) {
    case 0:
        *bytes = (ProtobufCBinaryData){0};
        break;
    case 1:
        *bytes = message_bytes(draw->arena, wrong, ID_BYTES - 1);
        break;
    case 2:
        *bytes = message_bytes(draw->arena, wrong, sizeof wrong);
        break;
    default:
        memset(wrong, 0, ID_BYTES);
        *bytes = message_bytes(draw->arena, wrong, ID_BYTES);
        break;
    }
}

static void spoil_value(struct draw *draw, const ProtobufCFieldDescriptor *field, void *value)
{
    if (field->type == PROTOBUF_C_TYPE_BYTES)
        spoil_bytes(draw, value);
    else if (field->type == PROTOBUF_C_TYPE_STRING)
        *(char **)value = "\xec\x9e\x90 wrong";
    else if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        request_spoil(draw, *(ProtobufCMessage **)value);
    else if (field->type == PROTOBUF_C_TYPE_BOOL)
        *(protobuf_c_boolean *)value ^= 1;
    else if (message_element_size(field) == sizeof(uint64_t))
        spoil_number_64(draw->random, value);
    else
        spoil_number_32(draw->random, value);
}

void request_spoil(struct draw *draw, ProtobufCMessage *request)
{
    const ProtobufCMessageDescriptor *descriptor = request->descriptor;
    if (descriptor->n_fields == 0) return;
    const ProtobufCFieldDescriptor *field =
        &descriptor->fields[random_below(draw->random, descriptor->n_fields)];
    uint8_t *bytes = (uint8_t *)request;
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        *(size_t *)(void *)(bytes + field->quantifier_offset) = 0;
    else
        spoil_value(draw, field, bytes + field->offset);
}
