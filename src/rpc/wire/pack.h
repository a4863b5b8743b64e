/* pack.h -- Packs a message: the bytes are those of protobuf-c, and several times quicker where
 * code was generated for its type. */
#ifndef RPC_WIRE_PACK_H
#define RPC_WIRE_PACK_H

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

struct onsale_packer;

/** A message that was measured and is yet to be written. */
struct packing {
    const ProtobufCMessage *message;
    size_t size;                        /* Unit: bytes */
    const struct onsale_packer *packer; /* NULL: protobuf-c writes it */
};

/** Measures a message, which then must not change until it is written.
 * @param packer  Of its type; NULL if there is none. */
struct packing pack_measure(const ProtobufCMessage *message, const struct onsale_packer *packer);

/** Writes a message. @return Where it ends: to + packing.size. */
uint8_t *pack_write(struct packing packing, uint8_t *to);

#endif
