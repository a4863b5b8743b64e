/* Servers that can't start: each says why and disturbs nobody. */
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/require.h"
#include "store/store.h"
#include "tests/e2e/calls.h"
#include "tests/e2e/other_format.h"
#include "tests/e2e/shop.h"
#include "tests/lib/call_frame.h"
#include "tests/lib/raw_peer.h"
#include "tests/lib/temp_folder.h"

enum { EXIT_CANT_START = 1, EXIT_WRONG_USAGE = 2, STARTS = 8 };

/* Runs onsaled beside the shop's own until it ends by itself. Its folder is its own. */
static int run(struct shop *shop, struct server_process *second, const char *const *arguments)
{
    server_process_init(second, shop->server.program);
    server_process_run(second, arguments);
    return server_process_wait(second);
}

static void a_second_server_on_a_data_folder_leaves_the_first_serving(void **state)
{
    struct shop *shop = *state;
    struct server_process second;
    shop_open(shop, NULL);
    server_process_init(&second, shop->server.program);
    server_process_run(
        &second, (const char *[]){"--data", shop->server.data, "--listen", shop->server.url, NULL});
    assert_int_equal(server_process_wait(&second), EXIT_CANT_START);
    assert_true(server_process_said(&second, "another server uses the data folder"));
    assert_true(server_process_said(&second, shop->server.data));
    server_process_deinit(&second);
    assert_int_equal(call_create_user(shop->channel, 1), ONSALE_OK);
}

static void a_second_server_on_a_socket_leaves_the_first_serving(void **state)
{
    struct shop *shop = *state;
    struct server_process second;
    shop_open(shop, NULL);
    server_process_init(&second, shop->server.program);
    server_process_run(&second,
                       (const char *[]){"--data", second.data, "--listen", shop->server.url, NULL});
    assert_int_equal(server_process_wait(&second), EXIT_CANT_START);
    assert_true(server_process_said(&second, "can't listen"));
    assert_true(server_process_said(&second, shop->server.folder));
    server_process_deinit(&second);
    assert_int_equal(call_create_user(shop->channel, 1), ONSALE_OK);
    struct onsale_channel *newcomer = shop_channel(shop, (struct onsale_channel_options){0});
    assert_int_equal(call_balance(newcomer, 1, NULL), ONSALE_OK);
    onsale_channel_close(newcomer);
}

static void a_data_folder_of_another_format_is_refused_with_both_versions(void **state)
{
    struct shop *shop = *state;
    char versions[128];
    snprintf(versions, sizeof versions, "format version %d, this server knows %d to %d",
             STORE_FORMAT_VERSION + 1, STORE_FORMAT_OLDEST, STORE_FORMAT_VERSION);
    other_format_make(shop->server.data);
    server_process_start(&shop->server, NULL);
    assert_int_equal(server_process_wait(&shop->server), EXIT_CANT_START);
    assert_true(server_process_said(&shop->server, versions));
    assert_true(server_process_said(&shop->server, shop->server.data));
}

/* A file where a folder should be stops root, too. */
static void a_data_folder_that_cant_be_made_is_named(void **state)
{
    struct shop *shop = *state;
    struct server_process second;
    server_process_init(&second, shop->server.program);
    char *path = temp_folder_join(second.log, "data");
    server_process_run(&second, (const char *[]){"--data", path, "--listen", second.url, NULL});
    assert_int_equal(server_process_wait(&second), EXIT_CANT_START);
    assert_true(server_process_said(&second, "can't make the data folder"));
    assert_true(server_process_said(&second, path));
    free(path);
    server_process_deinit(&second);
}

static void assert_wrong_usage(struct shop *shop, const char *const *arguments, const char *names)
{
    struct server_process second;
    int code = run(shop, &second, arguments);
    bool is_named = server_process_said(&second, names);
    if (!is_named) server_process_print_log(&second);
    server_process_deinit(&second);
    assert_int_equal(code, EXIT_WRONG_USAGE);
    assert_true(is_named);
}

static void wrong_flags_are_named(void **state)
{
    assert_wrong_usage(*state, (const char *[]){"--nonsense", NULL}, "--nonsense");
    assert_wrong_usage(*state, (const char *[]){"--listen", "http://x", NULL}, "--listen");
    assert_wrong_usage(*state, (const char *[]){"--map-size", "-1", NULL}, "--map-size");
    assert_wrong_usage(*state, (const char *[]){"--map-size", "1Q", NULL}, "--map-size");
    assert_wrong_usage(*state, (const char *[]){"--connections", "0", NULL}, "--connections");
    assert_wrong_usage(*state, (const char *[]){"--idle-seconds", "soon", NULL}, "--idle-seconds");
    assert_wrong_usage(*state, (const char *[]){"--allow-uid", "no such user", NULL},
                       "--allow-uid");
    assert_wrong_usage(*state, (const char *[]){"--data", "", NULL}, "--data");
    assert_wrong_usage(*state, (const char *[]){"--data", NULL}, "--data");
    assert_wrong_usage(*state, (const char *[]){"stray", NULL}, "stray");
    assert_wrong_usage(*state, (const char *[]){"--config", "/nonexistent/file", NULL},
                       "/nonexistent/file");
}

