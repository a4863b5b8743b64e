/* The system clock of a real server is set, by libfaketime: only it, not the monotonic one. */
#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/require.h"
#include "tests/e2e/calls.h"
#include "tests/e2e/raw_call.h"
#include "tests/e2e/shop.h"
#include "tests/lib/call_frame.h"
#include "tests/lib/temp_folder.h"

enum { KILLS = 6, DAY_S = 24 * 3600, PATIENCE_MS = 30 * 1000 };

static const char *real_waits;
static char *offset_path;

/* Renamed into its place: the server may read it at any moment. */
static void set_clock(int64_t offset_s)
{
    char path[512];
    snprintf(path, sizeof path, "%s.new", offset_path);
    FILE *file = fopen(path, "we");
    REQUIRE(file != NULL);
    fprintf(file, "%+" PRId64 "\n", offset_s);
    REQUIRE(fclose(file) == 0);
    REQUIRE(rename(path, offset_path) == 0);
}

static void preload(void)
{
    glob_t found;
    if (glob("/usr/lib/*/faketime/libfaketimeMT.so.1", 0, NULL, &found) != 0)
        fail_msg("libfaketime is not installed: see script/packages");
    char paths[1024];
    snprintf(paths, sizeof paths, "%s:%s", real_waits, found.gl_pathv[0]);
    setenv("LD_PRELOAD", paths, 1);
    globfree(&found);
}

/* What is set here is for the servers that are started, not for this process. */
static int set_up(void **state)
{
    shop_setup_closed(state);
    struct shop *shop = *state;
    offset_path = temp_folder_join(shop->server.folder, "offset");
    set_clock(0);
    preload();
    setenv("FAKETIME_TIMESTAMP_FILE", offset_path, 1);
    setenv("FAKETIME_NO_CACHE", "1", 1);
    setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1", 1);
    setenv("FAKETIME_DISABLE_SHM", "1", 1);
    setenv("NO_FAKE_STAT", "1", 1);
    shop_open(shop, NULL);
    return 0;
}

static int tear_down(void **state)
{
    int rc = shop_teardown(state);
    unsetenv("LD_PRELOAD");
    free(offset_path);
    return rc;
}

static bool will_say(struct shop *shop, const char *text)
{
    return server_process_will_say(&shop->server, text);
}

static enum onsale_status create_user_by(struct onsale_channel *channel, uint64_t user_id)
{
    const struct onsale_call_options patient = {.timeout_ms = PATIENCE_MS};
    Onsale__V1__CreateUserRequest request = ONSALE__V1__CREATE_USER_REQUEST__INIT;
    Onsale__V1__CreateUserResponse *response;
    request.user_id = user_id;
    enum onsale_status status =
        onsale_admin_create_user(channel, &request, &patient, &response, NULL);
    if (status == ONSALE_OK) onsale__v1__create_user_response__free_unpacked(response, NULL);
    return status;
}

static enum onsale_status create_user(struct shop *shop, uint64_t user_id)
{
    return create_user_by(shop->channel, user_id);
}

/* A refusal that may pass is not waited out. */
static enum onsale_status try_create_user(struct shop *shop, uint64_t user_id)
{
    struct onsale_channel *channel =
        shop_channel(shop, (struct onsale_channel_options){.attempts_max = 1});
    enum onsale_status status = create_user_by(channel, user_id);
    onsale_channel_close(channel);
    return status;
}

static int64_t confirm(struct shop *shop)
{
    Onsale__V1__ConfirmClockRequest request = ONSALE__V1__CONFIRM_CLOCK_REQUEST__INIT;
    Onsale__V1__ConfirmClockResponse *response;
    assert_int_equal(onsale_admin_confirm_clock(shop->channel, &request, NULL, &response, NULL),
                     ONSALE_OK);
    int64_t jumped_ms = response->jumped_ms;
    onsale__v1__confirm_clock_response__free_unpacked(response, NULL);
    return jumped_ms;
}

/* What a caller is told as the server's time. */
static int64_t server_time_ms(struct shop *shop)
{
    struct raw_peer peer;
    struct call_frame frame;
    size_t size;
    uint32_t id;
    call_frame_init(&frame);
    call_frame_add(&frame, "onsale.rpc.v1.HealthService/Check", NULL);
    uint8_t *bytes = call_frame_pack(&frame, &size);
    assert_true(raw_peer_open(&peer, shop->server.url));
    raw_peer_send(&peer, 1, bytes, size);
    free(bytes);
    call_frame_deinit(&frame);
    bytes = raw_peer_receive(&peer, &id, &size);
    assert_non_null(bytes);
    raw_peer_close(&peer);
    Onsale__Rpc__V1__ReplyFrame *reply = onsale__rpc__v1__reply_frame__unpack(NULL, size, bytes);
    free(bytes);
    int64_t time_ms = reply->server_time_ms;
    onsale__rpc__v1__reply_frame__free_unpacked(reply, NULL);
    return time_ms;
}

