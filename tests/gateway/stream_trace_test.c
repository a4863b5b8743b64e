/* The calls that are made for who follows something have its trace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/call_log.h"
#include "gateway/exchange_begin.h"
#include "gateway/grpc.h"
#include "gateway/grpc_watch.h"
#include "gateway/loop.h"
#include "gateway/sse.h"
#include "gateway/topic.h"
#include "tests/lib/raw_server.h"
#include "tests/lib/temp_folder.h"

#define TRACE "4bf92f3577b34da6a3ce929d0e0e4736"
#define PARENT "-00f067aa0ba902b7-01"

enum { LOOK_MS = 5 };

struct fixture {
    char *folder;
    struct raw_server *server;
    struct loop *loop;
    struct loop_ticker ticker;
    const char *method_awaited;
    bool wants_trace; /* no call without one */
    size_t found;     /* the frame that calls it */
    struct upstream *upstream;
    struct upstream_account *account;
    struct subscriptions *subscriptions;
    struct grpc_watches watches;
    struct grpc_door grpc;
    struct origins origins;
    struct sse_door *sse;
    struct header traceparent;
    struct exchange exchange;
    struct arena arena;
};

/* Looks at whether the server has been called as is awaited. Other calls may come before. */
static void look(struct loop_ticker *ticker, int64_t now_ms)
{
    struct fixture *fixture = (struct fixture *)((char *)ticker - offsetof(struct fixture, ticker));
    size_t frames = raw_server_frames(fixture->server);
    (void)now_ms;
    for (size_t i = 0; i < frames && i < RAW_FRAMES_KEPT; i++) {
        struct raw_call call = raw_server_first_call(fixture->server, i);
        if (strcmp(call.method, fixture->method_awaited) != 0) continue;
        if (fixture->wants_trace && call.metadata_count == 0) continue;
        fixture->found = i;
        loop_stop(fixture->loop);
        return;
    }
}

static int setup(void **state)
{
    static struct fixture fixture;
    struct onsale_channel_options options = ONSALE_CHANNEL_OPTIONS_INIT;
    char url[128];
    memset(&fixture, 0, sizeof fixture);
    fixture.folder = temp_folder_make();
    snprintf(url, sizeof url, "ipc://%s/onsale.sock", fixture.folder);
    options.url = options.watch_url = options.admin_url = url;
    fixture.server = raw_server_open(url);
    raw_server_expect(fixture.server, RAW_SILENCE, RAW_FRAMES_KEPT);
    fixture.loop = loop_open();
    assert_non_null(fixture.loop);
    assert_int_equal(upstream_open(fixture.loop, &options, &fixture.upstream, NULL), ONSALE_OK);
    fixture.account = upstream_account_open(1, "192.0.2.7");
    fixture.subscriptions = subscriptions_open(fixture.loop, fixture.upstream, fixture.upstream);
    assert_non_null(fixture.subscriptions);
    fixture.grpc = (struct grpc_door){.upstream = fixture.upstream,
                                      .subscriptions = fixture.subscriptions,
                                      .watches = &fixture.watches};
    fixture.sse = sse_door_open(fixture.loop, fixture.subscriptions, &fixture.origins);
    assert_non_null(fixture.sse);
    fixture.ticker = (struct loop_ticker){.tick = look, .interval_ms = LOOK_MS};
    loop_tick(fixture.loop, &fixture.ticker);
    arena_init(&fixture.arena, 64 * 1024);
    *state = &fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    exchange_let_go(&fixture->exchange);
    call_log_set(0);
    sse_door_close(fixture->sse);
    subscriptions_close(fixture->subscriptions);
    upstream_account_release(fixture->account);
    upstream_close(fixture->upstream);
    loop_close(fixture->loop);
    arena_deinit(&fixture->arena);
    raw_server_close(fixture->server);
    temp_folder_remove(fixture->folder);
    return 0;
}

/* --- A peer that hears of nothing --------------------------------------------------------------
 */

static void do_not_begin(struct exchange *exchange, unsigned status, const struct header *headers,
                         size_t headers_count, const void *body, size_t body_size, bool is_whole)
{
    (void)exchange, (void)status, (void)headers, (void)headers_count;
    (void)body, (void)body_size, (void)is_whole;
}

static void do_not_write(struct exchange *exchange, const void *bytes, size_t size)
{
    (void)exchange, (void)bytes, (void)size;
}

static void do_not_end(struct exchange *exchange, const struct header *trailers,
                       size_t trailers_count)
{
    (void)exchange, (void)trailers, (void)trailers_count;
}

static void do_nothing(struct exchange *exchange)
{
    (void)exchange;
}

static size_t nothing(const struct exchange *exchange)
{
    (void)exchange;
    return 0;
}

/* @param traceparent  NULL: none. */
static struct exchange *ask(struct fixture *fixture, const char *path, const char *traceparent)
{
    static const struct peer somebody = {.role = ROLE_ADMIN};
    static const struct exchange_protocol protocol = {
        .begin = do_not_begin,
        .write = do_not_write,
        .end = do_not_end,
        .abort = do_nothing,
        .unsent = nothing,
        .settle = do_nothing,
    };
    fixture->traceparent = (struct header){"traceparent", traceparent};
    fixture->exchange = (struct exchange){
        .request = {.method = "GET",
                    .path = path,
                    .query = "token=AQID",
                    .authority = "",
                    .headers = &fixture->traceparent,
                    .headers_count = traceparent != NULL},
        .peer = &somebody,
        .account = fixture->account,
        .arrived_ms = onsale_now_ms(),
        .arena = &fixture->arena,
        .protocol = &protocol,
    };
    return &fixture->exchange;
}

