#include "rpc/wire/packer.h"

#include <stdlib.h>

#include "base/limits.h"
#include "rpc/wire/utf8.h"

/* --- Writing -----------------------------------------------------------------------------------
 */

size_t packer_measure_inners(uint32_t tag, const void *messages, size_t count,
                             size_t (*measure)(const void *message))
{
    const void *const *inners = messages;
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size +=
            inners[i] == NULL ? PACKER_NOT_PLAIN : packer_measure_headed(tag, measure(inners[i]));
    return size;
}

uint8_t *packer_put_inners(uint8_t *end, uint32_t tag, const void *messages, size_t count,
                           uint8_t *(*put)(uint8_t *end, const void *message))
{
    const void *const *inners = messages;
    for (size_t i = count; i-- > 0;)
        end = packer_put_inner(end, tag, inners[i], put);
    return end;
}

/* A negative number of 32 bits is written as one of 64. */
static inline uint64_t number_at(ProtobufCType type, const void *numbers, size_t i)
{
    switch ((int)type) {
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
        return ((const uint64_t *)numbers)[i];
    case PROTOBUF_C_TYPE_UINT32:
        return ((const uint32_t *)numbers)[i];
    case PROTOBUF_C_TYPE_BOOL:
        return ((const protobuf_c_boolean *)numbers)[i] != 0;
    default:
        return (uint64_t)((const int32_t *)numbers)[i];
    }
}

size_t packer_measure_packed(uint32_t tag, ProtobufCType type, const void *numbers, size_t count)
{
    if (count == 0) return 0;
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += wire_varint_size(number_at(type, numbers, i));
    return packer_measure_headed(tag, size);
}

uint8_t *packer_put_packed(uint8_t *end, uint32_t tag, ProtobufCType type, const void *numbers,
                           size_t count)
{
    if (count == 0) return end;
    uint8_t *begin = end;
    for (size_t i = count; i-- > 0;)
        begin = packer_put_varint(begin, number_at(type, numbers, i));
    return packer_put_head(begin, tag, (size_t)(end - begin));
}

/* --- Reading -----------------------------------------------------------------------------------
 */

size_t packer_count(uint32_t tag, const uint8_t *bytes, size_t size, size_t count_max)
{
    size_t count = 0;
    if (size == 0) return 0;
    struct wire_reader reader = {bytes, bytes + size};
    struct wire_reader chunk;
    uint32_t field;
    enum wire_type type;
    while (count <= count_max && wire_read_tag(&reader, &field, &type)) {
        count += field == tag >> 3;
        bool is_whole =
            type == WIRE_BYTES ? wire_read_bytes(&reader, &chunk) : wire_skip(&reader, type);
        if (!is_whole) break;
    }
    return count;
}

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

static char *copy_text(struct unpacking *unpacking, struct wire_reader chunk)
{
    size_t size = wire_left(&chunk);
    if (!utf8_is_text(chunk.at, size)) return NULL;
    char *text = allocate(unpacking, size + 1);
    if (text == NULL) return NULL;
    memcpy(text, chunk.at, size);
    text[size] = '\0';
    return text;
}

/* The same text often comes again at once, as the method of the calls of a frame does: in an arena
 * it is there once. */
char *packer_read_text(struct unpacking *unpacking, struct wire_reader chunk)
{
    size_t size = wire_left(&chunk);
    if (unpacking->arena == NULL) return copy_text(unpacking, chunk);
    if (unpacking->text == NULL || size != unpacking->text_size ||
        memcmp(chunk.at, unpacking->text, size) != 0) {
        unpacking->text = copy_text(unpacking, chunk);
        unpacking->text_size = size;
    }
    return unpacking->text;
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

/* @return False if the message has more elements than it may. */
static bool count_elements(struct unpacking *unpacking, size_t count)
{
    if (count > unpacking->elements_left) return false;
    unpacking->elements_left -= count;
    return true;
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

/* A run of messages with one tag, the first of them behind it. */
struct run {
    const struct onsale_packer *packer;
    size_t count;
    uint32_t tag;
    size_t depth;
};

static bool next_chunk(const struct run *run, size_t i, struct wire_reader *reader,
                       struct wire_reader *ret_chunk)
{
    return (i == 0 || packer_next_is(reader, run->tag)) && packer_read_chunk(reader, ret_chunk);
}

/* All of them in one piece, behind them the pointers to each. */
static void *read_run_in_arena(struct unpacking *unpacking, const struct run *run,
                               struct wire_reader *reader)
{
    size_t size = run->packer->descriptor->sizeof_message;
    uint8_t *messages = allocate(unpacking, run->count * (size + sizeof(void *)));
    if (messages == NULL) return NULL;
    void **inners = (void *)(messages + run->count * size);
    for (size_t i = 0; i < run->count; i++, messages += size) {
        struct wire_reader chunk;
        inners[i] = messages;
        protobuf_c_message_init(run->packer->descriptor, inners[i]);
        if (!next_chunk(run, i, reader, &chunk) ||
            !run->packer->read(unpacking, inners[i], chunk, run->depth))
            return NULL;
    }
    return inners;
}

/* Each has memory of its own, as protobuf-c frees it. */
static void *read_run(struct unpacking *unpacking, const struct run *run,
                      struct wire_reader *reader)
{
    void **inners = allocate(unpacking, run->count * sizeof *inners);
    if (inners == NULL) return NULL;
    for (size_t i = 0; i < run->count; i++) {
        struct wire_reader chunk;
        inners[i] = next_chunk(run, i, reader, &chunk)
                        ? packer_read_inner(unpacking, chunk, run->depth, run->packer)
                        : NULL;
        if (inners[i] != NULL) continue;
        while (i-- > 0)
            give_back_message(unpacking, inners[i]);
        give_back(unpacking, inners);
        return NULL;
    }
    return inners;
}

void *packer_read_inners(struct unpacking *unpacking, struct wire_reader *reader, uint32_t tag,
                         size_t depth, const struct onsale_packer *packer, size_t *ret_count)
{
    const struct run run = {packer, count_inners(*reader, tag), tag, depth};
    if (depth > PROTO_DEPTH_MAX || run.count == 0 || !count_elements(unpacking, run.count))
        return NULL;
    void *inners = unpacking->arena != NULL ? read_run_in_arena(unpacking, &run, reader)
                                            : read_run(unpacking, &run, reader);
    if (inners != NULL) *ret_count = run.count;
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
        if (!wire_read_varint(&chunk, &number)) return false;
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
    if (!count_elements(unpacking, count)) return NULL;
    size_t size = is_long(type) ? sizeof(uint64_t) : sizeof(uint32_t);
    void *numbers = allocate(unpacking, count * size);
    if (numbers == NULL) return NULL;
    if (fill_packed(chunk, type, numbers, count)) {
        *ret_count = count;
        return numbers;
    }
    give_back(unpacking, numbers);
    return NULL;
}
