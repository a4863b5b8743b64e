/* What a channel makes of a reply that tells of the leader; without sockets and threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rpc/channel/leader.h"
#include "rpc/channel/settings.h"

enum { URLS_MAX = 4, LEADER_BYTES_MAX = 512, EPOCH = 5 };

/* Urls of a server's sockets; NULL: no more. */
struct sockets {
    const char *main[URLS_MAX];
    const char *watch[URLS_MAX];
    const char *admin[URLS_MAX];
};

static const struct sockets ours = {
    .main = {"ipc:///run/onsale/onsale.sock"},
    .watch = {"ipc:///run/onsale/watch.sock"},
    .admin = {"ipc:///run/onsale/admin/admin.sock"},
};
static const struct sockets b = {.main = {"tcp://b:7000"}};
static const struct sockets c = {.main = {"tcp://c:7000"}};

/* --- The channel -------------------------------------------------------------------------------
 */

/* As an endpoint is opened, but without sockets. */
static enum status keep_url(struct channel_endpoint *endpoint, char *url)
{
    if (strncmp(url, "tcp:", strlen("tcp:")) == 0 || strncmp(url, "ipc:", strlen("ipc:")) == 0) {
        endpoint->url = url;
        return STATUS_OK;
    }
    free(url);
    return STATUS_ARGUMENT_INVALID;
}

static void know(struct onsale_channel *channel, const struct sockets *sockets)
{
    const char *urls[CHANNEL_ENDPOINTS] = {
        [ONSALE_ENDPOINT_MAIN] = sockets->main[0],
        [CHANNEL_ENDPOINT_READS] = sockets->main[0],
        [ONSALE_ENDPOINT_WATCH] = sockets->watch[0],
        [ONSALE_ENDPOINT_ADMIN] = sockets->admin[0],
    };
    size_t server = atomic_load(&channel->servers_count);
    for (size_t kind = 0; kind < CHANNEL_ENDPOINTS; kind++) {
        channel_endpoint_init(channel, server, kind);
        channel_endpoint_of(channel, server, kind)->url =
            urls[kind] == NULL ? NULL : strdup(urls[kind]);
    }
    atomic_store(&channel->servers_count, server + 1);
}

/* Knows this machine's server, b and c, in this order. */
static int set_up(void **state)
{
    static char some_url[] = "any";
    static const struct onsale_channel_options options = {.url = "one,two,three"};
    struct onsale_channel *channel = calloc(1, sizeof *channel);
    assert_non_null(channel);
    channel_settings_apply(&options, channel);
    channel->open_endpoint = keep_url;
    for (size_t kind = 0; kind < CHANNEL_ENDPOINTS; kind++)
        channel->urls[kind] = some_url;
    pthread_mutex_init(&channel->mutex, NULL);
    pthread_mutex_init(&channel->timer.mutex, NULL);
    assert_true(channel_condition_init(&channel->timer.changed));
    atomic_init(&channel->timer.wakes_at_ms, CHANNEL_NEVER);
    know(channel, &ours);
    know(channel, &b);
    know(channel, &c);
    *state = channel;
    return 0;
}

static int tear_down(void **state)
{
    struct onsale_channel *channel = *state;
    for (size_t i = 0; i < channel_endpoints_count(channel); i++)
        free(channel->endpoints[i].url);
    pthread_cond_destroy(&channel->timer.changed);
    pthread_mutex_destroy(&channel->timer.mutex);
    pthread_mutex_destroy(&channel->mutex);
    free(channel);
    return 0;
}

/* --- Replies -----------------------------------------------------------------------------------
 */

static void learn_result(struct onsale_channel *channel, size_t from, const char *reason,
                         Onsale__Rpc__V1__Detail *detail)
{
    Onsale__Rpc__V1__Result result = ONSALE__RPC__V1__RESULT__INIT;
    Onsale__Rpc__V1__Result *results = &result;
    Onsale__Rpc__V1__ReplyFrame frame = ONSALE__RPC__V1__REPLY_FRAME__INIT;
    result.code = ONSALE__RPC__V1__CODE__CODE_UNAVAILABLE;
    result.reason = (char *)reason;
    result.details = &detail;
    result.n_details = detail != NULL;
    frame.results = &results;
    frame.n_results = 1;
    channel_leader_learn(channel_endpoint_of(channel, from, ONSALE_ENDPOINT_MAIN), &frame);
}

