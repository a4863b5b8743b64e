/* The quick ways to pack and unpack against protobuf-c: what they make must be the same, for every
 * message of every service.
 *
 * Usage: test_packing [ROUNDS [SEED]] */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "onsale/rpc/v1/rpc.packing.h"
#include "onsale/v1/admin.packing.h"
#include "onsale/v1/queue.packing.h"
#include "onsale/v1/queue.pb-c.h"
#include "onsale/v1/reservation.packing.h"
#include "onsale/v1/reservation.pb-c.h"
#include "rpc/scan.h"
#include "rpc/wire/pack.h"
#include "rpc/wire/packer.h"
#include "rpc/wire/unpack_plain.h"
#include "server/method_table.h"
#include "tests/lib/failing_malloc.h"
#include "tests/rpc/random_message.h"

enum { ARENA_BYTES = 64 << 20 };

static unsigned long rounds = 30;
static unsigned long seed = 1;
static size_t odd_and_plain;
static size_t odd_and_left;

typedef void try_one(struct random *random, struct arena *arena, const struct onsale_packer *packer,
                     const ProtobufCMessage *message);

static void try_message(struct random *random, const struct onsale_packer *packer, try_one *try)
{
    struct arena arena;
    arena_init(&arena, ARENA_BYTES);
    for (int i = 0; i < 10; i++) {
        try(random, &arena, packer, random_message(random, &arena, packer->descriptor));
        arena_reset(&arena);
    }
    arena_deinit(&arena);
}

static void try_all(try_one *try)
{
    struct random random = random_make(seed);
    for (unsigned long round = 0; round < rounds; round++)
        for (size_t i = 0; i < method_table_count; i++) {
            assert_ptr_equal(method_table[i].request_packer->descriptor, method_table[i].request);
            assert_ptr_equal(method_table[i].response_packer->descriptor, method_table[i].response);
            try_message(&random, method_table[i].request_packer, try);
            try_message(&random, method_table[i].response_packer, try);
            try_message(&random, &onsale__rpc__v1__request_frame__packer, try);
            try_message(&random, &onsale__rpc__v1__reply_frame__packer, try);
        }
}

/* A copy that ends where its memory ends. */
static uint8_t *copy_exactly(ProtobufCBinaryData bytes)
{
    uint8_t *copy = malloc(bytes.len == 0 ? 1 : bytes.len);
    assert_non_null(copy);
    if (bytes.len > 0) memcpy(copy, bytes.data, bytes.len);
    return copy;
}

static void assert_packs_to(struct arena *arena, const ProtobufCMessage *message,
                            ProtobufCBinaryData expected)
{
    ProtobufCBinaryData packed = random_message_pack(arena, message);
    assert_int_equal(packed.len, expected.len);
    assert_memory_equal(packed.data, expected.data, packed.len);
}

static void pack(struct random *random, struct arena *arena, const struct onsale_packer *packer,
                 const ProtobufCMessage *message)
{
    (void)random;
    ProtobufCBinaryData expected = random_message_pack(arena, message);
    struct packing packing = pack_measure(message, packer);
    assert_ptr_equal(packing.packer, packer);
    assert_int_equal(packing.size, expected.len);
    uint8_t *bytes = copy_exactly(expected);
    memset(bytes, 0xee, expected.len);
    assert_ptr_equal(pack_write(packing, bytes), bytes + expected.len);
    assert_memory_equal(bytes, expected.data, expected.len);
    free(bytes);
}

static void every_message_is_packed_as_protobuf_c_packs_it(void **state)
{
    (void)state;
    try_all(pack);
}

/* The arena is as it was if there is no message. */
static ProtobufCMessage *unpack_into(struct arena *arena, bool *ret_is_plain,
                                     const struct onsale_packer *packer, const uint8_t *bytes,
                                     size_t size)
{
    size_t used = arena == NULL ? 0 : arena->used;
    ProtobufCMessage *message;
    *ret_is_plain = unpack_plain(packer, bytes, size, arena, &message);
    if (arena != NULL && message == NULL) assert_int_equal(arena->used, used);
    return message;
}

