#include "rpc/wire/unpack_plain.h"

#include <stdlib.h>

#include "base/limits.h"
#include "rpc/wire/packer.h"
#include "rpc/wire/utf8.h"

static void *allocate(struct unpacking *unpacking, size_t size)
{
    void *memory = unpacking->arena != NULL ? arena_alloc(unpacking->arena, size) : malloc(size);
    if (memory == NULL) unpacking->out_of_memory = true;
    return memory;
}

/* What is in an arena is given back as a whole. */
static void give_back(const struct unpacking *unpacking, void *memory)
{
    if (unpacking->arena == NULL) free(memory);
}

static void give_back_message(const struct unpacking *unpacking, ProtobufCMessage *message)
{
    if (unpacking->arena == NULL) protobuf_c_message_free_unpacked(message, NULL);
}

const uint8_t *packer_read_long_number(const uint8_t *at, const uint8_t *end, uint64_t *ret_number)
{
    struct wire_reader reader = {at, end};
    return wire_read_varint(&reader, ret_number) ? reader.at : NULL;
}

bool packer_read_bytes(struct unpacking *unpacking, struct wire_reader chunk,
                       ProtobufCBinaryData *ret_bytes)
{
    size_t size = wire_left(&chunk);
    if (size == 0) return true;
    uint8_t *data = (uint8_t *)chunk.at; /* nobody writes to it */
    if (unpacking->arena == NULL) {
        data = allocate(unpacking, size);
        if (data == NULL) return false;
        memcpy(data, chunk.at, size);
    }
    *ret_bytes = (ProtobufCBinaryData){size, data};
    return true;
}

char *packer_read_text(struct unpacking *unpacking, struct wire_reader chunk)
{
    size_t size = wire_left(&chunk);
    if (!utf8_is_text(chunk.at, size)) return NULL;
    char *text = allocate(unpacking, size + 1);
    if (text == NULL) return NULL;
    memcpy(text, chunk.at, size);
    text[size] = '\0';
    return text;
}

void *packer_read_inner(struct unpacking *unpacking, struct wire_reader chunk, size_t depth,
                        const struct onsale_packer *packer)
{
    if (depth > PROTO_DEPTH_MAX) return NULL;
    ProtobufCMessage *message = allocate(unpacking, packer->descriptor->sizeof_message);
    if (message == NULL) return NULL;
    protobuf_c_message_init(packer->descriptor, message);
    if (packer->read(unpacking, message, chunk, depth)) return message;
    give_back_message(unpacking, message);
    return NULL;
}

/* @return Room for elements of a repeated field. */
static void *make_elements(struct unpacking *unpacking, size_t count, size_t size)
{
    if (count > unpacking->elements_left) return NULL;
    unpacking->elements_left -= count;
    return allocate(unpacking, count * size);
}

/* @return 0 if they are cut off. */
static size_t count_inners(struct wire_reader reader, uint32_t tag)
{
    size_t count = 0;
    struct wire_reader chunk;
    do {
        if (!packer_read_chunk(&reader, &chunk)) return 0;
        count++;
    } while (packer_next_is(&reader, tag));
    return count;
}

void *packer_read_inners(struct unpacking *unpacking, struct wire_reader *reader, uint32_t tag,
                         size_t depth, const struct onsale_packer *packer, size_t *ret_count)
{
    size_t count = count_inners(*reader, tag);
    void **inners = count == 0 ? NULL : make_elements(unpacking, count, sizeof *inners);
    if (inners == NULL) return NULL;
    for (size_t i = 0; i < count; i++) {
        struct wire_reader chunk;
        bool is_there =
            (i == 0 || packer_next_is(reader, tag)) && packer_read_chunk(reader, &chunk);
        inners[i] = is_there ? packer_read_inner(unpacking, chunk, depth, packer) : NULL;
        if (inners[i] != NULL) continue;
        while (i-- > 0)
            give_back_message(unpacking, inners[i]);
        give_back(unpacking, inners);
        return NULL;
    }
    *ret_count = count;
    return inners;
}

/* Varints: as many as there are bytes that are the last of one. */
static size_t count_packed(struct wire_reader numbers)
{
    size_t count = 0;
    for (; numbers.at < numbers.end; numbers.at++)
        count += *numbers.at < 0x80;
    return count;
}

static bool is_long(ProtobufCType type)
{
    return type == PROTOBUF_C_TYPE_INT64 || type == PROTOBUF_C_TYPE_UINT64;
}

static bool fill_packed(struct wire_reader chunk, ProtobufCType type, void *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t number;
        if (!packer_read_number(&chunk, &number)) return false;
        if (is_long(type))
            ((uint64_t *)numbers)[i] = number;
        else
            ((uint32_t *)numbers)[i] = (uint32_t)number;
    }
    return chunk.at == chunk.end;
}

/* Nobody writes a repetition of nothing, and there is more than one way to write a boolean. */
void *packer_read_packed(struct unpacking *unpacking, struct wire_reader chunk, ProtobufCType type,
                         size_t *ret_count)
{
    size_t count = count_packed(chunk);
    if (count == 0 || type == PROTOBUF_C_TYPE_BOOL) return NULL;
    size_t size = is_long(type) ? sizeof(uint64_t) : sizeof(uint32_t);
    void *numbers = make_elements(unpacking, count, size);
    if (numbers == NULL) return NULL;
    if (fill_packed(chunk, type, numbers, count)) {
        *ret_count = count;
        return numbers;
    }
    give_back(unpacking, numbers);
    return NULL;
}

bool unpack_plain(const struct onsale_packer *packer, const uint8_t *bytes, size_t size,
                  struct arena *arena, ProtobufCMessage **ret_message)
{
    *ret_message = NULL;
    if (packer == NULL) return false;
    struct unpacking unpacking = {.arena = arena, .elements_left = PROTO_ELEMENTS_MAX};
    struct arena before = arena == NULL ? (struct arena){0} : *arena;
    const uint8_t *end = size == 0 ? bytes : bytes + size;
    *ret_message = packer_read_inner(&unpacking, (struct wire_reader){bytes, end}, 1, packer);
    if (*ret_message != NULL) return true;
    if (arena != NULL) arena_rewind(arena, &before);
    return unpacking.out_of_memory;
}
