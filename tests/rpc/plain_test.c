/* The quick readers of frames and replies against the general one: what they read must be the same,
 * and what they do not read is left to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "onsale/rpc/v1/rpc.packing.h"
#include "rpc/channel/reply_plain.h"
#include "rpc/channel/wire.h"
#include "rpc/frame/frame_plain.h"
#include "rpc/wire/unpack_plain.h"

enum { ARENA_BYTES = 1 << 20, FRAME_BYTES = 4096, CALLS = 3 };

struct fixture {
    struct arena arena;
    uint8_t bytes[FRAME_BYTES];
    size_t size;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    arena_init(&fixture.arena, ARENA_BYTES);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    arena_deinit(&fixture->arena);
    return 0;
}

static void make_calls(Onsale__Rpc__V1__Call calls[CALLS], Onsale__Rpc__V1__Call *pointers[CALLS])
{
    static uint8_t payload[] = {0x0a, 0x01, 0x41};
    for (size_t i = 0; i < CALLS; i++) {
        onsale__rpc__v1__call__init(&calls[i]);
        calls[i].method = "onsale.v1.QueueService/GetQueueEntry";
        calls[i].timeout_ms = (uint32_t)(1000 * i); /* the first is not on the wire */
        calls[i].payload = (ProtobufCBinaryData){i == 1 ? 0 : sizeof payload, payload};
        pointers[i] = &calls[i];
    }
}

static void pack_frame(struct fixture *fixture, Onsale__Rpc__V1__Call *pointers[CALLS])
{
    Onsale__Rpc__V1__RequestFrame frame = ONSALE__RPC__V1__REQUEST_FRAME__INIT;
    frame.n_calls = CALLS;
    frame.calls = pointers;
    fixture->size = onsale__rpc__v1__request_frame__pack(&frame, fixture->bytes);
    assert_true(fixture->size < FRAME_BYTES);
}

static bool read_frame(struct fixture *fixture, size_t size, size_t calls_count,
                       const Onsale__Rpc__V1__RequestFrame **ret_frame)
{
    return frame_read_plain(fixture->bytes, size, calls_count, &fixture->arena, ret_frame);
}

static void a_plain_frame_is_read_as_it_was_packed(void **state)
{
    struct fixture *fixture = *state;
    Onsale__Rpc__V1__Call calls[CALLS];
    Onsale__Rpc__V1__Call *pointers[CALLS];
    const Onsale__Rpc__V1__RequestFrame *frame;
    make_calls(calls, pointers);
    pack_frame(fixture, pointers);

    assert_true(read_frame(fixture, fixture->size, CALLS, &frame));
    assert_int_equal(frame->n_calls, CALLS);
    for (size_t i = 0; i < CALLS; i++) {
        assert_string_equal(frame->calls[i]->method, calls[i].method);
        assert_int_equal(frame->calls[i]->timeout_ms, calls[i].timeout_ms);
        assert_int_equal(frame->calls[i]->payload.len, calls[i].payload.len);
        assert_memory_equal(frame->calls[i]->payload.data, calls[i].payload.data,
                            calls[i].payload.len);
        assert_int_equal(frame->calls[i]->n_metadata, 0);
    }
}

static void a_frame_cut_off_anywhere_is_not_read(void **state)
{
    struct fixture *fixture = *state;
    Onsale__Rpc__V1__Call calls[CALLS];
    Onsale__Rpc__V1__Call *pointers[CALLS];
    const Onsale__Rpc__V1__RequestFrame *frame;
    make_calls(calls, pointers);
    pack_frame(fixture, pointers);
    for (size_t size = 0; size < fixture->size; size++)
        assert_false(read_frame(fixture, size, CALLS, &frame));
}

static void metadata_and_odd_names_are_left_to_the_general_way(void **state)
{
    struct fixture *fixture = *state;
    Onsale__Rpc__V1__Call calls[CALLS];
    Onsale__Rpc__V1__Call *pointers[CALLS];
    const Onsale__Rpc__V1__RequestFrame *frame;
    Onsale__Rpc__V1__Metadata metadata = ONSALE__RPC__V1__METADATA__INIT;
    Onsale__Rpc__V1__Metadata *list[] = {&metadata};
    metadata.key = "accept-language";
    metadata.value = "ko";

    make_calls(calls, pointers);
    calls[2].n_metadata = 1;
    calls[2].metadata = list;
    pack_frame(fixture, pointers);
    assert_false(read_frame(fixture, fixture->size, CALLS, &frame));

    make_calls(calls, pointers);
    calls[0].method = "onsale.v1.\xff";
    pack_frame(fixture, pointers);
    assert_false(read_frame(fixture, fixture->size, CALLS, &frame));
}

static void a_field_given_twice_is_left_to_the_general_way(void **state)
{
    struct fixture *fixture = *state;
    const Onsale__Rpc__V1__RequestFrame *frame;
    static const uint8_t twice[] = {0x0a, 0x04, 0x10, 0x01, 0x10, 0x02};
    memcpy(fixture->bytes, twice, sizeof twice);
    assert_false(read_frame(fixture, sizeof twice, 1, &frame));
}