/* @return NULL if it is left to protobuf-c; memory is there. */
static ProtobufCMessage *unpack_if_plain(struct arena *arena, const struct onsale_packer *packer,
                                         const uint8_t *bytes, size_t size)
{
    bool is_plain;
    ProtobufCMessage *message = unpack_into(arena, &is_plain, packer, bytes, size);
    assert_int_equal(message != NULL, is_plain);
    return message;
}

static void unpack(struct random *random, struct arena *arena, const struct onsale_packer *packer,
                   const ProtobufCMessage *message)
{
    (void)random;
    ProtobufCBinaryData packed = random_message_pack(arena, message);
    uint8_t *bytes = copy_exactly(packed);
    ProtobufCMessage *in_arena = unpack_if_plain(arena, packer, bytes, packed.len);
    assert_non_null(in_arena);
    assert_packs_to(arena, in_arena, packed);
    ProtobufCMessage *owned = unpack_if_plain(NULL, packer, bytes, packed.len);
    free(bytes);
    assert_non_null(owned);
    assert_packs_to(arena, owned, packed);
    protobuf_c_message_free_unpacked(owned, NULL);
}

static void every_message_is_unpacked_as_it_was_packed(void **state)
{
    (void)state;
    try_all(unpack);
}

static void unpack_odd(struct random *random, struct arena *arena,
                       const struct onsale_packer *packer, const ProtobufCMessage *message)
{
    ProtobufCBinaryData packed = random_message_pack(arena, message);
    ProtobufCBinaryData odd = random_message_spoil(random, arena, packed);
    uint8_t *bytes = copy_exactly(odd);
    ProtobufCMessage *quick = unpack_if_plain(arena, packer, bytes, odd.len);
    ProtobufCMessage *owned = unpack_if_plain(NULL, packer, bytes, odd.len);
    assert_int_equal(quick == NULL, owned == NULL);
    *(quick != NULL ? &odd_and_plain : &odd_and_left) += 1;
    if (quick != NULL) {
        struct scan_problem problem;
        assert_true(scan_message(packer->descriptor, bytes, odd.len, PROTO_ELEMENTS_MAX, &problem));
        ProtobufCMessage *slow =
            protobuf_c_message_unpack(packer->descriptor, NULL, odd.len, bytes);
        assert_non_null(slow);
        ProtobufCBinaryData expected = random_message_pack(arena, slow);
        assert_packs_to(arena, quick, expected);
        assert_packs_to(arena, owned, expected);
        protobuf_c_message_free_unpacked(slow, NULL);
        protobuf_c_message_free_unpacked(owned, NULL);
    }
    free(bytes);
}

static void odd_bytes_are_unpacked_as_by_protobuf_c_or_left_to_it(void **state)
{
    (void)state;
    try_all(unpack_odd);
    assert_true(odd_and_plain > 100 * rounds);
    assert_true(odd_and_left > 100 * rounds);
}

static void unpack_within(struct random *random, struct arena *arena,
                          const struct onsale_packer *packer, const ProtobufCMessage *message)
{
    (void)random;
    ProtobufCBinaryData packed = random_message_pack(arena, message);
    struct arena small;
    arena_init(&small, 16);
    bool is_plain;
    while (unpack_into(&small, &is_plain, packer, packed.data, packed.len) == NULL) {
        assert_true(is_plain);
        small.bytes_max += 16;
    }
    arena_deinit(&small);
    bool failed = true;
    for (size_t number = 1; failed; number++) {
        failing_malloc_arm(number);
        ProtobufCMessage *owned = unpack_into(NULL, &is_plain, packer, packed.data, packed.len);
        failed = failing_malloc_disarm();
        assert_true(is_plain);
        assert_int_equal(owned == NULL, failed);
        protobuf_c_message_free_unpacked(owned, NULL);
    }
}

static void without_memory_nothing_is_kept(void **state)
{
    (void)state;
    struct random random = random_make(seed);
    try_message(&random, &onsale__v1__hold_seats_response__packer, unpack_within);
    try_message(&random, &onsale__v1__import_catalogue_request__packer, unpack_within);
}

/* A message that contains itself, as none of ours does. */
struct node {
    ProtobufCMessage base;
    struct node *child;
};
static const ProtobufCMessageDescriptor packing_node_descriptor;
static const struct onsale_packer node_packer;

static void node_init(ProtobufCMessage *message)
{
    *(struct node *)message = (struct node){.base.descriptor = &packing_node_descriptor};
}

