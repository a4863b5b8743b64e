/* Calls that go well, and what the server or the channel refuses. */
#include <string.h>

#include "tests/rpc/channel_fixture.h"

enum { LONG_MS = 60 * 1000 };

static void a_call_is_answered(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    assert_int_equal(balance_call(channel, &get_balance, 7, 0, NULL), ONSALE_OK);
    assert_int_equal(balance_call(channel, &get_balance_watched, 8, 0, NULL), ONSALE_OK);
    assert_int_equal(balance_call(channel, &get_balance_administered, 0, 0, NULL), ONSALE_OK);
    assert_int_equal(balance_call(channel, &charge_balance, 9, 0, NULL), ONSALE_OK);
    assert_int_equal(raw_server_frames(fixture->server), 4);
}

static void the_method_the_timeout_and_the_request_arrive(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    assert_int_equal(balance_call(channel, &get_balance, 300, LONG_MS, NULL), ONSALE_OK);

    struct raw_call call = raw_server_first_call(fixture->server, 0);
    const uint8_t payload[] = {0x08, 0xac, 0x02};
    assert_string_equal(call.method, "onsale.v1.WalletService/GetBalance");
    assert_in_range(call.timeout_ms, 1, LONG_MS);
    assert_int_equal(call.metadata_count, 0);
    assert_int_equal(call.payload_size, sizeof payload);
    assert_memory_equal(call.payload, payload, sizeof payload);
}

static void korean_is_asked_for_in_the_metadata(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_channel_options options = {.korean = true};
    struct onsale_channel *channel = channel_fixture_open(fixture, &options);
    assert_int_equal(balance_call(channel, &get_balance, 7, 0, NULL), ONSALE_OK);

    struct raw_call call = raw_server_first_call(fixture->server, 0);
    assert_int_equal(call.metadata_count, 1);
    assert_string_equal(call.metadata_key, "accept-language");
    assert_string_equal(call.metadata_value, "ko");
}

static void a_refusal_arrives_whole(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_error error;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    raw_server_expect(fixture->server, RAW_REFUSE, 1);
    assert_int_equal(balance_call(channel, &get_balance, 7, 0, &error),
                     ONSALE_INSUFFICIENT_BALANCE);

    const uint8_t value[] = {1, 2, 3};
    assert_int_equal(error.status, ONSALE_INSUFFICIENT_BALANCE);
    assert_int_equal(error.code, 9);
    assert_string_equal(error.reason, "INSUFFICIENT_BALANCE");
    assert_string_equal(error.message, "the balance is 5");
    assert_int_equal(error.details_count, 1);
    assert_string_equal(error.details[0].type, "onsale.rpc.v1.BadField");
    assert_int_equal(error.details[0].size, sizeof value);
    assert_memory_equal(error.detail_bytes + error.details[0].offset, value, sizeof value);
}

static void a_reason_that_is_not_known_is_passed_on(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_error error;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    raw_server_expect(fixture->server, RAW_UNKNOWN_REASON, 1);
    assert_int_equal(balance_call(channel, &get_balance, 7, 0, &error), ONSALE_UNKNOWN_REASON);
    assert_string_equal(error.reason, "MOON_TOO_BRIGHT");
    assert_string_equal(error.message, "come back at noon");
    assert_int_equal(error.code, 9);
}

static void a_busy_server_is_not_asked_again(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_error error;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    raw_server_expect(fixture->server, RAW_EXHAUSTED, 1);
    assert_int_equal(balance_call(channel, &get_balance, 7, 0, &error), ONSALE_WRITER_BUSY);
    assert_int_equal(error.retry_after_ms, RAW_RETRY_AFTER_MS);
    assert_int_equal(raw_server_frames(fixture->server), 1);
}

static void replies_that_make_no_sense_are_refused(void **state)
{
    struct channel_fixture *fixture = *state;
    const enum raw_reply replies[] = {RAW_GARBAGE, RAW_TOO_FEW, RAW_BAD_RESPONSE};
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    for (size_t i = 0; i < sizeof replies / sizeof replies[0]; i++) {
        struct onsale_error error;
        raw_server_expect(fixture->server, replies[i], 1);
        assert_int_equal(balance_call(channel, &get_balance, 7, 0, &error), ONSALE_REPLY_MALFORMED);
        assert_int_equal(error.status, ONSALE_REPLY_MALFORMED);
    }
    assert_int_equal(balance_call(channel, &get_balance, 7, 0, NULL), ONSALE_OK);
}

