/* What a call or a channel is given beside the request: deadlines, metadata, sizes of options. */
#include <string.h>

#include "tests/rpc/channel_fixture.h"

enum { LONG_MS = 60 * 1000 };

static enum onsale_status call_with(struct onsale_channel *channel,
                                    const struct onsale_call_options *options,
                                    struct onsale_error *ret_error)
{
    Onsale__V1__GetBalanceRequest request = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    ProtobufCMessage *response;
    request.user_id = 7;
    enum onsale_status status =
        onsale_channel_call(channel, &get_balance, &request.base, options, &response, ret_error);
    if (status == ONSALE_OK) protobuf_c_message_free_unpacked(response, NULL);
    return status;
}

/* --- deadlines ---------------------------------------------------------------------------------
 */

static void a_deadline_that_has_come_ends_the_call_unsent(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    const int64_t moments_ms[] = {INT64_MIN, -1, 1, onsale_now_ms()};
    for (size_t i = 0; i < sizeof moments_ms / sizeof moments_ms[0]; i++) {
        struct onsale_call_options options = ONSALE_CALL_OPTIONS_INIT;
        struct onsale_error error;
        options.deadline_ms = moments_ms[i];
        assert_int_equal(call_with(channel, &options, &error), ONSALE_DEADLINE_EXCEEDED);
        assert_int_equal(error.attempts, 0);
    }
    assert_int_equal(raw_server_frames(fixture->server), 0);
}

static void an_asynchronous_call_whose_deadline_has_come_ends_once(void **state)
{
    struct channel_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    struct onsale_call_options options = ONSALE_CALL_OPTIONS_INIT;
    Onsale__V1__GetBalanceRequest request = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    tally.expected = ONSALE_DEADLINE_EXCEEDED;
    options.deadline_ms = 1;
    struct onsale_call_id id = onsale_channel_call_async(channel, &get_balance, &request.base,
                                                         &options, tally_done, &tally);
    assert_int_equal(id.number, 0);
    onsale_channel_cancel(channel, id);
    tally_await(&tally, 1);
    channel_fixture_close(fixture);
    assert_int_equal(tally.ended, 1);
    assert_int_equal(tally.failed, 1);
}

/* @return The time that the call told the server. */
static uint32_t timeout_told(struct channel_fixture *fixture,
                             const struct onsale_call_options *options)
{
    size_t frames = raw_server_frames(fixture->server);
    assert_int_equal(call_with(fixture->channel, options, NULL), ONSALE_OK);
    return raw_server_first_call(fixture->server, frames).timeout_ms;
}

static void the_earlier_of_deadline_and_timeout_counts(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_call_options options = ONSALE_CALL_OPTIONS_INIT;
    channel_fixture_open(fixture, &(struct onsale_channel_options){.timeout_ms = 1000});
    assert_in_range(timeout_told(fixture, &options), 1, 1000);
    options.deadline_ms = onsale_now_ms() + 2 * LONG_MS;
    assert_in_range(timeout_told(fixture, &options), LONG_MS, 2 * LONG_MS);
    options.timeout_ms = LONG_MS;
    assert_in_range(timeout_told(fixture, &options), 1, LONG_MS);
    options.timeout_ms = 4 * LONG_MS;
    assert_in_range(timeout_told(fixture, &options), LONG_MS, 2 * LONG_MS);
}

static void a_deadline_far_away_counts_as_the_longest_timeout(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_call_options options = ONSALE_CALL_OPTIONS_INIT;
    channel_fixture_open(fixture, NULL);
    options.deadline_ms = INT64_MAX;
    assert_in_range(timeout_told(fixture, &options), LONG_MS, ONSALE_TIMEOUT_MS_MAX);
    options.deadline_ms = onsale_now_ms() + ONSALE_TIMEOUT_MS_MAX + LONG_MS;
    assert_in_range(timeout_told(fixture, &options), LONG_MS, ONSALE_TIMEOUT_MS_MAX);
}

static void a_deadline_that_comes_ends_the_call(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_call_options options = ONSALE_CALL_OPTIONS_INIT;
    struct onsale_error error;
    channel_fixture_open(fixture, NULL);
    raw_server_hold(fixture->server);
    options.deadline_ms = onsale_now_ms() + 50;
    assert_int_equal(call_with(fixture->channel, &options, &error), ONSALE_DEADLINE_EXCEEDED);
    assert_true(onsale_now_ms() >= options.deadline_ms);
    raw_server_release(fixture->server);
}

/* --- metadata ----------------------------------------------------------------------------------
 */

