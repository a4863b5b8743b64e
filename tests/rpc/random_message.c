#include "tests/rpc/random_message.h"

#include <string.h>

#include "base/require.h"
#include "rpc/wire/wire.h"

enum { FIELDS_MAX = 64, DEPTH_MAX = 4, GROWTH_BYTES_MAX = 4096 };

static void *take(struct arena *arena, size_t size)
{
    void *memory = arena_calloc(arena, 1, size);
    REQUIRE(memory != NULL);
    return memory;
}

/* --- A message -------------------------------------------------------------------------------- */

static uint64_t random_number(struct random *random)
{
    switch (random_below(random, 6)) {
    case 0:
        return 0;
    case 1:
        return UINT64_MAX;
    case 2:
        return random_below(random, 200);
    default:
        return random_next(random) >> random_below(random, 64);
    }
}

static char *random_text(struct random *random, struct arena *arena)
{
    static const char *const parts[] = {"a", "seat ",      "좌석",
                                        "é", "\U0001F3AB", "0123456789abcdef"};
    char *text = take(arena, 8 * 16 + 1);
    char *text_end = text;
    for (uint64_t i = random_below(random, 8); i > 0; i--)
        text_end = stpcpy(text_end, parts[random_below(random, sizeof parts / sizeof parts[0])]);
    return text;
}

static ProtobufCBinaryData random_bytes(struct random *random, struct arena *arena)
{
    size_t size = random_chance(random, 5) ? 300 : random_below(random, 20);
    ProtobufCBinaryData bytes = {size, take(arena, size)};
    random_fill(random, bytes.data, size);
    return bytes;
}

static ProtobufCMessage *make(struct random *random, struct arena *arena,
                              const ProtobufCMessageDescriptor *descriptor, unsigned depth);

/* @return Size of the value. */
static size_t fill_value(struct random *random, struct arena *arena,
                         const ProtobufCFieldDescriptor *field, unsigned depth, void *value)
{
    switch ((int)field->type) {
    case PROTOBUF_C_TYPE_BOOL:
        *(protobuf_c_boolean *)value = (protobuf_c_boolean)random_below(random, 2);
        return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_ENUM:
        *(uint32_t *)value = (uint32_t)random_number(random);
        return sizeof(uint32_t);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
        *(uint64_t *)value = random_number(random);
        return sizeof(uint64_t);
    case PROTOBUF_C_TYPE_STRING:
        *(char **)value = random_text(random, arena);
        return sizeof(char *);
    case PROTOBUF_C_TYPE_BYTES:
        *(ProtobufCBinaryData *)value = random_bytes(random, arena);
        return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_MESSAGE:
        *(ProtobufCMessage **)value = make(random, arena, field->descriptor, depth + 1);
        return sizeof(ProtobufCMessage *);
    default:
        REQUIRE(false);
        return 0;
    }
}

static void fill_elements(struct random *random, struct arena *arena,
                          const ProtobufCFieldDescriptor *field, unsigned depth,
                          ProtobufCMessage *message)
{
    bool is_message = field->type == PROTOBUF_C_TYPE_MESSAGE;
    size_t count = random_below(random, is_message ? 3 : 150);
    char *elements = take(arena, (count + 1) * sizeof(ProtobufCBinaryData));
    char *element = elements;
    for (size_t i = 0; i < count; i++)
        element += fill_value(random, arena, field, depth, element);
    *(size_t *)((char *)message + field->quantifier_offset) = count;
    *(void **)((char *)message + field->offset) = elements;
}

static ProtobufCMessage *make(struct random *random, struct arena *arena,
                              const ProtobufCMessageDescriptor *descriptor, unsigned depth)
{
    ProtobufCMessage *message = take(arena, descriptor->sizeof_message);
    protobuf_c_message_init(descriptor, message);
    unsigned emptiness = (unsigned)random_below(random, 4) * 30;
    for (unsigned i = 0; i < descriptor->n_fields && depth < DEPTH_MAX; i++) {
        const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
        if (random_chance(random, emptiness)) continue;
        if (field->label == PROTOBUF_C_LABEL_REPEATED)
            fill_elements(random, arena, field, depth, message);
        else
            fill_value(random, arena, field, depth, (char *)message + field->offset);
    }
    return message;
}

ProtobufCMessage *random_message(struct random *random, struct arena *arena,
                                 const ProtobufCMessageDescriptor *descriptor)
{
    return make(random, arena, descriptor, 0);
}

