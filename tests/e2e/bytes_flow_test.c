/* A gateway's calls: methods by name, messages as bytes, against a real server. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tests/e2e/buyer.h"

enum { USER = 1, BYTES_MAX = 512, WAIT_MS = 60 * 1000 };

/* A request of a method: the message packed. */
struct packed {
    uint8_t bytes[BYTES_MAX];
    size_t size;
};

static struct packed pack(const ProtobufCMessage *message)
{
    struct packed packed = {.size = protobuf_c_message_get_packed_size(message)};
    assert_true(packed.size <= sizeof packed.bytes);
    protobuf_c_message_pack(message, packed.bytes);
    return packed;
}

static enum onsale_status call(const struct shop *shop, const char *name,
                               const struct packed *request, ProtobufCBinaryData *ret_response,
                               struct onsale_error *ret_error)
{
    return onsale_channel_call_bytes(shop->channel, onsale_method_find(name), request->bytes,
                                     request->size, NULL, ret_response, ret_error);
}

static void a_call_by_name_and_bytes_does_what_the_typed_one_does(void **state)
{
    struct shop *shop = *state;
    Onsale__V1__CreateUserRequest create = ONSALE__V1__CREATE_USER_REQUEST__INIT;
    Onsale__V1__GetBalanceRequest ask = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    ProtobufCBinaryData bytes;
    create.user_id = ask.user_id = USER;
    struct packed request = pack(&create.base);
    assert_int_equal(call(shop, "onsale.v1.AdminService/CreateUser", &request, &bytes, NULL),
                     ONSALE_OK);
    free(bytes.data);
    const struct caller_id charge = id_make();
    assert_int_equal(call_charge(shop->channel, USER, &charge, 700, NULL, NULL), ONSALE_OK);

    request = pack(&ask.base);
    assert_int_equal(call(shop, "onsale.v1.WalletService/GetBalance", &request, &bytes, NULL),
                     ONSALE_OK);
    Onsale__V1__GetBalanceResponse *balance =
        onsale__v1__get_balance_response__unpack(NULL, bytes.len, bytes.data);
    assert_non_null(balance);
    assert_int_equal(balance->balance, 700);
    onsale__v1__get_balance_response__free_unpacked(balance, NULL);
    free(bytes.data);
}

static void bytes_of_a_wrong_message_are_refused_by_the_server(void **state)
{
    struct shop *shop = *state;
    const struct packed requests[] = {
        {.bytes = "\xff\xff\xff", .size = 3},         /* no message at all */
        {.bytes = "\x08", .size = 1},                 /* cut off */
        {.bytes = "\x0a\x03\x61\x62\x63", .size = 5}, /* text in the place of the user's number */
    };
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        struct onsale_error error;
        ProtobufCBinaryData bytes;
        assert_int_equal(
            call(shop, "onsale.v1.WalletService/GetBalance", &requests[i], &bytes, &error),
            ONSALE_PAYLOAD_MALFORMED);
        Onsale__Rpc__V1__BadField *bad = onsale_error_bad_field(&error);
        assert_non_null(bad);
        assert_true(bad->description[0] != '\0');
        onsale__rpc__v1__bad_field__free_unpacked(bad, NULL);
    }
}

static void a_method_that_the_server_does_not_have_is_refused(void **state)
{
    struct shop *shop = *state;
    const struct onsale_method newer = {.name = "onsale.v9.MoonService/Shine",
                                        .endpoint = ONSALE_ENDPOINT_MAIN};
    struct onsale_error error;
    ProtobufCBinaryData bytes;
    assert_int_equal(
        onsale_channel_call_bytes(shop->channel, &newer, NULL, 0, NULL, &bytes, &error),
        ONSALE_METHOD_UNKNOWN);
    assert_int_equal(error.attempts, 1);
    assert_int_equal(onsale_channel_call_bytes(shop->channel,
                                               onsale_method_find("onsale.v1.Nobody/Knows"), NULL,
                                               0, NULL, &bytes, &error),
                     ONSALE_METHOD_UNKNOWN);
    assert_int_equal(error.attempts, 0);
}

/* How a long poll ended. */
struct ending {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int times;
    enum onsale_status status;
    size_t size;
};

static void note(void *context, const struct onsale_error *error, const uint8_t *response,
                 size_t response_size)
{
    struct ending *ending = context;
    (void)response;
    pthread_mutex_lock(&ending->mutex);
    ending->times++;
    ending->status = error == NULL ? ONSALE_OK : error->status;
    ending->size = response_size;
    pthread_cond_signal(&ending->changed);
    pthread_mutex_unlock(&ending->mutex);
}

static void await(struct ending *ending)
{
    pthread_mutex_lock(&ending->mutex);
    while (ending->times == 0)
        pthread_cond_wait(&ending->changed, &ending->mutex);
    pthread_mutex_unlock(&ending->mutex);
}

static struct onsale_call_id poll_events(const struct shop *shop, uint64_t after,
                                         struct ending *ending)
{
    Onsale__V1__ListEventsRequest ask = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    struct onsale_call_options options = ONSALE_CALL_OPTIONS_INIT;
    *ending =
        (struct ending){.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    options.deadline_ms = onsale_now_ms() + 2 * WAIT_MS;
    ask.after = after;
    ask.wait_ms = WAIT_MS;
    struct packed request = pack(&ask.base);
    return onsale_channel_call_bytes_async(shop->channel,
                                           onsale_method_find("onsale.v1.EventService/ListEvents"),
                                           request.bytes, request.size, &options, note, ending);
}

static void a_long_poll_by_bytes_waits_for_the_next_event(void **state)
{
    struct shop *shop = *state;
    struct ending ending;
    uint64_t last;
    assert_int_equal(call_last_event(shop->channel, &last), ONSALE_OK);
    poll_events(shop, last, &ending);
    assert_int_equal(call_create_user(shop->channel, USER), ONSALE_OK);
    buyer_make(shop, USER + 1, 100);
    await(&ending);
    assert_int_equal(ending.status, ONSALE_OK);
    assert_true(ending.size > 0);
}

static void a_long_poll_that_is_cancelled_ends_long_before_its_time(void **state)
{
    struct shop *shop = *state;
    struct ending ending;
    uint64_t last;
    assert_int_equal(call_last_event(shop->channel, &last), ONSALE_OK);
    onsale_channel_cancel(shop->channel, poll_events(shop, last, &ending));
    await(&ending);
    assert_int_equal(ending.status, ONSALE_CANCELLED);
    assert_int_equal(ending.times, 1);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    const struct CMUnitTest rows[] = {
        SHOP_TEST(a_call_by_name_and_bytes_does_what_the_typed_one_does, argv[1]),
        SHOP_TEST(bytes_of_a_wrong_message_are_refused_by_the_server, argv[1]),
        SHOP_TEST(a_method_that_the_server_does_not_have_is_refused, argv[1]),
        SHOP_TEST(a_long_poll_by_bytes_waits_for_the_next_event, argv[1]),
        SHOP_TEST(a_long_poll_that_is_cancelled_ends_long_before_its_time, argv[1]),
    };
    return cmocka_run_group_tests_name("calls by bytes", rows, NULL, NULL);
}
