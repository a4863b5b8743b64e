#include "tests/sim/simulation.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/require.h"
#include "tests/lib/temp_folder.h"
#include "tests/sim/catalogue.h"
#include "tests/sim/frame.h"
#include "tests/sim/message.h"
#include "tests/sim/requests.h"

enum { SETUP_BYTES_MAX = 1024 * 1024, STEPS_MAX = 100000 };

/* --- Opening ---------------------------------------------------------------------------------- */

/* With some seeds the performances that open first are imported later, beside random traffic. */
static bool is_late(uint64_t seed)
{
    return seed % 6 == 5;
}

static void leave_out_first(Onsale__V1__ImportCatalogueRequest *req)
{
    req->performances++;
    req->n_performances--;
}

static void import_catalogues(struct simulation *simulation)
{
    struct arena arena;
    arena_init(&arena, SETUP_BYTES_MAX);
    for (uint64_t i = 0; i < CATALOGUES; i++) {
        Onsale__V1__ImportCatalogueRequest *req = catalogue_make(&arena, simulation->seed, i);
        if (is_late(simulation->seed)) leave_out_first(req);
        simulation_call(simulation, RPC_SOCKET_ADMIN, "ImportCatalogue", &req->base);
        Onsale__V1__GetSeatLayoutRequest layout = ONSALE__V1__GET_SEAT_LAYOUT_REQUEST__INIT;
        for (size_t k = 0; k < req->n_performances; k++) {
            layout.performance_id = req->performances[k]->performance_id;
            simulation_call(simulation, RPC_SOCKET_MAIN, "GetSeatLayout", &layout.base);
        }
    }
    arena_deinit(&arena);
}

/* Concert 2 counts the waiting time from the last poll. */
static void set_first_policy(struct simulation *simulation)
{
    Onsale__V1__QueuePolicy policy = ONSALE__V1__QUEUE_POLICY__INIT;
    policy.active_max = 5;
    policy.admissions_per_second = 20;
    policy.waiting_lifetime_ms = 200 + (int64_t)(simulation->seed % 7) * 3000;
    policy.waiting_rule = ONSALE__V1__WAITING_RULE__WAITING_RULE_FROM_LAST_POLL;
    policy.active_lifetime_ms = 5000;
    policy.hold_lifetime_ms = 3000;
    policy.purchase_limit = 4;
    Onsale__V1__SetQueuePolicyRequest req = ONSALE__V1__SET_QUEUE_POLICY_REQUEST__INIT;
    req.concert_id = 2;
    req.policy = &policy;
    simulation_call(simulation, RPC_SOCKET_ADMIN, "SetQueuePolicy", &req.base);
}

/* Most servers are lazy: whatever ended must be answered as ended, reaped or not. */
static uint32_t draw_sweep(uint64_t seed)
{
    uint32_t drawn = (uint32_t)(seed % 4);
    return drawn == 0 ? SWEEP_HOLDS_MAX : drawn;
}

static void open_simulation(struct simulation *simulation, uint64_t seed)
{
    simulation->seed = seed;
    simulation->random = random_make(seed);
    world_open(&simulation->world, seed, WORLD_MAP_BYTES, draw_sweep(seed));
    simulation->model = model_open(engine_now_ms(simulation->world.engine));
    simulation->backups_folder = temp_folder_make_simulated();
    simulation->model->backups_folder = simulation->backups_folder;
    import_catalogues(simulation);
    set_first_policy(simulation);
    for (uint64_t i = 1; i <= SIM_USERS; i++) {
        Onsale__V1__CreateUserRequest req = ONSALE__V1__CREATE_USER_REQUEST__INIT;
        req.user_id = i;
        simulation_call(simulation, RPC_SOCKET_ADMIN, "CreateUser", &req.base);
    }
}

static void close_simulation(struct simulation *simulation)
{
    world_close(&simulation->world);
    temp_folder_remove(simulation->backups_folder);
    model_close(simulation->model);
    for (size_t i = 0; i < SENT_KEPT; i++)
        free(simulation->sent[i].bytes);
    for (size_t i = 0; i < PAGES_KEPT; i++)
        if (simulation->next_pages[i].request != NULL)
            protobuf_c_message_free_unpacked(simulation->next_pages[i].request, NULL);
}

/* --- Time ------------------------------------------------------------------------------------- */

/* The writer must never sleep longer than until something changes by itself. */
static void check_due(const struct simulation *simulation, unix_ms due_ms)
{
    if (simulation->pending_count == 0 && due_ms > model_next_change(simulation->model) &&
        due_ms > simulation->model->now_ms)
        simulation_fail(simulation, NULL, 0, "the writer would sleep too long");
}

