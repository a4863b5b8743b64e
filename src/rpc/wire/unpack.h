/* unpack.h -- Unpacks untrusted bytes into a message in an arena. */
#ifndef RPC_WIRE_UNPACK_H
#define RPC_WIRE_UNPACK_H

#include "base/arena.h"
#include "base/status.h"
#include "rpc/scan.h"

struct onsale_packer;

/** For protobuf_c_message_unpack: takes from the arena, frees nothing. */
ProtobufCAllocator unpack_allocator(struct arena *arena);

/** Scans the bytes and unpacks them.
 *
 * @param packer       Of the same type; NULL if there is none.
 * @param malformed    What bytes that fail the scan are refused with.
 * @param ret_problem  Set if `malformed` is returned.
 * @param ret_message  Set on STATUS_OK; it lives in the arena. Its fields of type bytes may be
 *                     borrowed from the bytes, and must not be written to.
 * @return STATUS_OK; `malformed`; STATUS_OUT_OF_MEMORY, also if the arena's quota is used up. */
enum status unpack_message(const ProtobufCMessageDescriptor *descriptor,
                           const struct onsale_packer *packer, const uint8_t *bytes, size_t size,
                           enum status malformed, struct arena *arena,
                           struct scan_problem *ret_problem, ProtobufCMessage **ret_message);

#endif
