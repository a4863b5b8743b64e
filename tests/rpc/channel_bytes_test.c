/* Calls by bytes: what goes out and comes back is handed on unread. */
#include <stdlib.h>
#include <string.h>

#include "tests/rpc/channel_fixture.h"

enum { LONG_MS = 60 * 1000 };

/* GetBalanceRequest{user_id = 300} and what the raw server answers, GetBalanceResponse{300}. */
static const uint8_t request[] = {0x08, 0xac, 0x02};
static const uint8_t response[] = {0x08, 0xac, 0x02};

static void the_bytes_of_a_request_get_the_bytes_of_its_response(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    const struct onsale_method *methods[] = {&get_balance, &charge_balance, &get_balance_watched,
                                             &get_balance_administered};
    for (size_t i = 0; i < 4; i++) {
        ProtobufCBinaryData bytes;
        assert_int_equal(onsale_channel_call_bytes(channel, methods[i], request, sizeof request,
                                                   NULL, &bytes, NULL),
                         ONSALE_OK);
        assert_int_equal(bytes.len, sizeof response);
        assert_memory_equal(bytes.data, response, sizeof response);
        free(bytes.data);
        struct raw_call call = raw_server_first_call(fixture->server, i);
        assert_string_equal(call.method, methods[i]->name);
        assert_int_equal(call.payload_size, sizeof request);
        assert_memory_equal(call.payload, request, sizeof request);
    }
}

static void an_empty_request_and_an_empty_response_are_bytes_too(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    ProtobufCBinaryData bytes = {.len = 1};
    assert_int_equal(onsale_channel_call_bytes(channel, &get_balance, NULL, 0, NULL, &bytes, NULL),
                     ONSALE_OK);
    assert_int_equal(bytes.len, 0);
    assert_null(bytes.data);
    assert_int_equal(raw_server_first_call(fixture->server, 0).payload_size, 0);
}

static void a_response_is_handed_on_even_if_it_is_garbage(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    ProtobufCBinaryData bytes;
    raw_server_expect(fixture->server, RAW_BAD_RESPONSE, 1);
    assert_int_equal(onsale_channel_call_bytes(channel, &get_balance, request, sizeof request, NULL,
                                               &bytes, NULL),
                     ONSALE_OK);
    assert_true(bytes.len > 0);
    free(bytes.data);
}

static void a_refusal_leaves_the_response_alone(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    struct onsale_error error;
    ProtobufCBinaryData bytes = {.len = 42};
    raw_server_expect(fixture->server, RAW_REFUSE, 1);
    assert_int_equal(onsale_channel_call_bytes(channel, &get_balance, request, sizeof request, NULL,
                                               &bytes, &error),
                     ONSALE_INSUFFICIENT_BALANCE);
    assert_int_equal(bytes.len, 42);
    assert_int_equal(error.attempts, 1);
    assert_int_equal(error.details_count, 1);
}

/* A name that nobody has found. */
static void a_call_without_a_method_is_refused(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    struct onsale_error error;
    ProtobufCBinaryData bytes;
    assert_int_equal(
        onsale_channel_call_bytes(channel, NULL, request, sizeof request, NULL, &bytes, &error),
        ONSALE_METHOD_UNKNOWN);
    assert_int_equal(error.code, ONSALE__RPC__V1__CODE__CODE_UNIMPLEMENTED);
    assert_int_equal(raw_server_frames(fixture->server), 0);
}

static void a_method_that_is_newer_than_the_library_can_be_called(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    const struct onsale_method newer[] = {
        {.name = "onsale.v9.MoonService/Shine", .endpoint = ONSALE_ENDPOINT_MAIN, .is_read = true},
        {.name = "onsale.v9.MoonService/Wait", .endpoint = ONSALE_ENDPOINT_WATCH},
    };
    for (size_t i = 0; i < 2; i++) {
        ProtobufCBinaryData bytes;
        assert_int_equal(onsale_channel_call_bytes(channel, &newer[i], request, sizeof request,
                                                   NULL, &bytes, NULL),
                         ONSALE_OK);
        free(bytes.data);
        assert_string_equal(raw_server_first_call(fixture->server, i).method, newer[i].name);
    }
}

static void bytes_that_no_frame_holds_are_not_sent(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    static uint8_t large[256 * 1024];
    const size_t sizes[] = {sizeof large, SIZE_MAX};
    for (size_t i = 0; i < 2; i++) {
        ProtobufCBinaryData bytes;
        assert_int_equal(
            onsale_channel_call_bytes(channel, &get_balance, large, sizes[i], NULL, &bytes, NULL),
            ONSALE_PAYLOAD_TOO_LARGE);
    }
    assert_int_equal(raw_server_frames(fixture->server), 0);
}

struct ending {
    struct tally tally;
    uint8_t bytes[16];
    size_t size;
};

static void note(void *context, const struct onsale_error *error, const uint8_t *bytes, size_t size)
{
    static const ProtobufCMessage some;
    struct ending *ending = context;
    ending->size = size;
    if (size > 0) memcpy(ending->bytes, bytes, size);
    tally_done(&ending->tally, error, error == NULL ? &some : NULL);
}

static void an_asynchronous_call_is_handed_the_bytes(void **state)
{
    struct channel_fixture *fixture = *state;
    struct ending ending = {.tally = TALLY_INIT};
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    onsale_channel_call_bytes_async(channel, &get_balance, request, sizeof request, NULL, note,
                                    &ending);
    tally_await(&ending.tally, 1);
    assert_int_equal(ending.tally.succeeded, 1);
    assert_int_equal(ending.size, sizeof response);
    assert_memory_equal(ending.bytes, response, sizeof response);
}

static void an_asynchronous_call_can_be_refused_and_cancelled(void **state)
{
    struct channel_fixture *fixture = *state;
    struct ending ending = {.tally = TALLY_INIT};
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    ending.tally.expected = ONSALE_METHOD_UNKNOWN;
    onsale_channel_call_bytes_async(channel, NULL, request, sizeof request, NULL, note, &ending);
    tally_await(&ending.tally, 1);
    assert_int_equal(ending.tally.failed, 1);

    ending.tally.expected = ONSALE_CANCELLED;
    raw_server_hold(fixture->server);
    struct onsale_call_id id = onsale_channel_call_bytes_async(
        channel, &get_balance_watched, request, sizeof request, NULL, note, &ending);
    raw_server_await(fixture->server, 1);
    onsale_channel_cancel(channel, id);
    tally_await(&ending.tally, 2);
    assert_int_equal(ending.tally.failed, 2);
}

int main(void)
{
    const struct CMUnitTest rows[] = {
        CHANNEL_TEST(the_bytes_of_a_request_get_the_bytes_of_its_response),
        CHANNEL_TEST(an_empty_request_and_an_empty_response_are_bytes_too),
        CHANNEL_TEST(a_response_is_handed_on_even_if_it_is_garbage),
        CHANNEL_TEST(a_refusal_leaves_the_response_alone),
        CHANNEL_TEST(a_call_without_a_method_is_refused),
        CHANNEL_TEST(a_method_that_is_newer_than_the_library_can_be_called),
        CHANNEL_TEST(bytes_that_no_frame_holds_are_not_sent),
        CHANNEL_TEST(an_asynchronous_call_is_handed_the_bytes),
        CHANNEL_TEST(an_asynchronous_call_can_be_refused_and_cancelled),
    };
    return cmocka_run_group_tests_name("channel: bytes", rows, NULL, NULL);
}