static struct onsale_call_options with_metadata(const struct onsale_metadata *pairs, size_t count)
{
    struct onsale_call_options options = ONSALE_CALL_OPTIONS_INIT;
    options.metadata = pairs;
    options.metadata_count = (uint32_t)count;
    return options;
}

static struct raw_call call_told(struct channel_fixture *fixture,
                                 const struct onsale_call_options *options)
{
    size_t frames = raw_server_frames(fixture->server);
    assert_int_equal(call_with(fixture->channel, options, NULL), ONSALE_OK);
    return raw_server_first_call(fixture->server, frames);
}

static void metadata_travels_beside_the_request(void **state)
{
    struct channel_fixture *fixture = *state;
    const struct onsale_metadata pairs[] = {{"traceparent", "00-자취-01"}, {"empty", ""}};
    const struct onsale_call_options options = with_metadata(pairs, 2);
    const uint8_t payload[] = {0x08, 0x07};
    channel_fixture_open(fixture, NULL);
    struct raw_call call = call_told(fixture, &options);
    assert_int_equal(call.metadata_count, 2);
    assert_string_equal(call.metadata_key, "traceparent");
    assert_string_equal(call.metadata_value, "00-자취-01");
    assert_int_equal(call.payload_size, sizeof payload);
    assert_memory_equal(call.payload, payload, sizeof payload);
}

static void a_language_of_the_call_takes_the_place_of_the_channels(void **state)
{
    struct channel_fixture *fixture = *state;
    const struct onsale_metadata trace = {"trace", "1"};
    const struct onsale_metadata language = {"Accept-Language", "en"};
    struct onsale_call_options options = with_metadata(&trace, 1);
    channel_fixture_open(fixture, &(struct onsale_channel_options){.korean = true});
    assert_int_equal(call_told(fixture, &options).metadata_count, 2);
    options.metadata = &language;
    struct raw_call call = call_told(fixture, &options);
    assert_int_equal(call.metadata_count, 1);
    assert_string_equal(call.metadata_key, "Accept-Language");
    assert_string_equal(call.metadata_value, "en");
}

static char key_max[ONSALE_METADATA_KEY_BYTES_MAX + 1];
static char key_too_long[ONSALE_METADATA_KEY_BYTES_MAX + 2];
static char value_max[ONSALE_METADATA_VALUE_BYTES_MAX + 1];
static char value_too_long[ONSALE_METADATA_VALUE_BYTES_MAX + 2];

static void fill_texts(void)
{
    memset(key_max, 'k', sizeof key_max - 1);
    memset(key_too_long, 'k', sizeof key_too_long - 1);
    memset(value_max, 'v', sizeof value_max - 1);
    memset(value_too_long, 'v', sizeof value_too_long - 1);
}

static void metadata_at_its_limits_is_sent(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_metadata pairs[ONSALE_METADATA_MAX];
    fill_texts();
    for (size_t i = 0; i < ONSALE_METADATA_MAX; i++)
        pairs[i] = (struct onsale_metadata){key_max, i < 20 ? value_max : "v"};
    pairs[0] = (struct onsale_metadata){"k", "v"}; /* which the server shows */
    const struct onsale_call_options options = with_metadata(pairs, ONSALE_METADATA_MAX);
    channel_fixture_open(fixture, &(struct onsale_channel_options){.korean = true});
    assert_int_equal(call_told(fixture, &options).metadata_count, ONSALE_METADATA_MAX + 1);
}

static void metadata_beyond_its_limits_is_refused_unsent(void **state)
{
    struct channel_fixture *fixture = *state;
    fill_texts();
    const struct {
        struct onsale_metadata pair;
        const char *problem;
    } cases[] = {
        {{NULL, "v"}, "metadata[1]: it has no key"},
        {{"", "v"}, "metadata[1]: it has no key"},
        {{"k", NULL}, "metadata[1]: it has no value"},
        {{key_too_long, "v"}, "metadata[1]: the key is too long"},
        {{"k", value_too_long}, "metadata[1]: the value is too long"},
        {{"\xff", "v"}, "metadata[1]: the key is not UTF-8"},
        {{"k", "\xc0\x80"}, "metadata[1]: the value is not UTF-8"},
    };
    channel_fixture_open(fixture, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct onsale_error error;
        const struct onsale_metadata pairs[] = {{"fine", "fine"}, cases[i].pair};
        const struct onsale_call_options options = with_metadata(pairs, 2);
        assert_int_equal(call_with(fixture->channel, &options, &error), ONSALE_METADATA_INVALID);
        assert_string_equal(error.message, cases[i].problem);
        assert_int_equal(error.attempts, 0);
    }
    assert_int_equal(raw_server_frames(fixture->server), 0);
}

