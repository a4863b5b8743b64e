#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "onsale/rpc/v1/rpc.pb-c.h"
#include "onsale/v1/admin.pb-c.h"
#include "onsale/v1/reservation.pb-c.h"
#include "rpc/scan.h"
#include "rpc/wire/utf8.h"
#include "tests/lib/call_frame.h"

enum { ELEMENTS_MAX = 1000 };

#define BYTES(...) (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})

/* A message that contains itself, as none of ours does: node = 1, bool flag = 2. */
struct node {
    ProtobufCMessage base;
    struct node *child;
    protobuf_c_boolean flag;
};
extern const ProtobufCMessageDescriptor node_descriptor;
static const ProtobufCFieldDescriptor node_fields[] = {
    {.name = "child",
     .id = 1,
     .label = PROTOBUF_C_LABEL_NONE,
     .type = PROTOBUF_C_TYPE_MESSAGE,
     .offset = offsetof(struct node, child),
     .descriptor = &node_descriptor},
    {.name = "flag",
     .id = 2,
     .label = PROTOBUF_C_LABEL_NONE,
     .type = PROTOBUF_C_TYPE_BOOL,
     .offset = offsetof(struct node, flag)},
};
static const ProtobufCIntRange node_ranges[] = {{1, 0}, {0, 2}};
const ProtobufCMessageDescriptor node_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "node",
    .sizeof_message = sizeof(struct node),
    .n_fields = 2,
    .fields = node_fields,
    .n_field_ranges = 1,
    .field_ranges = node_ranges,
};

static void assert_refused(const ProtobufCMessageDescriptor *descriptor, const uint8_t *bytes,
                           size_t size, const char *what, const char *field)
{
    struct scan_problem problem;
    assert_false(scan_message(descriptor, bytes, size, ELEMENTS_MAX, &problem));
    assert_string_equal(problem.what, what);
    assert_string_equal(problem.field, field);
}

static void assert_accepted(const ProtobufCMessageDescriptor *descriptor, const uint8_t *bytes,
                            size_t size)
{
    struct scan_problem problem;
    assert_true(scan_message(descriptor, bytes, size, ELEMENTS_MAX, &problem));
}

/* Puts `depth` empty nodes into each other, from the inside. @return Size; the bytes end at `end`.
 */
static size_t nest(uint8_t *end, size_t depth)
{
    size_t size = 0;
    for (size_t i = 1; i < depth; i++) {
        uint8_t head[5] = {0x0a};
        size_t head_size = 1;
        size_t rest = size;
        for (; rest >= 0x80; rest >>= 7)
            head[head_size++] = (uint8_t)(rest | 0x80);
        head[head_size++] = (uint8_t)rest;
        size += head_size;
        memcpy(end - size, head, head_size);
    }
    return size;
}

static void nesting_up_to_the_limit_is_accepted(void **state)
{
    (void)state;
    uint8_t bytes[64];
    size_t size = nest(bytes + sizeof bytes, PROTO_DEPTH_MAX);
    assert_accepted(&node_descriptor, bytes + sizeof bytes - size, size);
    size = nest(bytes + sizeof bytes, PROTO_DEPTH_MAX + 1);
    assert_refused(&node_descriptor, bytes + sizeof bytes - size, size, "nested too deep", "child");
}

static void forty_kilobytes_of_nesting_are_refused(void **state)
{
    (void)state;
    static uint8_t bytes[64 * 1024];
    size_t size = nest(bytes + sizeof bytes, 13000);
    assert_true(size >= 40 * 1024);
    assert_refused(&node_descriptor, bytes + sizeof bytes - size, size, "nested too deep", "child");
}

static void a_singular_field_twice_is_refused(void **state)
{
    (void)state;
    assert_refused(&node_descriptor, BYTES(0x10, 1, 0x10, 1), "there more than once", "flag");
}

static void a_submessage_twice_is_refused(void **state)
{
    (void)state;
    assert_refused(&node_descriptor, BYTES(0x0a, 0, 0x0a, 0), "there more than once", "child");
    assert_refused(&onsale__v1__import_catalogue_request__descriptor, BYTES(0x0a, 0, 0x0a, 0),
                   "there more than once", "concert");
}

static void text_that_is_not_utf8_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "\x80",
        "\xc3",
        "\xc0\xaf",
        "\xc1\xbf",
        "\xe0\x80\xaf",
        "\xe2\x82",
        "\xe2\x28\xa1",
        "\xed\xa0\x80",
        "\xf0\x80\x80\xaf",
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xff",
        "\xe2\x82\x28",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        uint8_t bytes[8] = {0x0a, (uint8_t)strlen(wrong[i])};
        memcpy(bytes + 2, wrong[i], strlen(wrong[i]));
        assert_refused(&onsale__rpc__v1__metadata__descriptor, bytes, 2 + strlen(wrong[i]),
                       "not UTF-8 without NUL", "key");
    }
}

