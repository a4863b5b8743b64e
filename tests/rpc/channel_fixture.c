#include "tests/rpc/channel_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BALANCE_METHOD(name_, endpoint_, is_read_)                                                 \
    {                                                                                              \
        .name = "onsale.v1.WalletService/" name_,                                                  \
        .request = &onsale__v1__get_balance_request__descriptor,                                   \
        .response = &onsale__v1__get_balance_response__descriptor, .endpoint = (endpoint_),        \
        .is_read = (is_read_),                                                                     \
    }
#define GET_BALANCE(endpoint_) BALANCE_METHOD("GetBalance", endpoint_, true)

const struct onsale_method charge_balance =
    BALANCE_METHOD("ChargeBalance", ONSALE_ENDPOINT_MAIN, false);
const struct onsale_method get_balance = GET_BALANCE(ONSALE_ENDPOINT_MAIN);
const struct onsale_method get_balance_watched = GET_BALANCE(ONSALE_ENDPOINT_WATCH);
const struct onsale_method get_balance_administered = GET_BALANCE(ONSALE_ENDPOINT_ADMIN);

int channel_fixture_setup(void **state)
{
    struct channel_fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    strcpy(fixture->folder, "/tmp/onsale-channel-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    snprintf(fixture->url, sizeof fixture->url, "ipc://%s/socket", fixture->folder);
    fixture->server = raw_server_open(fixture->url);
    *state = fixture;
    return 0;
}

int channel_fixture_teardown(void **state)
{
    struct channel_fixture *fixture = *state;
    channel_fixture_close(fixture);
    if (fixture->server != NULL) raw_server_close(fixture->server);
    unlink(fixture->url + strlen("ipc://"));
    rmdir(fixture->folder);
    free(fixture);
    return 0;
}

void channel_fixture_stop_server(struct channel_fixture *fixture)
{
    raw_server_close(fixture->server);
    fixture->server = NULL;
}

void channel_fixture_start_server(struct channel_fixture *fixture)
{
    fixture->server = raw_server_open(fixture->url);
}

void channel_fixture_close(struct channel_fixture *fixture)
{
    onsale_channel_close(fixture->channel);
    fixture->channel = NULL;
}

struct onsale_channel *channel_fixture_open(struct channel_fixture *fixture,
                                            const struct onsale_channel_options *options)
{
    struct onsale_channel_options all = {0};
    if (options != NULL) all = *options;
    all.url = all.watch_url = all.admin_url = fixture->url;
    assert_int_equal(onsale_channel_open(&all, &fixture->channel, NULL), ONSALE_OK);
    return fixture->channel;
}

enum onsale_status balance_call(struct onsale_channel *channel, const struct onsale_method *method,
                                uint64_t user_id, uint32_t timeout_ms,
                                struct onsale_error *ret_error)
{
    Onsale__V1__GetBalanceRequest request = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    struct onsale_call_options options = {.timeout_ms = timeout_ms};
    ProtobufCMessage *response;
    request.user_id = user_id;
    enum onsale_status status =
        onsale_channel_call(channel, method, &request.base, &options, &response, ret_error);
    if (status == ONSALE_OK) {
        assert_ptr_equal(response->descriptor, method->response);
        assert_int_equal(((Onsale__V1__GetBalanceResponse *)response)->balance, user_id);
        protobuf_c_message_free_unpacked(response, NULL);
    }
    return status;
}

struct onsale_call_id balance_call_async(struct onsale_channel *channel,
                                         const struct onsale_method *method, uint64_t user_id,
                                         uint32_t timeout_ms, onsale_done *done, void *context)
{
    Onsale__V1__GetBalanceRequest request = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    struct onsale_call_options options = {.timeout_ms = timeout_ms};
    request.user_id = user_id;
    return onsale_channel_call_async(channel, method, &request.base, &options, done, context);
}

void tally_done(void *context, const struct onsale_error *error, const ProtobufCMessage *response)
{
    struct tally *tally = context;
    pthread_mutex_lock(&tally->mutex);
    tally->ended++;
    if (error == NULL && response != NULL) tally->succeeded++;
    if (error != NULL && error->status == tally->expected) tally->failed++;
    pthread_cond_broadcast(&tally->changed);
    pthread_mutex_unlock(&tally->mutex);
}

void tally_await(struct tally *tally, size_t ended)
{
    pthread_mutex_lock(&tally->mutex);
    while (tally->ended < ended)
        pthread_cond_wait(&tally->changed, &tally->mutex);
    pthread_mutex_unlock(&tally->mutex);
}
