#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>

#include "base/require.h"
#include "tests/e2e/cluster/callers.h"
#include "tests/e2e/cluster/notes.h"

/* All sellers want one of the first seats that are not sold. */
enum {
    WANTED = 12,
    SEATS_MAX = 20000,
    PAID_MAX = 50,
    PAUSE_MS = 5,
    PAYS_IN = 64,
    USERS_STEP = 1000
};

#define MONEY INT64_C(1000000000000)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool is_sold[SEATS_MAX];
static uint32_t first_free, seats_count = SEATS_MAX;

static uint32_t next_random(struct seller *seller, uint32_t below)
{
    seller->random = seller->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seller->random >> 33) % below;
}

/* @return seats_count: all are sold. */
static uint32_t choose(struct seller *seller)
{
    uint32_t seat, skip = next_random(seller, WANTED);
    pthread_mutex_lock(&lock);
    while (first_free < seats_count && is_sold[first_free])
        first_free++;
    for (seat = first_free; seat < seats_count; seat++)
        if (!is_sold[seat] && skip-- == 0) break;
    pthread_mutex_unlock(&lock);
    return seat;
}

static void note_sold(uint32_t seat)
{
    pthread_mutex_lock(&lock);
    is_sold[seat] = true;
    pthread_mutex_unlock(&lock);
}

/* --- Calls -------------------------------------------------------------------------------------
 */

static void enter(struct seller *seller)
{
    enum onsale_status status;
    do
        status = call_enter(seller->channel, seller->user_id, CONCERT, &seller->token, NULL);
    while (!callers_has_answer(status));
    if (status != ONSALE_OK) notes_wrong("wrong", "an entry: %s", onsale_status_name(status));
}

static bool hold(struct seller *seller, uint32_t seat, const struct caller_id *id)
{
    int64_t called_us = notes_now_us();
    enum onsale_status status;
    do
        status = call_hold(seller->channel, &seller->token, id, PERFORMANCE, &seat, 1, NULL, NULL);
    while (!callers_has_answer(status));
    notes_answered(called_us, true);
    if (status != ONSALE_OK && status != ONSALE_SEAT_TAKEN)
        notes_wrong("wrong", "a hold: %s", onsale_status_name(status));
    else
        notes_seat(seat, "hold", id, called_us, status == ONSALE_OK ? "ok" : "taken");
    return status == ONSALE_OK;
}

/* Who has held the seat can do both. */
static void note_end(uint32_t seat, const char *call, const struct caller_id *id, int64_t called_us,
                     enum onsale_status status)
{
    notes_answered(called_us, true);
    if (status == ONSALE_OK)
        notes_seat(seat, call, id, called_us, "ok");
    else
        notes_wrong("lost", "%s of seat %" PRIu32 ": %s", call, seat, onsale_status_name(status));
}

static void pay(struct seller *seller, uint32_t seat, const struct caller_id *id)
{
    int64_t called_us = notes_now_us();
    const struct caller_id payment_id = id_make();
    enum onsale_status status;
    do
        status = call_pay(seller->channel, seller->user_id, id, &payment_id, NULL, NULL);
    while (!callers_has_answer(status));
    note_end(seat, "pay", id, called_us, status);
    note_sold(seat);
    seller->paid++;
    enter(seller); /* the payment has ended the entry */
}

static void cancel(struct seller *seller, uint32_t seat, const struct caller_id *id)
{
    int64_t called_us = notes_now_us();
    enum onsale_status status;
    do
        status = call_cancel(seller->channel, seller->user_id, id);
    while (!callers_has_answer(status));
    note_end(seat, "cancel", id, called_us, status);
}

/* --- Maps --------------------------------------------------------------------------------------
 */

struct map {
    Onsale__V1__GetSeatMapResponse *response;
    int64_t called_us;
};

static bool read_map(struct seller *seller, struct map *ret_map)
{
    Onsale__V1__GetSeatMapRequest request = ONSALE__V1__GET_SEAT_MAP_REQUEST__INIT;
    enum onsale_status status;
    request.token = token_bytes(&seller->token);
    request.performance_id = PERFORMANCE;
    ret_map->called_us = notes_now_us();
    do
        status =
            onsale_catalog_get_seat_map(seller->channel, &request, NULL, &ret_map->response, NULL);
    while (!callers_has_answer(status));
    notes_answered(ret_map->called_us, false);
    if (status != ONSALE_OK) notes_wrong("wrong", "a seat map: %s", onsale_status_name(status));
    return status == ONSALE_OK;
}

static void note_seat_of(const struct map *map, uint32_t seat)
{
    static const char *const states[] = {"free", "held", "sold", "blocked"};
    for (size_t i = 0; i < map->response->n_runs; i++) {
        const Onsale__V1__SeatRun *run = map->response->runs[i];
        uint32_t at = seat - run->first_seat_index;
        if (seat < run->first_seat_index || at >= run->seat_count) continue;
        notes_seat(seat, "read", NULL, map->called_us,
                   states[run->states.data[at / 4] >> (2 * (at % 4)) & 3]);
    }
}

static void read_seat(struct seller *seller, uint32_t seat)
{
    struct map map;
    if (!read_map(seller, &map)) return;
    note_seat_of(&map, seat);
    onsale__v1__get_seat_map_response__free_unpacked(map.response, NULL);
}

/* --- Selling -----------------------------------------------------------------------------------
 */

/* A user may not buy everything. */
static void begin(struct seller *seller)
{
    struct map map;
    seller->user_id += USERS_STEP;
    seller->paid = 0;
    callers_make_user(seller->channel, seller->user_id, MONEY);
    enter(seller);
    if (!read_map(seller, &map)) return;
    REQUIRE(map.response->seat_count <= SEATS_MAX);
    pthread_mutex_lock(&lock);
    seats_count = map.response->seat_count;
    pthread_mutex_unlock(&lock);
    onsale__v1__get_seat_map_response__free_unpacked(map.response, NULL);
}

static void sell(struct seller *seller, uint32_t seat)
{
    const struct caller_id id = id_make();
    if (!hold(seller, seat, &id)) return;
    if (next_random(seller, 4) == 0) read_seat(seller, seat);
    if (next_random(seller, PAYS_IN) == 0)
        pay(seller, seat, &id);
    else
        cancel(seller, seat, &id);
}

void seller_run(struct seller *seller)
{
    begin(seller);
    while (!atomic_load(&callers_stop)) {
        uint32_t seat = choose(seller);
        if (seat == seats_count) return;
        if (seller->paid == PAID_MAX) begin(seller);
        sell(seller, seat);
        if (next_random(seller, 2) == 0) read_seat(seller, seat);
        poll(NULL, 0, PAUSE_MS);
    }
}

void seller_verify(struct seller *seller)
{
    struct map map;
    if (!read_map(seller, &map)) return;
    for (uint32_t seat = 0; seat < first_free + WANTED && seat < seats_count; seat++)
        note_seat_of(&map, seat);
    onsale__v1__get_seat_map_response__free_unpacked(map.response, NULL);
}