static bool node_read(struct unpacking *unpacking, void *to, struct wire_reader reader,
                      size_t depth)
{
    struct node *node = to;
    struct wire_reader chunk;
    if (packer_next_is(&reader, 10) &&
        (!packer_read_chunk(&reader, &chunk) ||
         (node->child = packer_read_inner(unpacking, chunk, depth + 1, &node_packer)) == NULL))
        return false;
    return reader.at == reader.end;
}

static const ProtobufCMessageDescriptor packing_node_descriptor = {
    .sizeof_message = sizeof(struct node), .message_init = node_init};
static const struct onsale_packer node_packer = {.descriptor = &packing_node_descriptor,
                                                 .read = node_read};

static void nesting_beyond_the_limit_is_left_to_the_scan(void **state)
{
    (void)state;
    uint8_t bytes[2 * PROTO_DEPTH_MAX];
    for (size_t i = 0; i < PROTO_DEPTH_MAX; i++) {
        bytes[2 * i] = 1 << 3 | 2;
        bytes[2 * i + 1] = (uint8_t)(2 * (PROTO_DEPTH_MAX - i - 1));
    }
    struct arena arena;
    arena_init(&arena, ARENA_BYTES);
    assert_null(unpack_if_plain(&arena, &node_packer, bytes, sizeof bytes));
    assert_non_null(unpack_if_plain(&arena, &node_packer, bytes + 2, sizeof bytes - 2));
    arena_deinit(&arena);
}

/* A request with so many seats, all of index 0. */
static bool seats_are_plain(size_t count)
{
    Onsale__V1__HoldSeatsRequest request = ONSALE__V1__HOLD_SEATS_REQUEST__INIT;
    struct arena arena;
    arena_init(&arena, ARENA_BYTES);
    request.n_seat_indexes = count;
    request.seat_indexes = arena_calloc(&arena, count, sizeof *request.seat_indexes);
    ProtobufCBinaryData packed = random_message_pack(&arena, &request.base);
    bool is_plain = unpack_if_plain(&arena, &onsale__v1__hold_seats_request__packer, packed.data,
                                    packed.len) != NULL;
    arena_deinit(&arena);
    return is_plain;
}

static void more_elements_than_the_limit_are_left_to_the_scan(void **state)
{
    (void)state;
    assert_true(seats_are_plain(PROTO_ELEMENTS_MAX));
    assert_false(seats_are_plain(PROTO_ELEMENTS_MAX + 1));
}

static void what_is_not_plain_is_packed_by_protobuf_c(void **state)
{
    (void)state;
    ProtobufCMessageUnknownField unknown = {1000, PROTOBUF_C_WIRE_TYPE_VARINT, 1, (uint8_t[]){7}};
    Onsale__V1__QueueEntry entry = ONSALE__V1__QUEUE_ENTRY__INIT;
    entry.base.n_unknown_fields = 1;
    entry.base.unknown_fields = &unknown;
    Onsale__V1__GetQueueEntryResponse response = ONSALE__V1__GET_QUEUE_ENTRY_RESPONSE__INIT;
    response.entry = &entry;
    uint8_t bytes[16];
    struct packing packing =
        pack_measure(&response.base, &onsale__v1__get_queue_entry_response__packer);
    assert_null(packing.packer);
    assert_int_equal(packing.size, 5);
    assert_ptr_equal(pack_write(packing, bytes), bytes + 5);
    assert_memory_equal(bytes, "\x0a\x03\xc0\x3e\x07", 5);
}

int main(int argc, char **argv)
{
    if (argc > 1) rounds = strtoul(argv[1], NULL, 10);
    if (argc > 2) seed = strtoul(argv[2], NULL, 10);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_is_packed_as_protobuf_c_packs_it),
        cmocka_unit_test(every_message_is_unpacked_as_it_was_packed),
        cmocka_unit_test(odd_bytes_are_unpacked_as_by_protobuf_c_or_left_to_it),
        cmocka_unit_test(without_memory_nothing_is_kept),
        cmocka_unit_test(nesting_beyond_the_limit_is_left_to_the_scan),
        cmocka_unit_test(more_elements_than_the_limit_are_left_to_the_scan),
        cmocka_unit_test(what_is_not_plain_is_packed_by_protobuf_c),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
