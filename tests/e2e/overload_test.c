/* Calls that wait in their sockets for longer than their callers do. The server is stopped while
 * they come in, so that they wait as long as the test wants, and nothing depends on how fast it is.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/e2e/calls.h"
#include "tests/e2e/raw_call.h"
#include "tests/e2e/shop.h"
#include "tests/e2e/wait_until.h"
#include "tests/lib/call_frame.h"
#include "tests/lib/raw_peer.h"

/* Over tcp a few frames only: more of them may stay with their sender until they are wanted. */
enum { PEERS = 64, FRAMES_PER_PEER = 60, FRAMES_OVER_TCP = 3 };
enum { TIMEOUT_MS = 100, PATIENT_MS = 600 * 1000 };
enum { USER = 1, URL_BYTES = 64 };

static bool was_asked_often(void *context)
{
    int *times = context;
    return ++*times > 200;
}

/* Some hundred milliseconds: wait_until pauses for two between its looks. */
static void let_time_pass(void)
{
    int times = 0;
    assert_true(wait_until(was_asked_often, &times));
}

static void send_charge(struct raw_peer *peer, uint32_t number, uint32_t timeout_ms)
{
    struct call_frame frame;
    size_t size;
    const struct caller_id id = id_make();
    Onsale__V1__ChargeBalanceRequest charge = ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
    charge.user_id = USER;
    charge.charge_id = id_bytes(&id);
    charge.amount = 1;
    call_frame_init(&frame);
    call_frame_add(&frame, "onsale.v1.WalletService/ChargeBalance", &charge.base)->timeout_ms =
        timeout_ms;
    uint8_t *bytes = call_frame_pack(&frame, &size);
    raw_peer_send(peer, number, bytes, size);
    free(bytes);
    call_frame_deinit(&frame);
}

struct answers {
    size_t succeeded;
    size_t overloaded; /* with a time to come again */
    size_t other;
};

static void receive_answer(struct raw_peer *peer, struct answers *answers)
{
    uint32_t id;
    size_t size;
    uint8_t *bytes = raw_peer_receive(peer, &id, &size);
    assert_non_null(bytes);
    Onsale__Rpc__V1__ReplyFrame *reply = onsale__rpc__v1__reply_frame__unpack(NULL, size, bytes);
    free(bytes);
    assert_non_null(reply);
    assert_int_equal(reply->n_results, 1);
    const Onsale__Rpc__V1__Result *result = reply->results[0];
    if (result->code == 0)
        answers->succeeded++;
    else if (strcmp(result->reason, "OVERLOADED") == 0 && result->retry_after_ms > 0)
        answers->overloaded++;
    else
        answers->other++;
    onsale__rpc__v1__reply_frame__free_unpacked(reply, NULL);
}

/* Until none of its threads runs. */
static void stop_server(struct shop *shop)
{
    siginfo_t stopped;
    assert_int_equal(kill(shop->server.pid, SIGSTOP), 0);
    assert_int_equal(waitid(P_PID, (id_t)shop->server.pid, &stopped, WSTOPPED), 0);
}

/* Answered once, so that the server is ready to read more. */
static void open_peer(struct raw_peer *peer, const char *url)
{
    char reason[RAW_REASON_BYTES];
    assert_true(raw_peer_open(peer, url));
    assert_true(raw_call(peer, "onsale.rpc.v1.HealthService/Check", NULL, reason));
}

/* Many connections with nearly as many frames as they may have, the last with much patience. */
static void flood_stopped_server(struct shop *shop, const char *url, uint32_t frames,
                                 struct answers *ret_answers)
{
    static struct raw_peer peers[PEERS];
    *ret_answers = (struct answers){0};
    for (size_t i = 0; i < PEERS; i++)
        open_peer(&peers[i], url);
    stop_server(shop);
    for (size_t i = 0; i < PEERS; i++)
        for (uint32_t frame = 0; frame < frames; frame++)
            send_charge(&peers[i], frame, TIMEOUT_MS);
    let_time_pass();
    assert_int_equal(kill(shop->server.pid, SIGCONT), 0);
    for (size_t i = 0; i < PEERS; i++)
        for (uint32_t frame = 0; frame < frames; frame++)
            receive_answer(&peers[i], ret_answers);
    for (size_t i = 0; i < PEERS; i++)
        raw_peer_close(&peers[i]);
}

struct balance {
    struct onsale_channel *channel;
    int64_t amount;
};

/* As long as the overload lasts, callers may be told to come again. */
static bool balance_is_told(void *context)
{
    struct balance *balance = context;
    return call_balance(balance->channel, USER, &balance->amount) == ONSALE_OK;
}

static int64_t balance_of_user(struct shop *shop)
{
    struct balance balance = {.channel = shop->channel, .amount = -1};
    assert_true(wait_until(balance_is_told, &balance));
    return balance.amount;
}

static void no_call_is_executed_whose_time_was_up_in_the_socket(void **state)
{
    struct shop *shop = *state;
    struct answers answers;
    char tcp_url[URL_BYTES];
    snprintf(tcp_url, sizeof tcp_url, "tcp://127.0.0.1:%u", raw_peer_free_port());
    shop_open(shop, (const char *[]){"--listen", tcp_url, NULL});
    assert_int_equal(call_create_user(shop->channel, USER), ONSALE_OK);
    const char *const urls[] = {shop->server.url, tcp_url};
    const uint32_t frames[] = {FRAMES_PER_PEER, FRAMES_OVER_TCP};
    for (size_t i = 0; i < 2; i++) {
        flood_stopped_server(shop, urls[i], frames[i], &answers);
        assert_int_equal(answers.overloaded, PEERS * frames[i]);
        assert_int_equal(answers.succeeded + answers.other, 0);
        assert_int_equal(balance_of_user(shop), 0);
    }
}

static void calls_with_time_left_are_executed_though_they_have_waited(void **state)
{
    struct shop *shop = *state;
    struct raw_peer peer;
    struct answers answers = {0};
    shop_open(shop, NULL);
    assert_int_equal(call_create_user(shop->channel, USER), ONSALE_OK);
    assert_true(raw_peer_open(&peer, shop->server.url));
    stop_server(shop);
    for (uint32_t frame = 0; frame < FRAMES_PER_PEER; frame++)
        send_charge(&peer, frame, PATIENT_MS);
    let_time_pass();
    assert_int_equal(kill(shop->server.pid, SIGCONT), 0);
    for (uint32_t frame = 0; frame < FRAMES_PER_PEER; frame++)
        receive_answer(&peer, &answers);
    raw_peer_close(&peer);
    assert_int_equal(answers.succeeded, FRAMES_PER_PEER);
    assert_int_equal(balance_of_user(shop), FRAMES_PER_PEER);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    const struct CMUnitTest tests[] = {
        CLOSED_SHOP_TEST(no_call_is_executed_whose_time_was_up_in_the_socket, argv[1]),
        CLOSED_SHOP_TEST(calls_with_time_left_are_executed_though_they_have_waited, argv[1]),
    };
    return cmocka_run_group_tests_name("overload", tests, NULL, NULL);
}
