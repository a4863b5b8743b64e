/* The code generated from toy.proto, with a channel that is played by this test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rpc/wire/pack.h"
#include "rpc/wire/unpack_plain.h"
#include "toy.methods.h"
#include "toy.onsale.h"
#include "toy.packing.h"

/* What the played channel was given, and what it answers. */
static struct {
    const struct onsale_method *method;
    const ProtobufCMessage *request;
    const struct onsale_call_options *options;
    enum onsale_status status;
    Toy__V1__BuyBalloonResponse response;
    bool malloc_fails;
} channel;

/* The id of every call. */
enum { CALL_NUMBER = 4711 };

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

void *__wrap_malloc(size_t size)
{
    return channel.malloc_fails ? NULL : __real_malloc(size);
}

enum onsale_status
onsale_channel_call(struct onsale_channel *unused, const struct onsale_method *method,
                    const ProtobufCMessage *request, const struct onsale_call_options *options,
                    ProtobufCMessage **ret_response, struct onsale_error *ret_error)
{
    (void)unused;
    channel.method = method;
    channel.request = request;
    channel.options = options;
    if (channel.status == ONSALE_OK)
        *ret_response = &channel.response.base;
    else
        ret_error->status = channel.status;
    return channel.status;
}

struct onsale_call_id onsale_channel_call_async(struct onsale_channel *unused,
                                                const struct onsale_method *method,
                                                const ProtobufCMessage *request,
                                                const struct onsale_call_options *options,
                                                onsale_done *done, void *context)
{
    ProtobufCMessage *response = NULL;
    struct onsale_error error = {.status = ONSALE_OK};
    onsale_channel_call(unused, method, request, options, &response, &error);
    done(context, error.status == ONSALE_OK ? NULL : &error, response);
    return (struct onsale_call_id){.number = CALL_NUMBER};
}

static int reset_channel(void **state)
{
    (void)state;
    channel.status = ONSALE_OK;
    channel.malloc_fails = false;
    toy__v1__buy_balloon_response__init(&channel.response);
    return 0;
}

static void a_call_hands_over_its_method_request_and_options(void **state)
{
    (void)state;
    const Toy__V1__BuyBalloonRequest request = TOY__V1__BUY_BALLOON_REQUEST__INIT;
    const struct onsale_call_options options = {.timeout_ms = 7};
    Toy__V1__BuyBalloonResponse *response = NULL;

    assert_int_equal(onsale_balloon_buy_balloon(NULL, &request, &options, &response, NULL),
                     ONSALE_OK);
    assert_ptr_equal(response, &channel.response);
    assert_ptr_equal(channel.request, &request);
    assert_ptr_equal(channel.options, &options);
    assert_string_equal(channel.method->name, "toy.v1.BalloonService/BuyBalloon");
    assert_ptr_equal(channel.method->request, &toy__v1__buy_balloon_request__descriptor);
    assert_ptr_equal(channel.method->response, &toy__v1__buy_balloon_response__descriptor);
    assert_ptr_equal(channel.method->request_packer, &toy__v1__buy_balloon_request__packer);
    assert_ptr_equal(channel.method->response_packer, &toy__v1__buy_balloon_response__packer);
}

static void a_refused_call_leaves_the_response_alone(void **state)
{
    (void)state;
    const Toy__V1__BuyBalloonRequest request = TOY__V1__BUY_BALLOON_REQUEST__INIT;
    Toy__V1__BuyBalloonResponse *response = NULL;
    struct onsale_error error;
    channel.status = ONSALE_SEAT_TAKEN;

    assert_int_equal(onsale_balloon_buy_balloon(NULL, &request, NULL, &response, &error),
                     ONSALE_SEAT_TAKEN);
    assert_null(response);
    assert_int_equal(error.status, ONSALE_SEAT_TAKEN);
}

static void endpoints_follow_the_service_and_the_wait(void **state)
{
    (void)state;
    assert_int_equal(onsale_balloon_buy_balloon_method.endpoint, ONSALE_ENDPOINT_MAIN);
    assert_int_equal(onsale_balloon_watch_method.endpoint, ONSALE_ENDPOINT_WATCH);
    assert_int_equal(onsale_admin_fill_method.endpoint, ONSALE_ENDPOINT_ADMIN);
}

static void what_has_no_side_effects_is_a_read(void **state)
{
    (void)state;
    assert_false(onsale_balloon_buy_balloon_method.is_read);
    assert_true(onsale_balloon_watch_method.is_read);
    assert_false(onsale_admin_fill_method.is_read);
}

/* How an asynchronous call ended. */
struct ending {
    int times;
    enum onsale_status status;
    const Toy__V1__BuyBalloonResponse *response;
    struct onsale_call_id id;
};

static void note(void *context, const struct onsale_error *error,
                 const Toy__V1__BuyBalloonResponse *response)
{
    struct ending *ending = context;
    ending->times++;
    ending->status = error == NULL ? ONSALE_OK : error->status;
    ending->response = response;
}