static char *write_config(struct shop *shop, const char *text)
{
    char *path = temp_folder_join(shop->server.folder, "onsaled.conf");
    FILE *file = fopen(path, "we");
    REQUIRE(file != NULL);
    fputs(text, file);
    REQUIRE(fclose(file) == 0);
    return path;
}

static void a_mistake_in_the_config_file_is_named_with_file_and_line(void **state)
{
    char *path = write_config(*state, "# a comment\nmap-size = 1G\nidle-seconds = never\n");
    assert_wrong_usage(*state, (const char *[]){"--config", path, NULL},
                       "onsaled.conf:3: idle-seconds");
    free(path);
    path = write_config(*state, "no such line\n");
    assert_wrong_usage(*state, (const char *[]){"--config", path, NULL}, "onsaled.conf:1: ");
    free(path);
}

static void a_config_file_takes_the_place_of_options(void **state)
{
    struct shop *shop = *state;
    char text[1024];
    snprintf(text, sizeof text, "data = %s\nlisten = %s # calls\n", shop->server.data,
             shop->server.url);
    char *path = write_config(shop, text);
    server_process_run(&shop->server, (const char *[]){"--config", path, NULL});
    shop_await(shop);
    assert_int_equal(call_create_user(shop->channel, 1), ONSALE_OK);
    free(path);
}

static void help_tells_every_option_and_limit(void **state)
{
    static const char *const options[] = {
        "--data",           "--listen",       "--watch",
        "--admin",          "--allow-uid",    "--map-size",
        "--connections",    "--idle-seconds", "--connections-per-peer",
        "--clock-jump-max", "--config",       "--version",
    };
    static const long long limits[] = {
        REQUEST_FRAME_BYTES_MAX, ADMIN_FRAME_BYTES_MAX,
        REPLY_FRAME_BYTES_MAX,   CALLS_PER_FRAME_MAX,
        CONNECTIONS_MAX,         FRAMES_IN_FLIGHT_PER_CONNECTION_MAX,
        WRITER_QUEUE_MAX,        CONNECTION_FIRST_FRAME_MS_MAX,
        SEATS_PER_HOLD_MAX,      CALL_TIMEOUT_MS_MAX,
        CHARGE_AMOUNT_MAX,
    };
    char number[32];
    struct server_process second;
    assert_int_equal(run(*state, &second, (const char *[]){"--help", NULL}), EXIT_SUCCESS);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        assert_true(server_process_said(&second, options[i]));
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        snprintf(number, sizeof number, " %lld", limits[i]);
        assert_true(server_process_said(&second, number));
    }
    server_process_deinit(&second);
}

static uint32_t connections_told(struct raw_peer *peer)
{
    struct call_frame frame;
    size_t size;
    uint32_t id;
    call_frame_init(&frame);
    call_frame_add(&frame, "onsale.v1.AdminService/GetStats", NULL);
    uint8_t *bytes = call_frame_pack(&frame, &size);
    raw_peer_send(peer, 1, bytes, size);
    free(bytes);
    call_frame_deinit(&frame);
    bytes = raw_peer_receive(peer, &id, &size);
    assert_non_null(bytes);
    Onsale__Rpc__V1__ReplyFrame *reply = onsale__rpc__v1__reply_frame__unpack(NULL, size, bytes);
    free(bytes);
    const ProtobufCBinaryData payload = reply->results[0]->payload;
    Onsale__V1__GetStatsResponse *stats =
        onsale__v1__get_stats_response__unpack(NULL, payload.len, payload.data);
    uint32_t connections = stats->connections;
    onsale__v1__get_stats_response__free_unpacked(stats, NULL);
    onsale__rpc__v1__reply_frame__free_unpacked(reply, NULL);
    return connections;
}

/* The admin socket is the first that is there. */
static void who_asks_while_the_server_starts_is_counted_himself(void **state)
{
    struct shop *shop = *state;
    for (int i = 0; i < STARTS; i++) {
        struct raw_peer peer;
        server_process_start(&shop->server, NULL);
        while (!raw_peer_open(&peer, shop->server.admin_url))
            assert_true(server_process_is_alive(&shop->server));
        uint32_t connections = connections_told(&peer);
        raw_peer_close(&peer);
        server_process_kill(&shop->server);
        assert_int_equal(connections, 1);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    const struct CMUnitTest tests[] = {
        CLOSED_SHOP_TEST(a_second_server_on_a_data_folder_leaves_the_first_serving, argv[1]),
        CLOSED_SHOP_TEST(a_second_server_on_a_socket_leaves_the_first_serving, argv[1]),
        CLOSED_SHOP_TEST(a_data_folder_of_another_format_is_refused_with_both_versions, argv[1]),
        CLOSED_SHOP_TEST(a_data_folder_that_cant_be_made_is_named, argv[1]),
        CLOSED_SHOP_TEST(wrong_flags_are_named, argv[1]),
        CLOSED_SHOP_TEST(a_mistake_in_the_config_file_is_named_with_file_and_line, argv[1]),
        CLOSED_SHOP_TEST(a_config_file_takes_the_place_of_options, argv[1]),
        CLOSED_SHOP_TEST(who_asks_while_the_server_starts_is_counted_himself, argv[1]),
        CLOSED_SHOP_TEST(help_tells_every_option_and_limit, argv[1]),
    };
    return cmocka_run_group_tests_name("start trouble", tests, NULL, NULL);
}
