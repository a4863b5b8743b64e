#include "rpc/wire/unpack_plain.h"

#include "base/limits.h"
#include "rpc/wire/packer.h"

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
