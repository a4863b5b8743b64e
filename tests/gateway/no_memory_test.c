/* Who comes while there is no memory is refused, and those who are there are not disturbed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/entry_wait.h"
#include "gateway/exchange_begin.h"
#include "gateway/grpc.h"
#include "gateway/grpc_watch.h"
#include "gateway/loop.h"
#include "gateway/sse.h"
#include "tests/lib/failing_malloc.h"
#include "tests/lib/raw_server.h"
#include "tests/lib/temp_folder.h"

enum { PERFORMANCE = 5, CONCERT = 6, TOO_MANY_REQUESTS = 429, TRIES_MAX = 64 };

static const uint8_t token[] = {1, 2, 3};

struct fixture {
    char *folder;
    char url[128];
    struct loop *loop;
    struct upstream *upstream;
    struct subscriptions *subscriptions;
    struct grpc_watches watches;
    struct grpc_door grpc;
    struct origins origins;
    struct sse_door *sse;
};

static int setup(void **state)
{
    static struct fixture fixture;
    struct onsale_channel_options options = ONSALE_CHANNEL_OPTIONS_INIT;
    memset(&fixture, 0, sizeof fixture);
    fixture.folder = temp_folder_make();
    snprintf(fixture.url, sizeof fixture.url, "ipc://%s/onsale.sock", fixture.folder);
    options.url = fixture.url;
    fixture.loop = loop_open();
    assert_non_null(fixture.loop);
    assert_int_equal(upstream_open(fixture.loop, &options, &fixture.upstream, NULL), ONSALE_OK);
    fixture.subscriptions = subscriptions_open(fixture.loop, fixture.upstream, fixture.upstream);
    assert_non_null(fixture.subscriptions);
    fixture.grpc = (struct grpc_door){.upstream = fixture.upstream,
                                      .subscriptions = fixture.subscriptions,
                                      .watches = &fixture.watches};
    fixture.sse = sse_door_open(fixture.loop, fixture.subscriptions, &fixture.origins);
    assert_non_null(fixture.sse);
    *state = &fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(subscriptions_count(fixture->subscriptions), 0);
    sse_door_close(fixture->sse);
    subscriptions_close(fixture->subscriptions);
    upstream_close(fixture->upstream);
    loop_close(fixture->loop);
    temp_folder_remove(fixture->folder);
    return 0;
}

/* --- Subscribers -------------------------------------------------------------------------------
 */

struct subscriber {
    struct subscription subscription; /* the first member */
    struct loop *loop;
    bool fails_when_told; /* the next allocation after that */
    bool was_told;
    enum onsale_status ended_with;
};

static void told(struct subscription *subscription, struct news *news)
{
    struct subscriber *subscriber = (struct subscriber *)subscription;
    (void)news;
    subscriber->was_told = true;
    if (subscriber->fails_when_told) failing_malloc_arm(1);
}

static void ended(struct subscription *subscription, const struct onsale_error *error)
{
    struct subscriber *subscriber = (struct subscriber *)subscription;
    subscriber->ended_with = error->status;
    loop_stop(subscriber->loop);
}

static struct subscriber subscriber_of(const struct fixture *fixture)
{
    return (struct subscriber){.subscription = {.told = told, .ended = ended},
                               .loop = fixture->loop};
}

static bool subscribe(struct fixture *fixture, enum news_kind kind, struct subscription *who)
{
    switch (kind) {
    case NEWS_QUEUE_ENTRY:
        return subscribe_queue_entry(fixture->subscriptions, who, token, sizeof token);
    case NEWS_SEATS:
        return subscribe_seats(fixture->subscriptions, who, PERFORMANCE, 0, token, sizeof token);
    case NEWS_SALE:
        return subscribe_sale(fixture->subscriptions, who, CONCERT);
    case NEWS_EVENTS:
        return subscribe_events(fixture->subscriptions, who, 0);
    }
    return false;
}

static void nobody_is_subscribed_without_memory(void **state)
{
    struct fixture *fixture = *state;
    for (enum news_kind kind = NEWS_QUEUE_ENTRY; kind <= NEWS_EVENTS; kind++) {
        struct subscriber subscriber = subscriber_of(fixture);
        failing_malloc_arm(1);
        bool is_subscribed = subscribe(fixture, kind, &subscriber.subscription);
        assert_true(failing_malloc_disarm());
        assert_false(is_subscribed);
        assert_int_equal(subscriptions_count(fixture->subscriptions), 0);
        assert_true(subscribe(fixture, kind, &subscriber.subscription));
        assert_int_equal(subscriptions_count(fixture->subscriptions), 1);
        unsubscribe(&subscriber.subscription);
    }
}

/* It has been told of the seats, and is to follow them. */
static void who_is_on_the_way_in_is_told_that_there_is_no_memory(void **state)
{
    struct fixture *fixture = *state;
    struct raw_server *server = raw_server_open(fixture->url); /* says that there are no seats */
    struct subscriber subscriber = subscriber_of(fixture);
    subscriber.fails_when_told = true;
    assert_true(
        subscribe_seats(fixture->subscriptions, &subscriber.subscription, PERFORMANCE, 0, NULL, 0));
    loop_run(fixture->loop);
    assert_true(failing_malloc_disarm());
    assert_true(subscriber.was_told);
    assert_int_equal(subscriber.ended_with, ONSALE_OUT_OF_MEMORY);
    raw_server_close(server);
}