static void a_nul_in_text_is_refused_and_in_bytes_accepted(void **state)
{
    (void)state;
    assert_refused(&onsale__rpc__v1__metadata__descriptor, BYTES(0x0a, 3, 'a', 0, 'b'),
                   "not UTF-8 without NUL", "key");
    assert_accepted(&onsale__rpc__v1__call__descriptor, BYTES(0x22, 3, 'a', 0, 0xff));
}

static void every_length_of_utf8_is_accepted(void **state)
{
    (void)state;
    static const char text[] = "a\xc3\xa9\xed\x95\x9c\xf0\x9f\x8e\xab\xed\x9f\xbf\xf4\x8f\xbf\xbf";
    uint8_t bytes[2 + sizeof text] = {0x0a, sizeof text - 1};
    memcpy(bytes + 2, text, sizeof text - 1);
    assert_accepted(&onsale__rpc__v1__metadata__descriptor, bytes, 2 + sizeof text - 1);
}

static void text_of_any_length_is_checked_at_every_byte(void **state)
{
    (void)state;
    enum { SIZE_MAX_TRIED = 26 };
    for (size_t size = 1; size <= SIZE_MAX_TRIED; size++)
        for (size_t at = 0; at < size; at++) {
            uint8_t text[SIZE_MAX_TRIED];
            memset(text, 0x7f, size);
            assert_true(utf8_is_text(text, size));
            text[at] = 0;
            assert_false(utf8_is_text(text, size));
            text[at] = 0x80;
            assert_false(utf8_is_text(text, size));
            text[at] = 0xc3;
            assert_false(utf8_is_text(text, size));
            if (at + 1 == size) continue;
            text[at + 1] = 0xa9;
            assert_true(utf8_is_text(text, size));
        }
}

static void the_wrong_wire_type_is_refused(void **state)
{
    (void)state;
    assert_refused(&node_descriptor, BYTES(0x08, 1), "of the wrong wire type", "child");
    assert_refused(&node_descriptor, BYTES(0x12, 0), "of the wrong wire type", "flag");
    assert_refused(&onsale__v1__hold_seats_request__descriptor, BYTES(0x25, 0, 0, 0, 0),
                   "of the wrong wire type", "seat_indexes");
}

static void heads_that_no_field_has_are_refused(void **state)
{
    (void)state;
    const char *what = "not the fields of a message";
    assert_refused(&node_descriptor, BYTES(0x00, 0), what, ""); /* field 0 */
    assert_refused(&node_descriptor, BYTES(0x13), what, "");    /* group */
    assert_refused(&node_descriptor, BYTES(0x0f), what, "");    /* type 7 */
    assert_refused(&node_descriptor, BYTES(0x80), what, "");    /* cut off */
    assert_refused(&node_descriptor, BYTES(0x80, 0x80, 0x80, 0x80, 0x10), what, "");
    assert_refused(&node_descriptor, BYTES(0x8a, 0x80, 0x80, 0x80, 0x80, 0, 0), what, "");
    assert_refused(&node_descriptor, BYTES(0x0a, 1, 0x80), what, "child");
}

static void a_varint_of_eleven_bytes_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[12] = {0x10};
    memset(bytes + 1, 0x80, 10);
    assert_refused(&node_descriptor, bytes, sizeof bytes, "cut off", "flag");
    bytes[10] = 1;
    assert_accepted(&node_descriptor, bytes, 11);
}

static void lengths_beyond_the_message_are_refused(void **state)
{
    (void)state;
    assert_refused(&node_descriptor, BYTES(0x0a, 1), "cut off", "child");
    assert_refused(&node_descriptor, BYTES(0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 0), "cut off",
                   "child");
    assert_refused(&node_descriptor, BYTES(0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0), "cut off",
                   "child");
}

static void unknown_fields_are_accepted_up_to_their_limit(void **state)
{
    (void)state;
    uint8_t bytes[3 * (PROTO_UNKNOWN_FIELDS_MAX + 1)];
    for (size_t i = 0; i < sizeof bytes; i += 3)
        memcpy(bytes + i, BYTES(0xf8, 0x01, 7));
    assert_accepted(&node_descriptor, bytes, sizeof bytes - 3);
    assert_refused(&node_descriptor, bytes, sizeof bytes, "too many unknown fields", "");
    assert_refused(&node_descriptor, BYTES(0xfa, 0x01, 2, 0), "cut off", "");
}

