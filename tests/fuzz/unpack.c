/* unpack.c -- A type of message (the first byte) and bytes. What the generated code makes of them
 * is what protobuf-c makes of them, and is packed alike; and whatever the scan lets through,
 * protobuf-c can unpack. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/require.h"
#include "onsale/rpc/v1/rpc.packing.h"
#include "rpc/scan.h"
#include "rpc/wire/pack.h"
#include "rpc/wire/packer.h"
#include "rpc/wire/unpack_plain.h"
#include "server/method_table.h"
#include "tests/fuzz/fuzz.h"

enum { ARENA_BYTES = 64 << 20 };

static const struct onsale_packer *packer_of(size_t choice)
{
    const struct method *method = &method_table[choice / 2 % method_table_count];
    if (choice >= 2 * method_table_count)
        return choice % 2 == 0 ? &onsale__rpc__v1__request_frame__packer
                               : &onsale__rpc__v1__reply_frame__packer;
    return choice % 2 == 0 ? method->request_packer : method->response_packer;
}

/* Both ways to pack make these bytes of it. */
static void require_packs_to(const ProtobufCMessage *message, const struct onsale_packer *packer,
                             const uint8_t *bytes, size_t size)
{
    struct packing packing = pack_measure(message, packer);
    uint8_t *packed = malloc(size + 1);
    REQUIRE(packed != NULL);
    REQUIRE(packing.size == size);
    REQUIRE(pack_write(packing, packed) == packed + size);
    REQUIRE(memcmp(packed, bytes, size) == 0);
    REQUIRE(protobuf_c_message_pack(message, packed) == size);
    REQUIRE(memcmp(packed, bytes, size) == 0);
    free(packed);
}

static void compare(const struct onsale_packer *packer, const ProtobufCMessage *slow,
                    const uint8_t *bytes, size_t size)
{
    struct arena arena;
    ProtobufCMessage *quick, *owned;
    size_t packed_size = protobuf_c_message_get_packed_size(slow);
    uint8_t *packed = malloc(packed_size + 1);
    REQUIRE(packed != NULL);
    protobuf_c_message_pack(slow, packed);
    require_packs_to(slow, packer, packed, packed_size);
    arena_init(&arena, ARENA_BYTES);
    bool is_plain = unpack_plain(packer, bytes, size, &arena, &quick);
    REQUIRE(is_plain == (quick != NULL));
    REQUIRE(unpack_plain(packer, bytes, size, NULL, &owned) == is_plain);
    if (is_plain) {
        require_packs_to(quick, packer, packed, packed_size);
        require_packs_to(owned, packer, packed, packed_size);
        protobuf_c_message_free_unpacked(owned, NULL);
    }
    arena_deinit(&arena);
    free(packed);
}

static void require_not_plain(const struct onsale_packer *packer, const uint8_t *bytes, size_t size)
{
    struct arena arena;
    ProtobufCMessage *message;
    arena_init(&arena, ARENA_BYTES);
    REQUIRE(!unpack_plain(packer, bytes, size, &arena, &message));
    REQUIRE(message == NULL);
    arena_deinit(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct scan_problem problem;
    if (size == 0) return 0;
    const struct onsale_packer *packer = packer_of(bytes[0] % (2 * method_table_count + 2));
    if (!scan_message(packer->descriptor, bytes + 1, size - 1, PROTO_ELEMENTS_MAX, &problem)) {
        REQUIRE(problem.what != NULL);
        require_not_plain(packer, bytes + 1, size - 1);
        return 0;
    }
    ProtobufCMessage *slow =
        protobuf_c_message_unpack(packer->descriptor, NULL, size - 1, bytes + 1);
    REQUIRE(slow != NULL);
    compare(packer, slow, bytes + 1, size - 1);
    protobuf_c_message_free_unpacked(slow, NULL);
    return 0;
}