static void another_number_of_calls_is_left_to_the_general_way(void **state)
{
    struct fixture *fixture = *state;
    Onsale__Rpc__V1__Call calls[CALLS];
    Onsale__Rpc__V1__Call *pointers[CALLS];
    const Onsale__Rpc__V1__RequestFrame *frame;
    make_calls(calls, pointers);
    pack_frame(fixture, pointers);
    assert_false(read_frame(fixture, fixture->size, CALLS - 1, &frame));
    assert_false(read_frame(fixture, fixture->size, CALLS + 1, &frame));
}

/* As the channel writes it, if the caller asks for Korean messages. */
static void a_frame_of_the_channel_is_read_without_protobuf_c(void **state)
{
    struct fixture *fixture = *state;
    static const char method[] = "onsale.v1.QueueService/GetQueueEntry";
    uint8_t call[200];
    ProtobufCMessage *message;
    size_t call_size = channel_wire_call_size(method, 1, true);
    assert_true(channel_wire_in_frame_size_max(call_size) <= FRAME_BYTES);
    uint8_t *payload = channel_wire_call_write(call, method, 1, true);
    assert_ptr_equal(payload, call + call_size - 1);
    *payload = 0x7e;
    uint8_t *end = channel_wire_in_frame_write(fixture->bytes, call, call_size, 3000);
    size_t size = (size_t)(end - fixture->bytes);

    assert_true(unpack_plain(&onsale__rpc__v1__request_frame__packer, fixture->bytes, size,
                             &fixture->arena, &message));
    const Onsale__Rpc__V1__RequestFrame *frame = (Onsale__Rpc__V1__RequestFrame *)message;
    assert_int_equal(frame->n_calls, 1);
    assert_string_equal(frame->calls[0]->method, method);
    assert_int_equal(frame->calls[0]->timeout_ms, 3000);
    assert_int_equal(frame->calls[0]->n_metadata, 1);
    assert_string_equal(frame->calls[0]->metadata[0]->value, "ko");
    assert_int_equal(frame->calls[0]->payload.len, 1);
    assert_int_equal(frame->calls[0]->payload.data[0], 0x7e);
}

static void pack_reply(struct fixture *fixture, Onsale__Rpc__V1__Result results[CALLS])
{
    Onsale__Rpc__V1__Result *pointers[CALLS];
    Onsale__Rpc__V1__ReplyFrame reply = ONSALE__RPC__V1__REPLY_FRAME__INIT;
    for (size_t i = 0; i < CALLS; i++)
        pointers[i] = &results[i];
    reply.n_results = CALLS;
    reply.results = pointers;
    reply.server_time_ms = 1234567890123;
    fixture->size = onsale__rpc__v1__reply_frame__pack(&reply, fixture->bytes);
}

static void make_results(Onsale__Rpc__V1__Result results[CALLS])
{
    static uint8_t payload[] = {0x08, 0x01};
    for (size_t i = 0; i < CALLS; i++) {
        onsale__rpc__v1__result__init(&results[i]);
        if (i != 1) results[i].payload = (ProtobufCBinaryData){sizeof payload, payload};
    }
}

static void a_plain_reply_is_read_as_it_was_packed(void **state)
{
    struct fixture *fixture = *state;
    Onsale__Rpc__V1__Result results[CALLS];
    const Onsale__Rpc__V1__ReplyFrame *reply;
    make_results(results);
    pack_reply(fixture, results);

    assert_true(reply_read_plain(fixture->bytes, fixture->size, CALLS, &fixture->arena, &reply));
    assert_int_equal(reply->server_time_ms, 1234567890123);
    for (size_t i = 0; i < CALLS; i++) {
        assert_int_equal(reply->results[i]->code, 0);
        assert_int_equal(reply->results[i]->payload.len, results[i].payload.len);
        assert_memory_equal(reply->results[i]->payload.data, results[i].payload.data,
                            results[i].payload.len);
    }
    for (size_t size = 0; size < fixture->size; size++)
        assert_false(reply_read_plain(fixture->bytes, size, CALLS, &fixture->arena, &reply));
}

static void a_reply_with_a_refusal_is_left_to_the_general_way(void **state)
{
    struct fixture *fixture = *state;
    Onsale__Rpc__V1__Result results[CALLS];
    const Onsale__Rpc__V1__ReplyFrame *reply;
    make_results(results);
    results[1].code = ONSALE__RPC__V1__CODE__CODE_NOT_FOUND;
    results[1].reason = "USER_NOT_FOUND";
    pack_reply(fixture, results);
    assert_false(reply_read_plain(fixture->bytes, fixture->size, CALLS, &fixture->arena, &reply));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_plain_frame_is_read_as_it_was_packed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_frame_cut_off_anywhere_is_not_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(metadata_and_odd_names_are_left_to_the_general_way, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_field_given_twice_is_left_to_the_general_way, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(another_number_of_calls_is_left_to_the_general_way, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_frame_of_the_channel_is_read_without_protobuf_c, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_plain_reply_is_read_as_it_was_packed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reply_with_a_refusal_is_left_to_the_general_way, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
