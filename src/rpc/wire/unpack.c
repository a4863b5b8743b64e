#include "rpc/wire/unpack.h"

#include "base/limits.h"
#include "rpc/wire/unpack_plain.h"

static void *allocate(void *arena, size_t size)
{
    return arena_alloc(arena, size);
}

/* The arena is reset as a whole. */
static void keep(void *arena, void *bytes)
{
    (void)arena;
    (void)bytes;
}

ProtobufCAllocator unpack_allocator(struct arena *arena)
{
    return (ProtobufCAllocator){.alloc = allocate, .free = keep, .allocator_data = arena};
}

enum status unpack_message(const ProtobufCMessageDescriptor *descriptor,
                           const struct onsale_packer *packer, const uint8_t *bytes, size_t size,
                           enum status malformed, struct arena *arena,
                           struct scan_problem *ret_problem, ProtobufCMessage **ret_message)
{
    ProtobufCMessage *message;
    bool is_plain = unpack_plain(packer, bytes, size, arena, &message);
    if (message == NULL) {
        if (!scan_message(descriptor, bytes, size, PROTO_ELEMENTS_MAX, ret_problem))
            return malformed;
        ProtobufCAllocator allocator = unpack_allocator(arena);
        if (!is_plain) message = protobuf_c_message_unpack(descriptor, &allocator, size, bytes);
    }
    if (message == NULL) return STATUS_OUT_OF_MEMORY;
    *ret_message = message;
    return STATUS_OK;
}
