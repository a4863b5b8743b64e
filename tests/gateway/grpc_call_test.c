/* What of a call of gRPC reaches the server, and what of its answer the caller: a server that keeps
 * what it was sent, and an exchange that keeps how it was answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/grpc.h"
#include "gateway/loop.h"
#include "tests/lib/raw_server.h"
#include "tests/lib/temp_folder.h"

static const uint8_t user_7[] = {0x08, 0x07};

struct caller {
    struct exchange exchange; /* the first member */
    struct arena arena;
    struct fixture *fixture;
    size_t written; /* bytes */
    bool has_ended;
    char status[8];
};

struct fixture {
    char *folder;
    struct raw_server *server;
    struct loop *loop;
    struct grpc_door door;
};

static void begin(struct exchange *exchange, unsigned status, const struct header *headers,
                  size_t headers_count, const void *body, size_t body_size, bool is_whole)
{
    (void)exchange, (void)headers, (void)headers_count, (void)body, (void)body_size;
    assert_int_equal(status, 200);
    assert_false(is_whole);
}

static void write_bytes(struct exchange *exchange, const void *bytes, size_t size)
{
    (void)bytes;
    ((struct caller *)(void *)exchange)->written += size;
}

static void end(struct exchange *exchange, const struct header *trailers, size_t trailers_count)
{
    struct caller *caller = (struct caller *)(void *)exchange;
    assert_int_equal(trailers_count, 1);
    assert_string_equal(trailers[0].name, "grpc-status");
    snprintf(caller->status, sizeof caller->status, "%s", trailers[0].value);
    caller->has_ended = true;
    loop_stop(caller->fixture->loop);
}

static const struct exchange_protocol protocol = {.begin = begin, .write = write_bytes, .end = end};
static const struct peer somebody = {.role = ROLE_PUBLIC};

static int setup(void **state)
{
    static struct fixture fixture;
    struct onsale_channel_options options = ONSALE_CHANNEL_OPTIONS_INIT;
    char url[128];
    memset(&fixture, 0, sizeof fixture);
    fixture.folder = temp_folder_make();
    snprintf(url, sizeof url, "ipc://%s/onsale.sock", fixture.folder);
    options.url = url;
    fixture.server = raw_server_open(url);
    fixture.loop = loop_open();
    assert_non_null(fixture.loop);
    assert_int_equal(upstream_open(fixture.loop, &options, &fixture.door.upstream, NULL),
                     ONSALE_OK);
    *state = &fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    upstream_close(fixture->door.upstream);
    loop_close(fixture->loop);
    raw_server_close(fixture->server);
    temp_folder_remove(fixture->folder);
    return 0;
}

static void start(struct fixture *fixture, struct caller *caller, const struct header *headers,
                  size_t count)
{
    memset(caller, 0, sizeof *caller);
    caller->fixture = fixture;
    arena_init(&caller->arena, 64 * 1024);
    caller->exchange = (struct exchange){
        .request = {.path = "/onsale.v1.WalletService/GetBalance",
                    .headers = headers,
                    .headers_count = count},
        .peer = &somebody,
        .arrived_ms = onsale_now_ms(),
        .arena = &caller->arena,
        .protocol = &protocol,
    };
    grpc_call_start(&fixture->door, &caller->exchange, user_7, sizeof user_7);
}

static void await(struct caller *caller)
{
    loop_run(caller->fixture->loop);
    assert_true(caller->has_ended);
    assert_string_equal(caller->status, "0");
    assert_true(caller->written > 5);
    arena_deinit(&caller->arena);
}

static void traces_and_languages_are_passed_on_and_nothing_else(void **state)
{
    static const struct header headers[] = {
        {"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
        {"authorization", "Bearer secret"},
        {"tracestate", "a=b"},
        {"x-api-key", "secret"},
    };
    struct fixture *fixture = *state;
    struct caller caller;
    start(fixture, &caller, headers, sizeof headers / sizeof headers[0]);
    await(&caller);
    struct raw_call call = raw_server_first_call(fixture->server, 0);
    assert_string_equal(call.method, "onsale.v1.WalletService/GetBalance");
    assert_int_equal(call.metadata_count, 2);
    assert_string_equal(call.metadata_key, headers[0].name);
    assert_string_equal(call.metadata_value, headers[0].value);
    assert_int_equal(call.payload_size, sizeof user_7);
    assert_memory_equal(call.payload, user_7, sizeof user_7);
}

static void a_deadline_is_passed_on(void **state)
{
    static const struct header timeout = {"grpc-timeout", "25000m"};
    struct fixture *fixture = *state;
    struct caller caller;
    start(fixture, &caller, &timeout, 1);
    await(&caller);
    uint32_t timeout_ms = raw_server_first_call(fixture->server, 0).timeout_ms;
    assert_in_range(timeout_ms, 10001, 25000); /* more than a call without one has */
}

static void a_read_that_finds_its_frame_full_is_made_again_as_it_was(void **state)
{
    static const struct header headers[] = {{"accept-language", "ko"}};
    struct fixture *fixture = *state;
    struct caller caller;
    raw_server_expect(fixture->server, RAW_FRAME_FULL, 2);
    start(fixture, &caller, headers, 1);
    await(&caller);
    struct raw_call first = raw_server_first_call(fixture->server, 0);
    struct raw_call last = raw_server_first_call(fixture->server, 2);
    assert_int_equal(raw_server_calls(fixture->server), 3);
    assert_string_equal(last.metadata_value, "ko");
    assert_int_equal(last.payload_size, sizeof user_7);
    assert_memory_equal(last.payload, user_7, sizeof user_7);
    assert_true(last.timeout_ms <= first.timeout_ms); /* of the same time */
}

static void who_gives_up_is_told_nothing_and_others_are(void **state)
{
    struct fixture *fixture = *state;
    struct caller gone, other;
    raw_server_hold(fixture->server);
    start(fixture, &gone, NULL, 0);
    start(fixture, &other, NULL, 0);
    gone.exchange.gone(&gone.exchange);
    raw_server_release(fixture->server);
    await(&other);
    loop_finish(fixture->loop);
    assert_false(gone.has_ended);
    assert_int_equal(gone.written, 0);
    arena_deinit(&gone.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(traces_and_languages_are_passed_on_and_nothing_else, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_deadline_is_passed_on, setup, teardown),
        cmocka_unit_test_setup_teardown(a_read_that_finds_its_frame_full_is_made_again_as_it_was,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(who_gives_up_is_told_nothing_and_others_are, setup,
                                        teardown),
    };
    return cmocka_run_group_tests_name("gateway: calls of gRPC", tests, NULL, NULL);
}