ProtobufCBinaryData random_message_pack(struct arena *arena, const ProtobufCMessage *message)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    ProtobufCBinaryData packed = {size, take(arena, size)};
    REQUIRE(protobuf_c_message_pack(message, packed.data) == size);
    return packed;
}

/* --- Its bytes, written otherwise ------------------------------------------------------------- */

struct part {
    const uint8_t *begin; /* of the tag */
    const uint8_t *value;
    const uint8_t *end;
    uint32_t number;
    enum wire_type type;
};

static size_t split(ProtobufCBinaryData packed, struct part parts[FIELDS_MAX])
{
    struct wire_reader reader = {packed.data, packed.data + packed.len};
    size_t count = 0;
    while (reader.at < reader.end && count < FIELDS_MAX) {
        struct part *part = &parts[count++];
        part->begin = reader.at;
        REQUIRE(wire_read_tag(&reader, &part->number, &part->type));
        part->value = reader.at;
        REQUIRE(wire_skip(&reader, part->type));
        part->end = reader.at;
    }
    return count;
}

static uint8_t *put_part(uint8_t *to, const struct part *part)
{
    return mempcpy(to, part->begin, (size_t)(part->end - part->begin));
}

/* A number, with bytes that say nothing. */
static uint8_t *put_part_longer(struct random *random, uint8_t *to, const struct part *part)
{
    to = put_part(to, part);
    for (uint64_t i = random_below(random, 10); part->type == WIRE_VARINT && i > 0; i--) {
        to[-1] |= 0x80;
        *to++ = random_chance(random, 90) ? 0 : (uint8_t)random_below(random, 128);
    }
    return to;
}

/* As if the bytes were numbers that were packed: each with the tag. */
static uint8_t *put_part_unpacked(uint8_t *to, const struct part *part)
{
    struct wire_reader reader = {part->value, part->end};
    struct wire_reader numbers;
    uint64_t number;
    if (part->type != WIRE_BYTES || !wire_read_bytes(&reader, &numbers)) return put_part(to, part);
    while (wire_left(&numbers) > 0 && wire_read_varint(&numbers, &number)) {
        to = wire_put_varint(to, part->number << 3 | WIRE_VARINT);
        to = wire_put_varint(to, number);
    }
    return to;
}

static uint8_t *put_unknown(struct random *random, uint8_t *to)
{
    static const uint8_t unknown[] = {0xc0, 0x3e, 0x01, 0xc2, 0x3e, 0x01, 0x41};
    return random_chance(random, 50) ? mempcpy(to, unknown, 3) : mempcpy(to, unknown + 3, 4);
}

static uint8_t *put_oddly(struct random *random, uint8_t *to, const struct part *part)
{
    switch (random_below(random, 12)) {
    case 0:
        return put_part(put_part(to, part), part);
    case 1:
        return put_part(put_unknown(random, to), part);
    case 2:
        return put_part_unpacked(to, part);
    case 3:
        return to;
    case 4:
    case 5:
        return put_part_longer(random, to, part);
    default:
        return put_part(to, part);
    }
}

static void shuffle(struct random *random, struct part *parts, size_t count)
{
    size_t a = random_below(random, count);
    size_t b = random_below(random, count);
    struct part part = parts[a];
    parts[a] = parts[b];
    parts[b] = part;
}

static void change_bytes(struct random *random, ProtobufCBinaryData *bytes)
{
    for (uint64_t i = 1 + random_below(random, 3); bytes->len > 0 && i > 0; i--) {
        uint8_t *byte = &bytes->data[random_below(random, bytes->len)];
        uint64_t change =
            random_chance(random, 50) ? random_next(random) : 1U << random_below(random, 8);
        *byte = (uint8_t)(*byte ^ change);
    }
    if (random_chance(random, 20)) bytes->len = random_below(random, bytes->len + 1);
}

ProtobufCBinaryData random_message_spoil(struct random *random, struct arena *arena,
                                         ProtobufCBinaryData packed)
{
    struct part parts[FIELDS_MAX];
    size_t count = split(packed, parts);
    if (count > 0 && random_chance(random, 20)) shuffle(random, parts, count);
    ProtobufCBinaryData spoilt = {.data = take(arena, 4 * packed.len + GROWTH_BYTES_MAX)};
    uint8_t *to = spoilt.data;
    for (size_t i = 0; i < count; i++)
        to = random_chance(random, 30) ? put_oddly(random, to, &parts[i]) : put_part(to, &parts[i]);
    spoilt.len = (size_t)(to - spoilt.data);
    if (random_chance(random, 40)) change_bytes(random, &spoilt);
    return spoilt;
}
