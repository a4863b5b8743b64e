/* What the server tells who started it, by a real datagram socket.
 *
 * The first argument is onsaled; the second a server whose writing of the journal a fault stops. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/require.h"
#include "tests/e2e/calls.h"
#include "tests/e2e/notify_socket.h"
#include "tests/e2e/raw_call.h"
#include "tests/e2e/shop.h"
#include "tests/e2e/wait_until.h"
#include "tests/lib/temp_folder.h"

/* Longer than the second in which a server that is watched speaks at least once. */
enum { SILENCE_MS = 2500, WATCHDOG_USEC = 30 * 1000 * 1000 };

static void ready_is_told_when_the_server_serves_and_stopping_when_it_ends(void **state)
{
    struct shop *shop = *state;
    struct notify_socket notify;
    notify_socket_open(&notify, shop->server.folder, 0);
    server_process_start(&shop->server, NULL);
    assert_true(notify_socket_hears(&notify, "READY=1"));
    assert_true(raw_check_at(shop->server.url));
    assert_true(raw_check_at(shop->server.admin_url));
    server_process_terminate(&shop->server);
    assert_true(notify_socket_hears(&notify, "STOPPING=1"));
    assert_int_equal(server_process_wait(&shop->server), 0);
    notify_socket_close(&notify);
}

static void a_server_that_cant_start_is_never_ready(void **state)
{
    struct shop *shop = *state;
    struct server_process second;
    struct notify_socket notify;
    shop_open(shop, NULL);
    notify_socket_open(&notify, shop->server.folder, 0);
    server_process_init(&second, shop->server.program);
    server_process_run(&second,
                       (const char *[]){"--data", second.data, "--listen", shop->server.url, NULL});
    assert_int_equal(server_process_wait(&second), EXIT_FAILURE);
    assert_false(notify_socket_has(&notify, "READY=1"));
    server_process_deinit(&second);
    notify_socket_close(&notify);
}

static void a_supervisor_that_is_gone_does_no_harm(void **state)
{
    struct shop *shop = *state;
    struct notify_socket notify;
    notify_socket_open(&notify, shop->server.folder, WATCHDOG_USEC);
    notify_socket_close(&notify);
    assert_int_equal(setenv("NOTIFY_SOCKET", "/nonexistent/notify", 1), 0);
    shop_open(shop, NULL);
    assert_int_equal(unsetenv("NOTIFY_SOCKET"), 0);
}

static void the_watchdog_is_fed_only_if_it_watches_this_process(void **state)
{
    struct shop *shop = *state;
    struct notify_socket notify;
    notify_socket_open(&notify, shop->server.folder, WATCHDOG_USEC);
    assert_int_equal(setenv("WATCHDOG_PID", "1", 1), 0);
    server_process_start(&shop->server, NULL);
    assert_true(notify_socket_hears(&notify, "READY=1"));
    assert_true(notify_socket_is_silent(&notify, SILENCE_MS));
    server_process_kill(&shop->server);
    assert_int_equal(unsetenv("WATCHDOG_PID"), 0);
    server_process_start(&shop->server, NULL);
    assert_true(notify_socket_hears(&notify, "WATCHDOG=1"));
    assert_true(notify_socket_hears(&notify, "WATCHDOG=1"));
    notify_socket_close(&notify);
}

static void set_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");
    REQUIRE(file != NULL);
    fputs(text, file);
    REQUIRE(fclose(file) == 0);
}