/* Time never passes backwards: the clock is set back then. */
static void let_pass(struct simulation *simulation, unix_ms to_ms)
{
    int64_t by_ms = to_ms - simulation_clock_ms(simulation);
    if (by_ms < 0)
        world_set_clock(&simulation->world, by_ms);
    else
        simulation->world.clock_ms += by_ms;
}

/* The writer slept while the clock went on. */
static void advance_asleep(struct simulation *simulation, unix_ms to_ms)
{
    let_pass(simulation, to_ms);
    simulation_read_clock(simulation);
}

/* Moves the clock, stepping the writer whenever something is due on the way. */
static void advance_awake(struct simulation *simulation, unix_ms to_ms)
{
    for (int steps = 0; steps < STEPS_MAX; steps++) {
        unix_ms due_ms = engine_write_due(simulation->world.engine);
        check_due(simulation, due_ms);
        if (due_ms > to_ms) {
            advance_asleep(simulation, to_ms);
            return;
        }
        if (due_ms > simulation_clock_ms(simulation)) let_pass(simulation, due_ms);
        simulation_step(simulation);
    }
    simulation_fail(simulation, NULL, 0, "the writer never comes to rest");
}

/* In units of a hundredth of a percent: mostly short, so that the queues stay full; rarely an hour,
 * so that what is kept for an hour is forgotten. */
static unix_ms draw_span(struct random *random)
{
    unsigned drawn = (unsigned)random_below(random, 10000);
    if (drawn < 4500) return 0;
    if (drawn < 8000) return (unix_ms)random_between(random, 1, 20);
    if (drawn < 9600) return (unix_ms)random_between(random, 20, 300);
    if (drawn < 9960) return (unix_ms)random_between(random, 300, 5 * 1000);
    if (drawn < 9995) return (unix_ms)random_between(random, 5 * 1000, 120 * 1000);
    return (unix_ms)random_between(random, 1, 90) * 60 * 1000;
}

static void advance_to(struct simulation *simulation, unix_ms to_ms)
{
    if (to_ms < simulation->model->now_ms || random_chance(&simulation->random, 50))
        advance_asleep(simulation, to_ms);
    else
        advance_awake(simulation, to_ms);
}

static void advance(struct simulation *simulation)
{
    struct random *random = &simulation->random;
    unix_ms now_ms = simulation->model->now_ms;
    bool has_jumped = simulation->model->jumped_ms > 0;
    if (!has_jumped && random_chance(random, 1))
        advance_to(simulation, now_ms - (unix_ms)random_below(random, 3000));
    else
        advance_to(simulation, now_ms + draw_span(random));
}

/* The system clock jumps ahead, further than is followed. */
static void jump(struct simulation *simulation)
{
    unix_ms now_ms = simulation->model->now_ms;
    if (simulation_clock_ms(simulation) < now_ms) advance_to(simulation, now_ms);
    simulation_step(simulation); /* which follows the clock as it is */
    int64_t by_ms = WORLD_JUMP_MS_MAX + 1 + (int64_t)random_below(&simulation->random, 100000);
    world_set_clock(&simulation->world, by_ms);
    simulation->model->jumped_ms = by_ms;
    simulation_read_clock(simulation);
}

/* It is set right, or somebody says that it is. */
static void end_jump(struct simulation *simulation)
{
    if (random_chance(&simulation->random, 50)) {
        world_set_clock(&simulation->world, -simulation->model->jumped_ms);
        simulation->model->jumped_ms = 0;
    } else {
        Onsale__V1__ConfirmClockRequest req = ONSALE__V1__CONFIRM_CLOCK_REQUEST__INIT;
        simulation_call(simulation, RPC_SOCKET_ADMIN, "ConfirmClock", &req.base);
    }
    simulation_read_clock(simulation);
}

static void jump_or_end(struct simulation *simulation)
{
    if (simulation->model->jumped_ms == 0)
        jump(simulation);
    else
        end_jump(simulation);
}

/* Goes to the moment at which something ends, or a millisecond before, and asks about it. */
static void go_to_edge(struct simulation *simulation)
{
    struct draw draw = {simulation, &simulation->random, NULL};
    const struct model_reservation *reservation = draw_reservation(&draw, true);
    const struct model_entry *entry = draw_entry(&draw, draw_concert(&draw), true);
    bool about_entry = reservation == NULL || random_chance(draw.random, 40);
    if (about_entry && entry == NULL) return;

    unix_ms edge_ms = about_entry ? entry->expires_at_ms : reservation->expires_at_ms;
    if (edge_ms <= simulation->model->now_ms) return;
    advance_to(simulation, random_chance(draw.random, 50) ? edge_ms : edge_ms - 1);
    if (about_entry)
        simulation_ask_about_entry(simulation, entry);
    else
        simulation_ask_about_reservation(simulation, reservation);
}

