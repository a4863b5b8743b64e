/* A server that was stopped in the middle of its work, and another one on the same urls. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/e2e/calls.h"
#include "tests/e2e/shop.h"
#include "tests/e2e/wait_until.h"

/* Less than nng waits for a greeting, and than a call that is not repeated. */
enum { PATIENCE_MS = 8000, CALLERS = 12 };

static void remove_socket(const char *url)
{
    assert_int_equal(unlink(url + strlen("ipc://")), 0);
}

static void stop_and_leave(struct server_process *server)
{
    assert_int_equal(kill(server->pid, SIGSTOP), 0);
    remove_socket(server->url);
    remove_socket(server->watch_url);
    remove_socket(server->admin_url);
}

static bool serves(void *context)
{
    return server_process_serves(context);
}

/* On the same urls, with a store of its own. */
static void start_another(struct server_process *another, const struct server_process *first)
{
    server_process_init(another, first->program);
    server_process_run(another,
                       (const char *[]){"--data", another->data, "--listen", first->url, NULL});
    assert_true(wait_until(serves, another));
}

struct answers {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    size_t expected;
    size_t other;
};

static void note_answer(void *context, const struct onsale_error *error,
                        const ProtobufCMessage *response)
{
    (void)response;
    struct answers *answers = context;
    pthread_mutex_lock(&answers->mutex);
    /* The other server knows nobody. */
    if (error != NULL && error->status == ONSALE_USER_NOT_FOUND)
        answers->expected++;
    else
        answers->other++;
    pthread_cond_signal(&answers->changed);
    pthread_mutex_unlock(&answers->mutex);
}

static void ask(struct onsale_channel *channel, uint64_t user_id, struct answers *answers)
{
    const struct onsale_call_options options = {.timeout_ms = PATIENCE_MS};
    const struct caller_id id = id_make();
    Onsale__V1__GetBalanceRequest balance = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    Onsale__V1__ChargeBalanceRequest charge = ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
    balance.user_id = user_id;
    charge.user_id = user_id;
    charge.charge_id = id_bytes(&id);
    charge.amount = 1;
    if (user_id % 2 == 0)
        onsale_channel_call_async(channel, &onsale_wallet_get_balance_method, &balance.base,
                                  &options, note_answer, answers);
    else
        onsale_channel_call_async(channel, &onsale_wallet_charge_balance_method, &charge.base,
                                  &options, note_answer, answers);
}

static void await_answers(struct answers *answers, size_t count)
{
    pthread_mutex_lock(&answers->mutex);
    while (answers->expected + answers->other < count)
        pthread_cond_wait(&answers->changed, &answers->mutex);
    pthread_mutex_unlock(&answers->mutex);
}

/* The connections are there when the server stops, so nothing but its silence tells. */
static void a_stopped_server_that_is_replaced_costs_its_callers_one_attempt(void **state)
{
    struct shop *shop = *state;
    struct server_process another;
    struct answers answers = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0};
    shop_open(shop, NULL);
    assert_int_equal(call_balance(shop->channel, 1, NULL), ONSALE_USER_NOT_FOUND);
    assert_int_equal(call_create_user(shop->channel, 1), ONSALE_OK);
    stop_and_leave(&shop->server);
    for (uint64_t user_id = 1; user_id <= CALLERS; user_id++)
        ask(shop->channel, user_id, &answers);
    start_another(&another, &shop->server);
    await_answers(&answers, CALLERS);
    assert_int_equal(answers.expected, CALLERS);
    server_process_deinit(&another);
    server_process_kill(&shop->server);
}

/* Here the channel is about to connect when nobody greets. */
static void a_channel_opened_to_a_stopped_server_finds_the_next_one(void **state)
{
    struct shop *shop = *state;
    struct server_process another;
    struct answers answers = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0};
    shop_open(shop, NULL);
    assert_int_equal(kill(shop->server.pid, SIGSTOP), 0);
    struct onsale_channel *channel = shop_channel(shop, (struct onsale_channel_options){0});
    ask(channel, 2, &answers);
    ask(channel, 3, &answers);
    stop_and_leave(&shop->server);
    start_another(&another, &shop->server);
    await_answers(&answers, 2);
    assert_int_equal(answers.expected, 2);
    onsale_channel_close(channel);
    server_process_deinit(&another);
    server_process_kill(&shop->server);
}

static void a_server_that_was_stopped_for_a_moment_answers_what_it_was_asked(void **state)
{
    struct shop *shop = *state;
    struct answers answers = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0};
    shop_open(shop, NULL);
    assert_int_equal(call_balance(shop->channel, 1, NULL), ONSALE_USER_NOT_FOUND);
    assert_int_equal(kill(shop->server.pid, SIGSTOP), 0);
    for (uint64_t user_id = 1; user_id <= CALLERS; user_id++)
        ask(shop->channel, user_id, &answers);
    assert_int_equal(kill(shop->server.pid, SIGCONT), 0);
    await_answers(&answers, CALLERS);
    assert_int_equal(answers.expected, CALLERS);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    const struct CMUnitTest tests[] = {
        CLOSED_SHOP_TEST(a_stopped_server_that_is_replaced_costs_its_callers_one_attempt, argv[1]),
        CLOSED_SHOP_TEST(a_channel_opened_to_a_stopped_server_finds_the_next_one, argv[1]),
        CLOSED_SHOP_TEST(a_server_that_was_stopped_for_a_moment_answers_what_it_was_asked, argv[1]),
    };
    return cmocka_run_group_tests_name("silent server", tests, NULL, NULL);
}