static int64_t clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* Of a process whose clock is set. @return 0 if the clock is ahead and the wait took its time. */
static int wait_by_monotonic_clock(int64_t true_ns)
{
    enum { WAIT_NS = 50 * 1000 * 1000 };
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t never;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&never, &attributes);
    int64_t until_ns = clock_ns(CLOCK_MONOTONIC) + WAIT_NS;
    struct timespec until = {.tv_sec = until_ns / 1000000000, .tv_nsec = until_ns % 1000000000};
    int err;
    pthread_mutex_lock(&mutex);
    do
        err = pthread_cond_timedwait(&never, &mutex, &until);
    while (err == 0);
    pthread_mutex_unlock(&mutex);
    bool is_ahead = clock_ns(CLOCK_REALTIME) - true_ns > DAY_S * INT64_C(900000000);
    return err == ETIMEDOUT && is_ahead && clock_ns(CLOCK_MONOTONIC) >= until_ns ? 0 : 1;
}

static void a_wait_by_the_monotonic_clock_takes_its_time(void **state)
{
    (void)state;
    char true_ns[32];
    int status;
    set_clock(DAY_S);
    snprintf(true_ns, sizeof true_ns, "%" PRId64, clock_ns(CLOCK_REALTIME));
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        execl("/proc/self/exe", "wait", "--wait", true_ns, (char *)NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void a_jump_ahead_stops_writes_until_it_is_confirmed(void **state)
{
    struct shop *shop = *state;
    assert_int_equal(create_user(shop, 1), ONSALE_OK);
    int64_t before_ms = server_time_ms(shop);
    set_clock(DAY_S);
    assert_int_equal(try_create_user(shop, 2), ONSALE_CLOCK_JUMPED);
    assert_int_equal(call_balance(shop->channel, 1, NULL), ONSALE_OK);
    assert_true(server_time_ms(shop) < before_ms + DAY_S * 500);
    assert_true(will_say(shop, "jumped ahead by 86"));
    assert_true(confirm(shop) > DAY_S * 999);
    assert_true(server_time_ms(shop) > before_ms + DAY_S * 999);
    assert_int_equal(create_user(shop, 2), ONSALE_OK);
    assert_true(will_say(shop, "followed again: writes are served"));
    assert_int_equal(confirm(shop), 0);
}

static void a_jump_ahead_is_over_when_the_clock_is_set_right(void **state)
{
    struct shop *shop = *state;
    set_clock(120);
    assert_int_equal(try_create_user(shop, 1), ONSALE_CLOCK_JUMPED);
    set_clock(2);
    assert_int_equal(create_user(shop, 1), ONSALE_OK);
    set_clock(58); /* a step that is followed */
    assert_int_equal(create_user(shop, 2), ONSALE_OK);
}

static void the_limit_of_a_jump_is_an_option(void **state)
{
    struct shop *shop = *state;
    shop_reopen(shop, (const char *[]){"--clock-jump-max", "100000", NULL});
    set_clock(DAY_S);
    assert_int_equal(create_user(shop, 1), ONSALE_OK);
}

/* The log tells of the second change after whoever was idle by then was looked for. */
static void a_clock_that_is_set_closes_no_connection(void **state)
{
    struct shop *shop = *state;
    struct raw_peer idle, silent;
    assert_true(raw_peer_open(&idle, shop->server.url));
    assert_true(raw_check(&idle));
    assert_true(raw_peer_open(&silent, shop->server.url));
    set_clock(DAY_S);
    assert_true(will_say(shop, "jumped ahead"));
    confirm(shop);
    assert_true(will_say(shop, "followed again"));
    set_clock(0);
    assert_true(will_say(shop, "behind the server's time"));
    assert_true(raw_check(&idle));
    assert_true(raw_check(&silent));
    raw_peer_close(&idle);
    raw_peer_close(&silent);
}

static void time_told_never_runs_backwards_over_kills_and_a_clock_set_back(void **state)
{
    struct shop *shop = *state;
    for (int i = 1; i <= KILLS; i++) {
        int64_t told_ms = server_time_ms(shop);
        server_process_kill(&shop->server);
        set_clock(-2 * i);
        shop_open(shop, NULL);
        assert_true(server_time_ms(shop) >= told_ms);
    }
    assert_true(will_say(shop, "behind the server's time"));
}

static void a_start_far_after_the_last_write_is_logged(void **state)
{
    struct shop *shop = *state;
    assert_int_equal(create_user(shop, 1), ONSALE_OK);
    shop_close(shop);
    set_clock(DAY_S);
    shop_open(shop, NULL);
    assert_true(server_process_said(&shop->server, "s ahead of the last write"));
    assert_int_equal(create_user(shop, 2), ONSALE_OK);
}

#define CLOCK_TEST(test) cmocka_unit_test_prestate_setup_teardown(test, set_up, tear_down, argv[1])

int main(int argc, char **argv)
{
    if (argc != 3) return 2;
    if (strcmp(argv[1], "--wait") == 0) return wait_by_monotonic_clock(strtoll(argv[2], NULL, 10));
    real_waits = argv[2];
    const struct CMUnitTest tests[] = {
        CLOCK_TEST(a_wait_by_the_monotonic_clock_takes_its_time),
        CLOCK_TEST(a_jump_ahead_stops_writes_until_it_is_confirmed),
        CLOCK_TEST(a_jump_ahead_is_over_when_the_clock_is_set_right),
        CLOCK_TEST(the_limit_of_a_jump_is_an_option),
        CLOCK_TEST(a_clock_that_is_set_closes_no_connection),
        CLOCK_TEST(time_told_never_runs_backwards_over_kills_and_a_clock_set_back),
        CLOCK_TEST(a_start_far_after_the_last_write_is_logged),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