static void elements_are_counted_packed_and_not_packed(void **state)
{
    (void)state;
    const ProtobufCMessageDescriptor *descriptor = &onsale__v1__hold_seats_request__descriptor;
    const uint8_t bytes[] = {0x22, 3, 1, 0x80, 1, 0x20, 7, 0x20, 8};
    struct scan_problem problem;
    assert_true(scan_message(descriptor, bytes, sizeof bytes, 4, &problem));
    assert_false(scan_message(descriptor, bytes, sizeof bytes, 3, &problem));
    assert_string_equal(problem.what, "too many elements of repeated fields");
    assert_string_equal(problem.field, "seat_indexes");
    assert_false(scan_message(descriptor, bytes, sizeof bytes, 1, &problem));
}

static void a_packed_element_that_is_cut_off_is_refused(void **state)
{
    (void)state;
    assert_refused(&onsale__v1__hold_seats_request__descriptor, BYTES(0x22, 2, 1, 0x80), "cut off",
                   "seat_indexes");
}

static void no_bytes_are_an_empty_message(void **state)
{
    (void)state;
    assert_accepted(&node_descriptor, NULL, 0);
}

static uint8_t *make_frame(size_t *ret_size)
{
    struct call_frame frame;
    call_frame_init(&frame);
    Onsale__V1__HoldSeatsRequest request = ONSALE__V1__HOLD_SEATS_REQUEST__INIT;
    uint32_t seats[] = {1, 300, 70000};
    request.performance_id = 5;
    request.n_seat_indexes = 3;
    request.seat_indexes = seats;
    for (int i = 0; i < 2; i++) {
        Onsale__Rpc__V1__Call *call = call_frame_add(&frame, "a.b/C", &request.base);
        call_frame_add_metadata(call, "accept-language", "ko");
    }
    uint8_t *bytes = call_frame_pack(&frame, ret_size);
    call_frame_deinit(&frame);
    return bytes;
}

/* What the scan lets through protobuf-c must be able to unpack: then only memory can be short. */
static bool scans_and_unpacks(const uint8_t *bytes, size_t size)
{
    const ProtobufCMessageDescriptor *descriptor = &onsale__rpc__v1__request_frame__descriptor;
    uint8_t *exact = malloc(size == 0 ? 1 : size);
    memcpy(exact, bytes, size);
    struct scan_problem problem;
    bool accepted = scan_message(descriptor, exact, size, ELEMENTS_MAX, &problem);
    if (accepted) {
        ProtobufCMessage *message = protobuf_c_message_unpack(descriptor, NULL, size, exact);
        assert_non_null(message);
        protobuf_c_message_free_unpacked(message, NULL);
    }
    free(exact);
    return accepted;
}

static void a_frame_cut_off_anywhere_is_refused_but_between_its_calls(void **state)
{
    (void)state;
    size_t size;
    uint8_t *bytes = make_frame(&size);
    assert_true(scans_and_unpacks(bytes, size));
    for (size_t i = 0; i < size; i++)
        assert_int_equal(scans_and_unpacks(bytes, i), i == 0 || i == size / 2);
    free(bytes);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void garbage_never_passes_what_protobuf_c_refuses(void **state)
{
    (void)state;
    uint32_t seed = 20241123;
    size_t size;
    uint8_t *bytes = make_frame(&size);
    uint8_t *changed = malloc(size);
    size_t accepted = 0;
    for (int round = 0; round < 50000; round++) {
        memcpy(changed, bytes, size);
        uint32_t changes = 1 + next_random(&seed) % 4;
        for (uint32_t i = 0; i < changes; i++)
            changed[next_random(&seed) % size] = (uint8_t)next_random(&seed);
        accepted += scans_and_unpacks(changed, size);
    }
    assert_in_range(accepted, 1, 49999);
    free(changed);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nesting_up_to_the_limit_is_accepted),
        cmocka_unit_test(forty_kilobytes_of_nesting_are_refused),
        cmocka_unit_test(a_singular_field_twice_is_refused),
        cmocka_unit_test(a_submessage_twice_is_refused),
        cmocka_unit_test(text_that_is_not_utf8_is_refused),
        cmocka_unit_test(a_nul_in_text_is_refused_and_in_bytes_accepted),
        cmocka_unit_test(every_length_of_utf8_is_accepted),
        cmocka_unit_test(text_of_any_length_is_checked_at_every_byte),
        cmocka_unit_test(the_wrong_wire_type_is_refused),
        cmocka_unit_test(heads_that_no_field_has_are_refused),
        cmocka_unit_test(a_varint_of_eleven_bytes_is_refused),
        cmocka_unit_test(lengths_beyond_the_message_are_refused),
        cmocka_unit_test(unknown_fields_are_accepted_up_to_their_limit),
        cmocka_unit_test(elements_are_counted_packed_and_not_packed),
        cmocka_unit_test(a_packed_element_that_is_cut_off_is_refused),
        cmocka_unit_test(no_bytes_are_an_empty_message),
        cmocka_unit_test(a_frame_cut_off_anywhere_is_refused_but_between_its_calls),
        cmocka_unit_test(garbage_never_passes_what_protobuf_c_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
