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
