/* unpack_plain.h -- The fast path of unpacking: generated code for messages in the form that
 * protobuf's own libraries write. It checks what scan.h checks, several times quicker than
 * protobuf-c. Every other message, valid or not, falls back to the scan and protobuf-c. */
#ifndef RPC_WIRE_UNPACK_PLAIN_H
#define RPC_WIRE_UNPACK_PLAIN_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct onsale_packer;

/** Unpacks a message whose fields come in the order of their numbers, each once or in one run, and
 * none of them unknown.
 *
 * @param packer  Of its type; NULL: there is none, so this returns false.
 * @param arena   For the message. Its fields of type bytes are borrowed from `bytes`, and equal
 *                texts may share their memory: neither must be written to. NULL: the message owns
 *                all it has and is the caller's, to be freed with
 *                protobuf_c_message_free_unpacked(message, NULL).
 * @param ret_message  What protobuf-c would make of the bytes; NULL if memory is out, or false is
 *                     returned.
 * @return False, with nothing taken from the arena, if it falls back to protobuf-c: it is not
 *         such a message, or scan_message would refuse it. */
bool unpack_plain(const struct onsale_packer *packer, const uint8_t *bytes, size_t size,
                  struct arena *arena, ProtobufCMessage **ret_message);

#endif
