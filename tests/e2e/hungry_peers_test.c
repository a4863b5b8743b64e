/* Peers that ask for much and read nothing, or wait by the thousand: what it costs the server, and
 * that others are served meanwhile. Asserts memory and counts, no times. */
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "tests/e2e/calls.h"
#include "tests/e2e/raw_call.h"
#include "tests/e2e/shop.h"
#include "tests/e2e/wait_until.h"
#include "tests/lib/call_frame.h"
#include "tests/lib/sanitized.h"

enum { MIB = 1024 * 1024, BUDGET_MIB = 64, SLACK_MIB = 64, REST_MIB = 16 };
enum { HOGS = 4, FRAMES_EACH = 64, CALLS_EACH = 20, EVENTS = EVENTS_PER_CALL_MAX };
enum { REFUSALS_BYTES_MAX = 200 * CALLS_EACH }; /* a reply that refuses all of them is smaller */

/* Resident memory of the server. Unit: MiB. */
static size_t resident_mib(const struct shop *shop)
{
    char path[64];
    size_t pages = 0;
    snprintf(path, sizeof path, "/proc/%d/statm", (int)shop->server.pid);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%*s %zu", &pages), 1);
    fclose(file);
    return pages * 4096 / MIB;
}

struct numbers {
    uint64_t closed_unread;
    uint64_t memory_used_bytes;
    uint32_t long_polls_waiting;
    uint32_t connections;
};

static struct numbers ask_numbers(const struct shop *shop)
{
    Onsale__V1__GetStatsRequest request = ONSALE__V1__GET_STATS_REQUEST__INIT;
    Onsale__V1__GetStatsResponse *stats;
    assert_int_equal(onsale_admin_get_stats(shop->channel, &request, NULL, &stats, NULL),
                     ONSALE_OK);
    struct numbers numbers = {stats->connections_closed_unread, stats->memory_used_bytes,
                              stats->long_polls_waiting, stats->connections};
    onsale__v1__get_stats_response__free_unpacked(stats, NULL);
    return numbers;
}

/* --- Replies nobody reads --------------------------------------------------------------------- */

/* Events that name every seat of the hall. */
static void make_large_events(const struct shop *shop)
{
    uint32_t seats[HALL_SEATS];
    for (uint32_t i = 0; i < HALL_SEATS; i++)
        seats[i] = i;
    for (int i = 0; i < EVENTS; i++)
        assert_int_equal(call_block(shop->channel, PERFORMANCE, seats, HALL_SEATS, i % 2 == 0),
                         ONSALE_OK);
}

/* A frame whose reply has 200 KB for each of its calls. */
static uint8_t *pack_greed(int calls, size_t *ret_size)
{
    struct call_frame frame;
    Onsale__V1__ListEventsRequest request = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    request.max = EVENTS_PER_CALL_MAX;
    call_frame_init(&frame);
    for (int i = 0; i < calls; i++)
        call_frame_add(&frame, "onsale.v1.EventService/ListEvents", &request.base);
    uint8_t *bytes = call_frame_pack(&frame, ret_size);
    call_frame_deinit(&frame);
    return bytes;
}

static void send_greed(const struct shop *shop, struct raw_peer hogs[HOGS])
{
    size_t size;
    uint8_t *bytes = pack_greed(CALLS_EACH, &size);
    for (size_t i = 0; i < HOGS; i++)
        assert_true(raw_peer_open(&hogs[i], shop->server.url));
    for (size_t i = 0; i < HOGS; i++)
        for (uint32_t id = 0; id < FRAMES_EACH; id++)
            raw_peer_send(&hogs[i], id, bytes, size);
    free(bytes);
}

/* What a good connection sees, and how much memory the server has meanwhile. */
struct meanwhile {
    const struct shop *shop;
    struct raw_peer good;
    uint32_t connections; /* before any was closed */
    size_t most_mib;
    size_t rest_mib;
};

/* Those that the server means to close are closed: until then they could read a reply. A hog all of
 * whose frames were refused, since the others have the memory and the turns, holds nothing: the
 * kernel has its refusals. */