static size_t count(const char *const urls[URLS_MAX])
{
    size_t urls_count = 0;
    while (urls_count < URLS_MAX && urls[urls_count] != NULL)
        urls_count++;
    return urls_count;
}

/* Server `from` does not lead, but who has these sockets. */
static void learn_leader(struct onsale_channel *channel, size_t from, struct sockets sockets)
{
    uint8_t packed[LEADER_BYTES_MAX];
    Onsale__Rpc__V1__Leader leader = ONSALE__RPC__V1__LEADER__INIT;
    Onsale__Rpc__V1__Detail detail = ONSALE__RPC__V1__DETAIL__INIT;
    leader.epoch = EPOCH;
    leader.urls = (char **)sockets.main;
    leader.n_urls = count(sockets.main);
    leader.watch_urls = (char **)sockets.watch;
    leader.n_watch_urls = count(sockets.watch);
    leader.admin_urls = (char **)sockets.admin;
    leader.n_admin_urls = count(sockets.admin);
    assert_true(onsale__rpc__v1__leader__get_packed_size(&leader) <= sizeof packed);
    detail.type = (char *)onsale__rpc__v1__leader__descriptor.name;
    detail.value.len = onsale__rpc__v1__leader__pack(&leader, packed);
    detail.value.data = packed;
    learn_result(channel, from, "NOT_LEADER", &detail);
}

static const char *url_of(struct onsale_channel *channel, size_t server, size_t kind)
{
    return channel_endpoint_of(channel, server, kind)->url;
}

/* -----------------------------------------------------------------------------------------------
 */

static void a_server_that_is_named_leads(void **state)
{
    struct onsale_channel *channel = *state;
    learn_leader(channel, 0, c);
    assert_int_equal(channel->route.leader, 2);
    learn_leader(channel, 2, ours);
    assert_int_equal(channel->route.leader, 0);
    assert_true(atomic_load(&channel->timer.wakes_at_ms) < CHANNEL_NEVER);
    assert_int_equal(atomic_load(&channel->servers_count), 3);
}

/* Its timer has ended, and other endpoints may be gone. */
static void a_channel_that_is_being_closed_learns_nothing(void **state)
{
    static const struct sockets new = {.main = {"tcp://d:7000"}};
    struct onsale_channel *channel = *state;
    channel->closing = true;
    learn_leader(channel, 0, c);
    learn_leader(channel, 0, new);
    learn_result(channel, 0, "NOT_LEADER", NULL);
    learn_result(channel, 0, "SHUTTING_DOWN", NULL);
    assert_int_equal(channel->route.leader, 0);
    assert_int_equal(channel->route.leader_epoch, 0);
    assert_int_equal(atomic_load(&channel->servers_count), 3);
    assert_true(atomic_load(&channel->timer.wakes_at_ms) == CHANNEL_NEVER);
}

/* Every machine has its sockets at the same paths. */
static void a_path_on_another_machine_is_not_taken_for_the_one_on_ours(void **state)
{
    struct onsale_channel *channel = *state;
    struct sockets paths_and_c = ours;
    paths_and_c.main[0] = c.main[0];
    learn_leader(channel, 0, paths_and_c);
    assert_int_equal(channel->route.leader, 2);
    learn_leader(channel, 1, paths_and_c);
    assert_int_equal(channel->route.leader, 2);
    paths_and_c.main[0] = ours.main[0];
    paths_and_c.main[1] = c.main[0];
    learn_leader(channel, 1, paths_and_c);
    assert_int_equal(channel->route.leader, 2);
    assert_int_equal(atomic_load(&channel->servers_count), 3);
}