static struct ending buy_asynchronously(void)
{
    const Toy__V1__BuyBalloonRequest request = TOY__V1__BUY_BALLOON_REQUEST__INIT;
    struct ending ending = {0};
    ending.id = onsale_balloon_buy_balloon_async(NULL, &request, NULL, note, &ending);
    return ending;
}

static void an_asynchronous_call_ends_with_its_response(void **state)
{
    (void)state;
    struct ending ending = buy_asynchronously();
    assert_int_equal(ending.times, 1);
    assert_int_equal(ending.status, ONSALE_OK);
    assert_ptr_equal(ending.response, &channel.response);
    assert_int_equal(ending.id.number, CALL_NUMBER);
}

static void an_asynchronous_call_ends_with_its_refusal(void **state)
{
    (void)state;
    channel.status = ONSALE_SEAT_TAKEN;
    struct ending ending = buy_asynchronously();
    assert_int_equal(ending.times, 1);
    assert_int_equal(ending.status, ONSALE_SEAT_TAKEN);
    assert_null(ending.response);
}

static void an_asynchronous_call_without_memory_ends_with_out_of_memory(void **state)
{
    (void)state;
    channel.malloc_fails = true;
    struct ending ending = buy_asynchronously();
    channel.malloc_fails = false;
    assert_int_equal(ending.times, 1);
    assert_int_equal(ending.status, ONSALE_OUT_OF_MEMORY);
    assert_int_equal(ending.id.number, 0);
    assert_null(ending.response);
}

enum status buy_balloon(struct call *call, const Toy__V1__BuyBalloonRequest *request,
                        Toy__V1__BuyBalloonResponse *response)
{
    (void)call;
    (void)request;
    response->number = 99;
    return STATUS_OK;
}

static void a_row_of_the_method_table_reaches_its_function(void **state)
{
    (void)state;
    const struct method row = {METHOD_BUY_BALLOON, .kind = METHOD_WRITE};
    const Toy__V1__BuyBalloonRequest request = TOY__V1__BUY_BALLOON_REQUEST__INIT;

    assert_int_equal(row.handler(NULL, &request, &channel.response), STATUS_OK);
    assert_int_equal(channel.response.number, 99);
    assert_string_equal(row.name, "toy.v1.BalloonService/BuyBalloon");
    assert_ptr_equal(row.request, &toy__v1__buy_balloon_request__descriptor);
    assert_ptr_equal(row.response, &toy__v1__buy_balloon_response__descriptor);
    assert_ptr_equal(row.request_packer, &toy__v1__buy_balloon_request__packer);
    assert_ptr_equal(row.response_packer, &toy__v1__buy_balloon_response__packer);
    assert_false(row.is_read);
}

static void a_message_with_what_is_not_plain_is_left_to_protobuf_c(void **state)
{
    (void)state;
    char *letters[] = {"A", ""};
    Toy__V1__Balloon balloon = TOY__V1__BALLOON__INIT;
    balloon.colour = TOY__V1__COLOUR__COLOUR_RED;
    balloon.n_letters = 2;
    balloon.letters = letters;
    struct packing packing = pack_measure(&balloon.base, &toy__v1__balloon__packer);
    uint8_t bytes[7];
    assert_null(packing.packer);
    assert_int_equal(packing.size, sizeof bytes);
    assert_ptr_equal(pack_write(packing, bytes), bytes + sizeof bytes);
    assert_memory_equal(bytes, "\x08\x01\x3a\x01\x41\x3a\x00", sizeof bytes);

    ProtobufCMessage *message;
    assert_false(unpack_plain(&toy__v1__balloon__packer, bytes, sizeof bytes, NULL, &message));
    assert_null(message);
}

static void a_message_without_code_is_left_to_protobuf_c(void **state)
{
    (void)state;
    Toy__V1__Balloon balloon = TOY__V1__BALLOON__INIT;
    ProtobufCMessage *message;
    assert_int_equal(pack_measure(&balloon.base, NULL).size, 0);
    assert_false(unpack_plain(NULL, NULL, 0, NULL, &message));
    assert_null(message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_call_hands_over_its_method_request_and_options, reset_channel),
        cmocka_unit_test_setup(a_refused_call_leaves_the_response_alone, reset_channel),
        cmocka_unit_test_setup(endpoints_follow_the_service_and_the_wait, reset_channel),
        cmocka_unit_test(what_has_no_side_effects_is_a_read),
        cmocka_unit_test_setup(an_asynchronous_call_ends_with_its_response, reset_channel),
        cmocka_unit_test_setup(an_asynchronous_call_ends_with_its_refusal, reset_channel),
        cmocka_unit_test_setup(an_asynchronous_call_without_memory_ends_with_out_of_memory,
                               reset_channel),
        cmocka_unit_test_setup(a_row_of_the_method_table_reaches_its_function, reset_channel),
        cmocka_unit_test(a_message_with_what_is_not_plain_is_left_to_protobuf_c),
        cmocka_unit_test(a_message_without_code_is_left_to_protobuf_c),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