static bool no_hog_holds_anything(void *context)
{
    struct meanwhile *meanwhile = context;
    assert_true(raw_check(&meanwhile->good));
    size_t mib = resident_mib(meanwhile->shop);
    if (mib > meanwhile->most_mib) meanwhile->most_mib = mib;
    struct numbers numbers = ask_numbers(meanwhile->shop);
    if (numbers.connections + numbers.closed_unread != meanwhile->connections) return false;
    return numbers.closed_unread == HOGS ||
           (numbers.closed_unread > 0 && numbers.memory_used_bytes < MIB);
}

/* Reads what came. @return false if the server hung up; true if every frame was refused. */
static bool was_refused(struct raw_peer *hog)
{
    for (int i = 0; i < FRAMES_EACH; i++) {
        uint32_t id;
        size_t size;
        uint8_t *reply = raw_peer_receive(hog, &id, &size);
        if (reply == NULL) return false;
        free(reply);
        assert_in_range(size, 1, REFUSALS_BYTES_MAX);
    }
    return true;
}

static bool memory_is_given_back(void *context)
{
    const struct meanwhile *meanwhile = context;
    return ask_numbers(meanwhile->shop).memory_used_bytes < MIB &&
           (IS_SANITIZED || resident_mib(meanwhile->shop) <= meanwhile->rest_mib);
}

static void replies_that_nobody_reads_cost_only_those_who_do_not_read_them(void **state)
{
    struct shop *shop = *state;
    struct raw_peer hogs[HOGS];
    shop_open(shop, (const char *[]){"--memory", "64M", NULL});
    shop_import(shop);
    make_large_events(shop);
    size_t before_mib = resident_mib(shop);
    struct meanwhile meanwhile = {.shop = shop, .rest_mib = before_mib + REST_MIB};
    assert_true(raw_peer_open(&meanwhile.good, shop->server.url) && raw_check(&meanwhile.good));
    meanwhile.connections = ask_numbers(shop).connections + HOGS;
    send_greed(shop, hogs);
    assert_true(wait_until(no_hog_holds_anything, &meanwhile));
    if (!IS_SANITIZED) assert_in_range(meanwhile.most_mib, 0, before_mib + BUDGET_MIB + SLACK_MIB);
    uint64_t closed = 0;
    for (size_t i = 0; i < HOGS; i++) {
        closed += !was_refused(&hogs[i]);
        raw_peer_close(&hogs[i]);
    }
    assert_int_equal(closed, ask_numbers(shop).closed_unread);
    assert_true(wait_until(memory_is_given_back, &meanwhile));
    raw_peer_close(&meanwhile.good);
}

/* --- Large reads without end -------------------------------------------------------------------
 */

/* Less than a peer's share of the memory, and always more than has its turn. */
enum { READERS = 3, READS_AHEAD = 4, READ_CALLS = 4 };

struct readers {
    const struct shop *shop;
    struct raw_peer all[READERS];
    uint8_t *frame;
    size_t frame_size;
    uint32_t connections; /* without those that are gone */
};

/* One more from each, for one that was read. */
static bool read_on_until_it_is_freed(void *context)
{
    struct readers *readers = context;
    for (size_t i = 0; i < READERS; i++) {
        uint32_t id;
        size_t size;
        uint8_t *reply = raw_peer_receive(&readers->all[i], &id, &size);
        assert_non_null(reply);
        free(reply);
        raw_peer_send(&readers->all[i], id, readers->frame, readers->frame_size);
    }
    return ask_numbers(readers->shop).connections == readers->connections;
}

/* A thread that has a turn goes on with the frames of others, which never end here. nng waits for
 * the callback of a connection when it is about to free it, and the next has to wait, too. */