/* --- Checks of the whole ---------------------------------------------------------------------- */

static void apply_events(struct simulation *simulation, const uint8_t *payload, size_t size)
{
    Onsale__V1__ListEventsResponse *res =
        onsale__v1__list_events_response__unpack(NULL, size, payload);
    REQUIRE(res != NULL);
    for (size_t i = 0; i < res->n_events; i++) {
        const char *complaint = feed_apply(&simulation->feed, res->events[i]);
        if (complaint != NULL) simulation_fail(simulation, NULL, 0, complaint);
    }
    if (res->n_events == 0 && simulation->feed.last_number != res->last_event_number)
        simulation_fail(simulation, NULL, 0, "the feed ends before its last event");
    onsale__v1__list_events_response__free_unpacked(res, NULL);
}

/* Reads the next events. @return False if there are none. */
static bool read_events(struct simulation *simulation)
{
    struct arena arena;
    arena_init(&arena, SETUP_BYTES_MAX);
    Onsale__V1__ListEventsRequest req = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    req.after = simulation->feed.last_number;
    req.max = EVENTS_PER_CALL_MAX;
    ProtobufCBinaryData bytes = frame_of_call(&arena, model_method_named("ListEvents")->name,
                                              CALL_TIMEOUT_MS_MAX, &req.base);

    struct memory_exchange exchange;
    memory_exchange_init(&exchange, bytes.data, bytes.len);
    world_read(&simulation->world, RPC_SOCKET_MAIN, &exchange);
    Onsale__Rpc__V1__ReplyFrame *reply = memory_exchange_reply(&exchange);
    REQUIRE(reply != NULL);
    apply_events(simulation, reply->results[0]->payload.data, reply->results[0]->payload.len);
    onsale__rpc__v1__reply_frame__free_unpacked(reply, NULL);
    memory_exchange_deinit(&exchange);
    arena_deinit(&arena);
    return simulation->feed.last_number > req.after;
}

/* The server's own check, and the replay of all events. */
static void check_whole(struct simulation *simulation)
{
    Onsale__V1__CheckInvariantsRequest req = ONSALE__V1__CHECK_INVARIANTS_REQUEST__INIT;
    simulation_call(simulation, RPC_SOCKET_ADMIN, "CheckInvariants", &req.base);
    while (read_events(simulation)) {
    }
    const char *difference = feed_compare(&simulation->feed, simulation->model);
    if (difference != NULL) {
        fprintf(stderr, "the events tell another state: %s\n", difference);
        simulation_fail(simulation, NULL, 0, "a replay of the events");
    }
}

/* What comes out of a backup at the end is compared with the reference, too. */
static void back_up_whole(struct simulation *simulation)
{
    char *path = temp_folder_join(simulation->backups_folder, "last");
    Onsale__V1__BackUpRequest req = ONSALE__V1__BACK_UP_REQUEST__INIT;
    req.path = path;
    simulation_call(simulation, RPC_SOCKET_ADMIN, "BackUp", &req.base);
    free(path);
}

/* --- The run ---------------------------------------------------------------------------------- */

/* The writer takes what several frames brought: every batch costs a flush. */
static void move(struct simulation *simulation)
{
    struct random *random = &simulation->random;
    unsigned drawn = (unsigned)random_below(random, 1000);
    if (drawn < 860)
        simulation_send_random(simulation);
    else if (drawn < 900)
        go_to_edge(simulation);
    else if (drawn < 997)
        simulation_send_again(simulation);
    else if (drawn < 998)
        check_whole(simulation);
    else if (drawn < 999)
        simulation_restart(simulation);
    else
        simulation_crash(simulation);
    if (random_chance(random, 22) || simulation->pending_count > PENDING_MAX / 2)
        simulation_step(simulation);
    if (random_chance(random, 35)) advance(simulation);
    bool has_jumped = simulation->model->jumped_ms > 0;
    if (has_jumped ? random_chance(random, 4) : random_below(random, 2000) == 0)
        jump_or_end(simulation);
}

void simulation_run(struct simulation *simulation, uint64_t seed, uint64_t commands)
{
    open_simulation(simulation, seed);
    while (simulation->commands < commands)
        move(simulation);
    if (simulation->model->jumped_ms > 0) end_jump(simulation);
    simulation_step(simulation);
    check_whole(simulation);
    back_up_whole(simulation);
    simulation_crash(simulation);
    check_whole(simulation);
    simulation_restart(simulation);
    check_whole(simulation);
    close_simulation(simulation);
}