static void a_request_too_large_for_a_frame_is_not_sent(void **state)
{
    struct channel_fixture *fixture = *state;
    const struct onsale_method list_entries = {
        .name = "onsale.v1.WalletService/ListLedgerEntries",
        .request = &onsale__v1__list_ledger_entries_request__descriptor,
        .response = &onsale__v1__list_ledger_entries_response__descriptor,
        .endpoint = ONSALE_ENDPOINT_MAIN,
    };
    static char page_token[256 * 1024];
    Onsale__V1__ListLedgerEntriesRequest request = ONSALE__V1__LIST_LEDGER_ENTRIES_REQUEST__INIT;
    ProtobufCMessage *response;
    struct onsale_error error;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    memset(page_token, 'x', sizeof page_token - 1);
    request.page_token = page_token;
    assert_int_equal(
        onsale_channel_call(channel, &list_entries, &request.base, NULL, &response, &error),
        ONSALE_PAYLOAD_TOO_LARGE);
    assert_int_equal(error.code, 3);
    assert_int_equal(raw_server_frames(fixture->server), 0);
}

static void an_endpoint_without_a_url_is_unreachable(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_error error;
    const struct onsale_channel_options options = {.url = fixture->url};
    assert_int_equal(onsale_channel_open(&options, &fixture->channel, NULL), ONSALE_OK);
    assert_int_equal(balance_call(fixture->channel, &get_balance_watched, 7, 0, &error),
                     ONSALE_SERVER_UNREACHABLE);
    assert_non_null(strstr(error.message, "watch_url"));
    assert_int_equal(balance_call(fixture->channel, &get_balance_administered, 7, 0, &error),
                     ONSALE_SERVER_UNREACHABLE);
    assert_non_null(strstr(error.message, "admin_url"));
}

static void a_timeout_out_of_range_is_refused(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    assert_int_equal(balance_call(channel, &get_balance, 7, ONSALE_TIMEOUT_MS_MAX + 1, NULL),
                     ONSALE_TIMEOUT_INVALID);
    assert_int_equal(raw_server_frames(fixture->server), 0);
}

static void a_bad_option_is_named(void **state)
{
    struct channel_fixture *fixture = *state;
    const struct {
        struct onsale_channel_options options;
        const char *name;
    } cases[] = {
        {{.url = NULL}, "url"},
        {{.url = "nonsense"}, "url"},
        {{.url = "carrier-pigeon://roof"}, "url"},
        {{.url = fixture->url, .watch_url = "nonsense"}, "watch_url"},
        {{.url = fixture->url, .admin_url = "nonsense"}, "admin_url"},
        {{.url = fixture->url, .timeout_ms = ONSALE_TIMEOUT_MS_MAX + 1}, "timeout_ms"},
        {{.url = fixture->url, .frames_in_flight = 65}, "frames_in_flight"},
        {{.url = fixture->url, .calls_per_frame = 513}, "calls_per_frame"},
        {{.url = fixture->url, .watches_in_flight = 257}, "watches_in_flight"},
        {{.url = fixture->url, .attempts_max = 101}, "attempts_max"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct onsale_error error;
        struct onsale_channel *channel = NULL;
        assert_int_equal(onsale_channel_open(&cases[i].options, &channel, &error),
                         ONSALE_ARGUMENT_INVALID);
        assert_non_null(strstr(error.message, cases[i].name));
        assert_null(channel);
    }
}

static void a_status_has_a_name_and_a_text(void **state)
{
    (void)state;
    assert_string_equal(onsale_status_name(ONSALE_SEAT_TAKEN), "SEAT_TAKEN");
    assert_string_equal(onsale_status_text(ONSALE_SEAT_TAKEN), "a seat is held or sold");
}

int main(void)
{
    const struct CMUnitTest rows[] = {
        CHANNEL_TEST(a_call_is_answered),
        CHANNEL_TEST(the_method_the_timeout_and_the_request_arrive),
        CHANNEL_TEST(korean_is_asked_for_in_the_metadata),
        CHANNEL_TEST(a_refusal_arrives_whole),
        CHANNEL_TEST(a_reason_that_is_not_known_is_passed_on),
        CHANNEL_TEST(a_busy_server_is_not_asked_again),
        CHANNEL_TEST(replies_that_make_no_sense_are_refused),
        CHANNEL_TEST(a_request_too_large_for_a_frame_is_not_sent),
        CHANNEL_TEST(an_endpoint_without_a_url_is_unreachable),
        CHANNEL_TEST(a_timeout_out_of_range_is_refused),
        CHANNEL_TEST(a_bad_option_is_named),
        cmocka_unit_test(a_status_has_a_name_and_a_text),
    };
    return cmocka_run_group_tests_name("channel: calls", rows, NULL, NULL);
}