/* The loop goes on meanwhile: calls that wait for others of their round are sent in the next. */
static struct raw_call await_call(struct fixture *fixture, const char *method)
{
    fixture->method_awaited = method;
    loop_run(fixture->loop);
    return raw_server_first_call(fixture->server, fixture->found);
}

static void expect_trace(struct fixture *fixture, const char *method, const char *traceparent)
{
    struct raw_call call = await_call(fixture, method);
    assert_int_equal(call.metadata_count, 1);
    assert_string_equal(call.metadata_key, "traceparent");
    assert_string_equal(call.metadata_value, traceparent);
}

/* --- Pages -------------------------------------------------------------------------------------
 */

static void open_page(struct fixture *fixture, const char *path)
{
    const struct handler handler = {.context = fixture->sse};
    sse_start(&handler, ask(fixture, path, "00-" TRACE PARENT));
}

static void a_page_that_follows_a_place_is_looked_for_with_its_trace(void **state)
{
    open_page(*state, SSE_PATH "queue");
    expect_trace(*state, "onsale.v1.QueueService/GetQueueEntry", "00-" TRACE PARENT);
}

static void a_page_that_follows_seats_is_looked_for_with_its_trace(void **state)
{
    open_page(*state, SSE_PATH "performances/5/seats");
    expect_trace(*state, "onsale.v1.CatalogService/GetSeatMap", "00-" TRACE PARENT);
}

static void a_page_that_follows_a_sale_is_looked_for_with_its_trace(void **state)
{
    struct fixture *fixture = *state;
    open_page(fixture, SSE_PATH "sale/6");
    watch_sale_tick(fixture->subscriptions, loop_now_ms(fixture->loop));
    expect_trace(fixture, "onsale.v1.AdminService/GetStats", "00-" TRACE PARENT);
}

/* --- Streams of gRPC ---------------------------------------------------------------------------
 */

static void open_stream(struct fixture *fixture, const struct grpc_own_method *method,
                        const char *path, const char *traceparent)
{
    static const uint8_t request[] = {0x0a, 3, 1, 2, 3, 0x20, 0xe8, 0x07}; /* a token, wait_ms */
    while (strcmp(method->path, path) != 0)
        method++;
    method->start(&fixture->grpc, ask(fixture, path, traceparent), request, sizeof request);
}

static void a_stream_of_a_place_is_looked_for_with_its_trace(void **state)
{
    open_stream(*state, grpc_watch_methods, "/onsale.v1.WatchService/WatchQueueEntry",
                "00-" TRACE PARENT);
    expect_trace(*state, "onsale.v1.QueueService/GetQueueEntry", "00-" TRACE PARENT);
}

static void a_wait_is_looked_for_with_its_trace(void **state)
{
    open_stream(*state, grpc_wait_methods, "/onsale.v1.QueueService/WaitQueueEntry",
                "00-" TRACE PARENT);
    expect_trace(*state, "onsale.v1.QueueService/GetQueueEntry", "00-" TRACE PARENT);
}

static void open_events(struct fixture *fixture, const char *traceparent)
{
    const struct grpc_own_method *method = grpc_watch_methods;
    static const char path[] = "/onsale.v1.WatchService/WatchEvents";
    while (strcmp(method->path, path) != 0)
        method++;
    method->start(&fixture->grpc, ask(fixture, path, traceparent), NULL, 0);
}

static void a_stream_of_events_asks_with_its_trace(void **state)
{
    open_events(*state, "00-" TRACE PARENT);
    expect_trace(*state, "onsale.v1.EventService/ListEvents", "00-" TRACE PARENT);
}

static void a_trace_of_a_later_version_is_told_in_the_one_that_is_known(void **state)
{
    open_stream(*state, grpc_watch_methods, "/onsale.v1.WatchService/WatchQueueEntry",
                "cc-" TRACE PARENT "-later");
    expect_trace(*state, "onsale.v1.QueueService/GetQueueEntry", "00-" TRACE PARENT);
}

static void a_stream_has_a_trace_only_if_it_is_valid_or_slow_calls_are_logged(void **state)
{
    struct fixture *fixture = *state;
    open_stream(fixture, grpc_watch_methods, "/onsale.v1.WatchService/WatchQueueEntry",
                "ff-" TRACE PARENT);
    assert_int_equal(await_call(fixture, "onsale.v1.QueueService/GetQueueEntry").metadata_count, 0);
    exchange_let_go(&fixture->exchange);
    loop_finish(fixture->loop);
    call_log_set(1000);
    open_events(fixture, NULL);
    fixture->wants_trace = true; /* the place's may have asked for events before */
    assert_string_equal(await_call(fixture, "onsale.v1.EventService/ListEvents").metadata_key,
                        "traceparent");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_page_that_follows_a_place_is_looked_for_with_its_trace,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_page_that_follows_seats_is_looked_for_with_its_trace,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_page_that_follows_a_sale_is_looked_for_with_its_trace,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_stream_of_a_place_is_looked_for_with_its_trace, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_wait_is_looked_for_with_its_trace, setup, teardown),
        cmocka_unit_test_setup_teardown(a_stream_of_events_asks_with_its_trace, setup, teardown),
        cmocka_unit_test_setup_teardown(a_trace_of_a_later_version_is_told_in_the_one_that_is_known,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            a_stream_has_a_trace_only_if_it_is_valid_or_slow_calls_are_logged, setup, teardown),
    };
    return cmocka_run_group_tests_name("gateway: traces of streams", tests, NULL, NULL);
}
