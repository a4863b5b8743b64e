#include "rpc/wire/pack.h"

#include "base/require.h"
#include "rpc/wire/packer.h"

struct packing pack_measure(const ProtobufCMessage *message, const struct onsale_packer *packer)
{
    struct packing packing = {.message = message, .packer = packer};
    if (packer != NULL) packing.size = packer->measure(message);
    if (packer != NULL && packing.size < PACKER_NOT_PLAIN) return packing;
    packing.size = protobuf_c_message_get_packed_size(message);
    packing.packer = NULL;
    return packing;
}

uint8_t *pack_write(struct packing packing, uint8_t *to)
{
    if (packing.packer == NULL) return to + protobuf_c_message_pack(packing.message, to);
    const uint8_t *begin = packing.packer->put(to + packing.size, packing.message);
    REQUIRE(begin == to);
    return to + packing.size;
}

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