static void sighup_reads_the_options_again_and_says_so(void **state)
{
    struct shop *shop = *state;
    struct notify_socket notify;
    struct raw_peer first, second;
    char *path = temp_folder_join(shop->server.folder, "onsaled.conf");
    notify_socket_open(&notify, shop->server.folder, 0);
    set_file(path, "connections-per-peer = 40\nmemory = 64M\n");
    shop_open(shop, (const char *[]){"--config", path, NULL});
    assert_true(notify_socket_hears(&notify, "READY=1"));

    set_file(path, "connections-per-peer = 50\nconnections = 2000\nmemory = 128M\n"
                   "log-level = debug\n");
    assert_int_equal(kill(shop->server.pid, SIGHUP), 0);
    assert_true(notify_socket_hears(&notify, "RELOADING=1\nMONOTONIC_USEC="));
    assert_true(notify_socket_hears(&notify, "READY=1"));
    assert_true(server_process_said(&shop->server, "connections: 1024 before, 2000 from now on"));
    assert_true(
        server_process_said(&shop->server, "connections-per-peer: 40 before, 50 from now on"));
    assert_true(server_process_said(&shop->server, "log-level: info before, debug from now on"));
    assert_true(server_process_said(&shop->server, "other options have changed"));

    set_file(path, "idle-seconds = 1\nconnections = never\n");
    assert_int_equal(kill(shop->server.pid, SIGHUP), 0);
    assert_true(notify_socket_hears(&notify, "READY=1"));
    assert_true(server_process_said(&shop->server, "onsaled.conf:2: connections must be"));
    assert_true(server_process_said(&shop->server, "stays as it is"));

    assert_true(raw_peer_open(&first, shop->server.url));
    assert_true(raw_check(&first)); /* so its idle time is that of the options */
    set_file(path, "idle-seconds = 1\n");
    assert_int_equal(kill(shop->server.pid, SIGHUP), 0);
    assert_true(raw_peer_is_hung_up(&first));
    assert_true(raw_peer_open(&second, shop->server.url));
    raw_peer_close(&first);
    raw_peer_close(&second);
    notify_socket_close(&notify);
    free(path);
}

static void a_server_whose_writer_is_stuck_does_not_feed_the_watchdog(void **state)
{
    struct shop *shop = *state;
    struct notify_socket notify;
    char *path = temp_folder_join(shop->server.folder, "stuck");
    assert_int_equal(setenv("STUCK_WRITER", path, 1), 0);
    notify_socket_open(&notify, shop->server.folder, WATCHDOG_USEC);
    shop_open(shop, NULL);
    assert_true(notify_socket_hears(&notify, "WATCHDOG=1"));

    set_file(path, "");
    assert_int_not_equal(call_create_user(shop->channel, 1), ONSALE_OK);
    assert_true(server_process_will_say(&shop->server, "has not come round for 10 seconds"));
    notify_socket_has(&notify, "WATCHDOG=1"); /* those that were on their way */
    assert_true(notify_socket_is_silent(&notify, SILENCE_MS));
    assert_true(raw_check_at(shop->server.url)); /* reads are served even so */

    assert_int_equal(remove(path), 0);
    assert_true(notify_socket_hears(&notify, "WATCHDOG=1"));
    assert_true(server_process_said(&shop->server, "comes round again"));
    notify_socket_close(&notify);
    assert_int_equal(unsetenv("STUCK_WRITER"), 0);
    free(path);
}

int main(int argc, char **argv)
{
    if (argc != 3) return 2;
    const struct CMUnitTest tests[] = {
        CLOSED_SHOP_TEST(ready_is_told_when_the_server_serves_and_stopping_when_it_ends, argv[1]),
        CLOSED_SHOP_TEST(a_server_that_cant_start_is_never_ready, argv[1]),
        CLOSED_SHOP_TEST(a_supervisor_that_is_gone_does_no_harm, argv[1]),
        CLOSED_SHOP_TEST(the_watchdog_is_fed_only_if_it_watches_this_process, argv[1]),
        CLOSED_SHOP_TEST(sighup_reads_the_options_again_and_says_so, argv[1]),
        CLOSED_SHOP_TEST(a_server_whose_writer_is_stuck_does_not_feed_the_watchdog, argv[2]),
    };
    return cmocka_run_group_tests_name("supervisor", tests, NULL, NULL);
}