static void too_many_pairs_or_bytes_are_refused_unsent(void **state)
{
    struct channel_fixture *fixture = *state;
    static struct onsale_metadata pairs[ONSALE_METADATA_MAX + 1];
    fill_texts();
    for (size_t i = 0; i <= ONSALE_METADATA_MAX; i++)
        pairs[i] = (struct onsale_metadata){"k", value_max};
    channel_fixture_open(fixture, NULL);
    struct onsale_call_options options = with_metadata(pairs, ONSALE_METADATA_MAX + 1);
    assert_int_equal(call_with(fixture->channel, &options, NULL), ONSALE_METADATA_INVALID);
    options.metadata_count = ONSALE_METADATA_MAX; /* more than a frame holds */
    assert_int_equal(call_with(fixture->channel, &options, NULL), ONSALE_PAYLOAD_TOO_LARGE);
    assert_int_equal(raw_server_frames(fixture->server), 0);
}

/* --- sizes -------------------------------------------------------------------------------------
 */

/* Of a caller who was built with a later version. */
struct later_call_options {
    struct onsale_call_options known;
    uint64_t unknown;
};
struct later_channel_options {
    struct onsale_channel_options known;
    uint64_t unknown;
};

static void an_option_that_the_library_does_not_know_must_be_zero(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_error error;
    struct later_call_options options = {.known.size = sizeof options};
    channel_fixture_open(fixture, NULL);
    assert_int_equal(call_with(fixture->channel, &options.known, NULL), ONSALE_OK);
    options.unknown = 1;
    assert_int_equal(call_with(fixture->channel, &options.known, &error), ONSALE_ARGUMENT_INVALID);
    assert_int_equal(raw_server_frames(fixture->server), 1);
}

static void a_size_that_none_has_is_refused(void **state)
{
    struct channel_fixture *fixture = *state;
    const size_t sizes[] = {1, sizeof(size_t), sizeof(struct onsale_call_options) - 1, SIZE_MAX};
    channel_fixture_open(fixture, NULL);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const struct onsale_call_options options = {.size = sizes[i]};
        assert_int_equal(call_with(fixture->channel, &options, NULL), ONSALE_ARGUMENT_INVALID);
    }
    assert_int_equal(call_with(fixture->channel, &(struct onsale_call_options){.size = 0}, NULL),
                     ONSALE_OK);
}

static void a_channel_is_not_opened_with_an_option_that_is_not_known(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_error error;
    struct later_channel_options options = {.known = ONSALE_CHANNEL_OPTIONS_INIT, .unknown = 1};
    options.known.url = fixture->url;
    assert_int_equal(onsale_channel_open(&options.known, &fixture->channel, NULL), ONSALE_OK);
    channel_fixture_close(fixture);
    options.known.size = sizeof options;
    assert_int_equal(onsale_channel_open(&options.known, &fixture->channel, &error),
                     ONSALE_ARGUMENT_INVALID);
    assert_non_null(strstr(error.message, "size"));
    options.unknown = 0;
    assert_int_equal(onsale_channel_open(&options.known, &fixture->channel, NULL), ONSALE_OK);
}

int main(void)
{
    const struct CMUnitTest rows[] = {
        CHANNEL_TEST(a_deadline_that_has_come_ends_the_call_unsent),
        CHANNEL_TEST(an_asynchronous_call_whose_deadline_has_come_ends_once),
        CHANNEL_TEST(the_earlier_of_deadline_and_timeout_counts),
        CHANNEL_TEST(a_deadline_far_away_counts_as_the_longest_timeout),
        CHANNEL_TEST(a_deadline_that_comes_ends_the_call),
        CHANNEL_TEST(metadata_travels_beside_the_request),
        CHANNEL_TEST(a_language_of_the_call_takes_the_place_of_the_channels),
        CHANNEL_TEST(metadata_at_its_limits_is_sent),
        CHANNEL_TEST(metadata_beyond_its_limits_is_refused_unsent),
        CHANNEL_TEST(too_many_pairs_or_bytes_are_refused_unsent),
        CHANNEL_TEST(an_option_that_the_library_does_not_know_must_be_zero),
        CHANNEL_TEST(a_size_that_none_has_is_refused),
        CHANNEL_TEST(a_channel_is_not_opened_with_an_option_that_is_not_known),
    };
    return cmocka_run_group_tests_name("channel: options", rows, NULL, NULL);
}
