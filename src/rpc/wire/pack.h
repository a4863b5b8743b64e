/* pack.h -- From a message to its bytes: those that protobuf-c would write, several times quicker
 * for the messages of proto3 files. For others it asks protobuf-c. */
#ifndef RPC_WIRE_PACK_H
#define RPC_WIRE_PACK_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A message that was measured and is yet to be written. */
struct packing {
    const ProtobufCMessage *message;
    size_t size;   /* Unit: bytes */
    bool is_plain; /* it does without protobuf-c */
};

/** Measures a message, which then must not change until it is written. */
struct packing pack_measure(const ProtobufCMessage *message);

/** Writes a message, from its end to its beginning: so what is inside of it is measured once.
 * @return Where it ends: to + packing.size. */
uint8_t *pack_write(struct packing packing, uint8_t *to);

#endif