/* It does not lead, so by its own path it tells of another machine. */
static void a_server_that_names_its_own_path_means_another(void **state)
{
    struct onsale_channel *channel = *state;
    struct sockets path_and_c = ours;
    path_and_c.main[1] = c.main[0];
    learn_leader(channel, 0, path_and_c);
    assert_int_equal(channel->route.leader, 2);
    path_and_c.main[1] = "tcp://d:7000";
    learn_leader(channel, 0, path_and_c);
    assert_int_equal(channel->route.leader, 3);
    assert_string_equal(url_of(channel, 3, ONSALE_ENDPOINT_MAIN), "tcp://d:7000");
    assert_null(url_of(channel, 3, ONSALE_ENDPOINT_WATCH));
    learn_leader(channel, 0, ours);
    assert_int_equal(atomic_load(&channel->servers_count), 4);
}

static void a_server_that_can_not_be_dialed_takes_no_place(void **state)
{
    static const struct sockets wrong = {.main = {"wrong://d:7000"}};
    struct onsale_channel *channel = *state;
    for (size_t i = 0; i < 2 * CHANNEL_SERVERS_MAX; i++)
        learn_leader(channel, i % 3, wrong);
    assert_int_equal(atomic_load(&channel->servers_count), 3);
    learn_leader(channel, 0, c);
    assert_int_equal(channel->route.leader, 2);
}

static void a_server_on_another_machine_has_none_of_the_paths_on_ours(void **state)
{
    struct onsale_channel *channel = *state;
    struct sockets new = ours;
    new.main[1] = "tcp://d:7000";
    new.watch[1] = "tcp://d:7001";
    learn_leader(channel, 1, new);
    assert_int_equal(atomic_load(&channel->servers_count), 4);
    assert_int_equal(channel->route.leader, 3);
    assert_string_equal(url_of(channel, 3, ONSALE_ENDPOINT_MAIN), "tcp://d:7000");
    assert_string_equal(url_of(channel, 3, CHANNEL_ENDPOINT_READS), "tcp://d:7000");
    assert_string_equal(url_of(channel, 3, ONSALE_ENDPOINT_WATCH), "tcp://d:7001");
    assert_null(url_of(channel, 3, ONSALE_ENDPOINT_ADMIN));
}

static void a_server_on_our_machine_is_reached_by_its_paths(void **state)
{
    static const struct sockets new = {
        .main = {"tcp://127.0.0.1:7000", "ipc:///two/onsale.sock"},
        .watch = {"ipc:///two/watch.sock"},
        .admin = {"ipc:///two/admin/admin.sock"},
    };
    struct onsale_channel *channel = *state;
    learn_leader(channel, 0, new);
    assert_int_equal(channel->route.leader, 3);
    assert_string_equal(url_of(channel, 3, ONSALE_ENDPOINT_MAIN), new.main[1]);
    assert_string_equal(url_of(channel, 3, ONSALE_ENDPOINT_WATCH), new.watch[0]);
    assert_string_equal(url_of(channel, 3, ONSALE_ENDPOINT_ADMIN), new.admin[0]);
}

static uint32_t attempt_timeout_ms(struct onsale_channel_options options)
{
    struct onsale_channel channel = {0};
    channel_settings_apply(&options, &channel);
    return channel.attempt_timeout_ms;
}

static void a_silent_server_is_left_sooner_where_others_may_lead(void **state)
{
    (void)state;
    assert_int_equal(attempt_timeout_ms((struct onsale_channel_options){.url = "one"}), 1500);
    assert_int_equal(attempt_timeout_ms((struct onsale_channel_options){.url = "one,two"}), 1000);
    assert_int_equal(attempt_timeout_ms((struct onsale_channel_options){
                         .url = "one,two", .attempt_timeout_ms = 1500}),
                     1500);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_server_that_is_named_leads),
        TEST(a_channel_that_is_being_closed_learns_nothing),
        TEST(a_path_on_another_machine_is_not_taken_for_the_one_on_ours),
        TEST(a_server_that_names_its_own_path_means_another),
        TEST(a_server_that_can_not_be_dialed_takes_no_place),
        TEST(a_server_on_another_machine_has_none_of_the_paths_on_ours),
        TEST(a_server_on_our_machine_is_reached_by_its_paths),
        cmocka_unit_test(a_silent_server_is_left_sooner_where_others_may_lead),
    };
    return cmocka_run_group_tests_name("channel: leader", tests, NULL, NULL);
}