static void waited(void *context, const struct onsale_error *error, const uint8_t *response,
                   size_t response_size)
{
    (void)context, (void)error, (void)response, (void)response_size;
    fail_msg("nobody waits");
}

static void no_wait_is_begun_without_memory(void **state)
{
    struct fixture *fixture = *state;
    Onsale__V1__WaitQueueEntryRequest request = ONSALE__V1__WAIT_QUEUE_ENTRY_REQUEST__INIT;
    const struct upstream_origin nobody = {0};
    struct entry_wait *wait;
    for (size_t number = 1; number <= 2; number++) { /* the wait, what is followed */
        failing_malloc_arm(number);
        wait = entry_wait_open(fixture->subscriptions, &request, &nobody, INT64_MAX, waited, NULL);
        assert_true(failing_malloc_disarm());
        assert_null(wait);
    }
    wait = entry_wait_open(fixture->subscriptions, &request, &nobody, INT64_MAX, waited, NULL);
    assert_non_null(wait);
    entry_wait_close(wait);
}

/* --- Peers -------------------------------------------------------------------------------------
 */

struct asker {
    struct exchange exchange; /* the first member */
    struct arena arena;
    unsigned http_status; /* 0: not answered */
    char grpc_status[8];
};

static void begin(struct exchange *exchange, unsigned status, const struct header *headers,
                  size_t headers_count, const void *body, size_t body_size, bool is_whole)
{
    struct asker *asker = (struct asker *)(void *)exchange;
    (void)body, (void)body_size;
    assert_true(is_whole);
    asker->http_status = status;
    for (size_t i = 0; i < headers_count; i++)
        if (strcmp(headers[i].name, "grpc-status") == 0)
            snprintf(asker->grpc_status, sizeof asker->grpc_status, "%s", headers[i].value);
}

static const struct exchange_protocol protocol = {.begin = begin};
static const struct peer somebody = {.role = ROLE_SERVICE};

static void asker_init(struct asker *asker, const char *path)
{
    memset(asker, 0, sizeof *asker);
    arena_init(&asker->arena, 64 * 1024);
    assert_true(arena_make_room(&asker->arena, 4 * 1024)); /* a connection has it */
    asker->exchange = (struct exchange){
        .request = {.method = "GET", .path = path, .query = "token=AQID", .authority = ""},
        .peer = &somebody,
        .arena = &asker->arena,
        .protocol = &protocol,
    };
}

/* One after the other of the allocations fails until none does.
 * @return How many askers were refused. */
static size_t ask_with_failures(struct fixture *fixture, const char *path,
                                void (*ask)(struct fixture *fixture, struct exchange *exchange),
                                const char *grpc_status)
{
    size_t refused = 0;
    for (size_t number = 1; number < TRIES_MAX; number++) {
        struct asker asker;
        asker_init(&asker, path);
        failing_malloc_arm(number);
        ask(fixture, &asker.exchange);
        bool has_failed = failing_malloc_disarm();
        if (asker.exchange.has_ended) {
            refused++;
            assert_true(has_failed);
            assert_string_equal(asker.grpc_status, grpc_status);
            assert_int_equal(asker.http_status, grpc_status[0] == '\0' ? TOO_MANY_REQUESTS : 200);
        } else {
            exchange_let_go(&asker.exchange);
        }
        arena_deinit(&asker.arena);
        assert_int_equal(subscriptions_count(fixture->subscriptions), 0);
        if (!has_failed) return refused;
    }
    fail_msg("an allocation fails every time");
    return 0;
}

static void open_page(struct fixture *fixture, struct exchange *exchange)
{
    const struct handler handler = {.context = fixture->sse};
    sse_start(&handler, exchange);
}

static void a_page_that_there_is_no_memory_for_is_refused(void **state)
{
    static const char *const paths[] = {SSE_PATH "queue", SSE_PATH "performances/5/seats",
                                        SSE_PATH "sale/6"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        assert_true(ask_with_failures(*state, paths[i], open_page, "") >= 2);
}

static void open_stream(struct fixture *fixture, struct exchange *exchange)
{
    static const uint8_t request[] = {0x10, PERFORMANCE}; /* field 2, which all of them have */
    const struct grpc_own_method *method = grpc_watch_methods;
    while (strcmp(method->path, exchange->request.path) != 0)
        method++;
    method->start(&fixture->grpc, exchange, request, sizeof request);
}

static void a_stream_that_there_is_no_memory_for_is_refused(void **state)
{
    assert_true(ask_with_failures(*state, "/onsale.v1.WatchService/WatchSeats", open_stream, "8") >=
                1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nobody_is_subscribed_without_memory, setup, teardown),
        cmocka_unit_test_setup_teardown(who_is_on_the_way_in_is_told_that_there_is_no_memory, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(no_wait_is_begun_without_memory, setup, teardown),
        cmocka_unit_test_setup_teardown(a_page_that_there_is_no_memory_for_is_refused, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_stream_that_there_is_no_memory_for_is_refused, setup,
                                        teardown),
    };
    return cmocka_run_group_tests_name("gateway: without memory", tests, NULL, NULL);
}