static void a_connection_is_freed_while_others_read_much_without_end(void **state)
{
    struct shop *shop = *state;
    struct raw_peer first, next;
    struct readers readers = {.shop = shop};
    shop_open(shop, NULL);
    shop_import(shop);
    make_large_events(shop);
    readers.frame = pack_greed(READ_CALLS, &readers.frame_size);
    for (size_t i = 0; i < READERS; i++)
        assert_true(raw_peer_open(&readers.all[i], shop->server.url) && raw_check(&readers.all[i]));
    readers.connections = ask_numbers(shop).connections;
    assert_true(raw_peer_open(&first, shop->server.url) && raw_check(&first));
    for (uint32_t id = 0; id < FRAMES_EACH; id++)
        raw_peer_send(&first, id, readers.frame, readers.frame_size);
    for (size_t i = 0; i < READERS; i++)
        for (uint32_t id = 0; id < READS_AHEAD; id++)
            raw_peer_send(&readers.all[i], id, readers.frame, readers.frame_size);
    raw_peer_close(&first);
    assert_true(wait_until(read_on_until_it_is_freed, &readers));
    assert_true(raw_peer_open(&next, shop->server.url) && raw_check(&next));
    raw_peer_close(&next);
    assert_true(wait_until(read_on_until_it_is_freed, &readers));
    for (size_t i = 0; i < READERS; i++)
        raw_peer_close(&readers.all[i]);
    free(readers.frame);
}

/* --- Long polls ------------------------------------------------------------------------------- */

/* More than a socket served at once before it could serve any number of them. */
enum { POLLERS = 18, POLLS_EACH = 64, POLLS = POLLERS * POLLS_EACH };

static void send_polls(const struct shop *shop, struct raw_peer pollers[POLLERS])
{
    struct call_frame frame;
    size_t size;
    Onsale__V1__ListEventsRequest request = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    request.after = UINT32_MAX;
    request.wait_ms = LONG_POLL_WAIT_MS_MAX;
    call_frame_init(&frame);
    call_frame_add(&frame, "onsale.v1.EventService/ListEvents", &request.base)->timeout_ms =
        CALL_TIMEOUT_MS_MAX;
    uint8_t *bytes = call_frame_pack(&frame, &size);
    for (size_t i = 0; i < POLLERS; i++) {
        assert_true(raw_peer_open(&pollers[i], shop->server.watch_url));
        for (uint32_t id = 0; id < POLLS_EACH; id++)
            raw_peer_send(&pollers[i], id, bytes, size);
    }
    free(bytes);
    call_frame_deinit(&frame);
}

static bool all_polls_wait(void *shop)
{
    return ask_numbers(shop).long_polls_waiting == POLLS;
}

static bool half_of_the_polls_wait(void *shop)
{
    return ask_numbers(shop).long_polls_waiting == POLLS / 2;
}

static void thousands_wait_and_others_are_answered_and_places_of_the_dead_are_free(void **state)
{
    char reason[RAW_REASON_BYTES];
    struct shop *shop = *state;
    struct raw_peer pollers[POLLERS];
    struct raw_peer other;
    Onsale__V1__ListEventsRequest short_poll = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    shop_open(shop, NULL);
    send_polls(shop, pollers);
    assert_true(wait_until(all_polls_wait, shop));
    assert_true(raw_peer_open(&other, shop->server.watch_url));
    assert_true(raw_check(&other));
    short_poll.after = UINT32_MAX;
    assert_true(raw_call(&other, "onsale.v1.EventService/ListEvents", &short_poll.base, reason));
    assert_string_equal(reason, "");
    for (size_t i = 0; i < POLLERS; i += 2)
        raw_peer_reset(&pollers[i]);
    assert_true(wait_until(half_of_the_polls_wait, shop)); /* long before they are over */
    for (size_t i = 1; i < POLLERS; i += 2)
        raw_peer_close(&pollers[i]);
    raw_peer_close(&other);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    const struct CMUnitTest tests[] = {
        CLOSED_SHOP_TEST(replies_that_nobody_reads_cost_only_those_who_do_not_read_them, argv[1]),
        CLOSED_SHOP_TEST(a_connection_is_freed_while_others_read_much_without_end, argv[1]),
        CLOSED_SHOP_TEST(thousands_wait_and_others_are_answered_and_places_of_the_dead_are_free,
                         argv[1]),
    };
    return cmocka_run_group_tests_name("hungry peers", tests, NULL, NULL);
}
