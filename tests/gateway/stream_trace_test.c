/* The calls that are made for who follows something have its trace. */
#include <setjmp.h>
#include <stdarg.h>
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
    size_t frames_awaited;
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

/* Looks at whether the server has the frames that are awaited. */
static void look(struct loop_ticker *ticker, int64_t now_ms)
{
    struct fixture *fixture = (struct fixture *)((char *)ticker - offsetof(struct fixture, ticker));
    (void)now_ms;
    if (raw_server_frames(fixture->server) >= fixture->frames_awaited) loop_stop(fixture->loop);
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

static size_t nothing(const struct exchange *exchange)
{
    (void)exchange;
    return 0;
}

/* @param traceparent  NULL: none. */
static struct exchange *ask(struct fixture *fixture, const char *path, const char *traceparent)
{
    static const struct peer somebody = {.role = ROLE_ADMIN};
    static const struct exchange_protocol protocol = {.unsent = nothing}; /* nor is answered */
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
static void await_frames(struct fixture *fixture, size_t count)
{
    fixture->frames_awaited = count;
    loop_run(fixture->loop);
}

static struct raw_call first_call(struct fixture *fixture)
{
    await_frames(fixture, 1);
    return raw_server_first_call(fixture->server, 0);
}

static void expect_trace(struct fixture *fixture, const char *method, const char *traceparent)
{
    struct raw_call call = first_call(fixture);
    assert_string_equal(call.method, method);
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
    assert_int_equal(first_call(fixture).metadata_count, 0);
    exchange_let_go(&fixture->exchange);
    loop_finish(fixture->loop);
    call_log_set(1000);
    open_events(fixture, NULL);
    await_frames(fixture, 2);
    assert_string_equal(raw_server_first_call(fixture->server, 1).metadata_key, "traceparent");
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
