#include <stdlib.h>

#include "base/require.h"
#include "tests/sim/frame.h"
#include "tests/sim/message.h"
#include "tests/sim/simulation.h"

enum { FLIGHT_BYTES_MAX = 256 * 1024 * 1024 };

/* --- Flights ---------------------------------------------------------------------------------- */

static struct flight *take_off(struct simulation *simulation, enum rpc_socket socket,
                               const uint8_t *bytes, size_t size)
{
    struct flight *flight = calloc(1, sizeof *flight);
    REQUIRE(flight != NULL);
    arena_init(&flight->arena, FLIGHT_BYTES_MAX);
    flight->number = simulation->commands + 1;
    flight->socket = socket;
    flight->frame = message_unpack(&flight->arena, &onsale__rpc__v1__request_frame__descriptor,
                                   (ProtobufCBinaryData){.len = size, .data = (uint8_t *)bytes});
    REQUIRE(flight->frame != NULL);
    flight->questions_count = flight->frame->n_calls;
    flight->questions =
        arena_calloc(&flight->arena, flight->questions_count, sizeof *flight->questions);
    memory_exchange_init(&flight->exchange, bytes, size);
    flight->next = simulation->flights;
    simulation->flights = flight;
    simulation->commands += flight->questions_count;
    return flight;
}

static bool reference_has_answered(const struct flight *flight)
{
    for (size_t i = 0; i < flight->questions_count; i++)
        if (!flight->questions[i].is_answered) return false;
    return true;
}

/* A long poll about an entry that the server may have forgotten: it may also be refused at once. */
static bool may_be_forgotten(const struct flight *flight)
{
    return flight->questions[0].answer.purgeable != NULL;
}

static void land(struct flight *flight)
{
    memory_exchange_deinit(&flight->exchange);
    arena_deinit(&flight->arena);
    free(flight);
}

/* Judges every reply that is here.
 * @param all_must_be_here  All that the reference has answered. */
static void judge_all(struct simulation *simulation, bool all_must_be_here)
{
    struct flight **link = &simulation->flights;
    while (*link != NULL) {
        struct flight *flight = *link;
        bool is_here = atomic_load(&flight->exchange.answers) > 0;
        bool should_be_here = reference_has_answered(flight);
        if (is_here && !should_be_here && !may_be_forgotten(flight))
            simulation_fail(simulation, flight, 0, "answered too early");
        if (!is_here && should_be_here && all_must_be_here)
            simulation_fail(simulation, flight, 0, "not answered");
        if (is_here) {
            simulation_judge(simulation, flight);
            *link = flight->next;
            land(flight);
        } else {
            link = &flight->next;
        }
    }
}

/* --- Steps ------------------------------------------------------------------------------------ */

unix_ms simulation_clock_ms(const struct simulation *simulation)
{
    return simulation->world.clock_ms - simulation->model->jumped_ms;
}

void simulation_read_clock(struct simulation *simulation)
{
    unix_ms now_ms = engine_now_ms(simulation->world.engine);
    unix_ms clock_ms = simulation_clock_ms(simulation);
    REQUIRE(now_ms >= simulation->model->now_ms);
    REQUIRE(now_ms == simulation->model->now_ms || now_ms == clock_ms);
    REQUIRE(now_ms >= clock_ms);
    simulation->model->now_ms = now_ms;
    simulation->model->behind_ms = now_ms - clock_ms;
}

/* A write may be refused at once or when its turn comes. */
static bool has_write(const struct flight *flight)
{
    for (size_t i = 0; i < flight->questions_count; i++)
        if (flight->questions[i].method != NULL && flight->questions[i].method->writes) return true;
    return false;
}

static bool has_read(const struct flight *flight)
{
    for (size_t i = 0; i < flight->questions_count; i++)
        if (flight->questions[i].method != NULL && !flight->questions[i].method->writes)
            return true;
    return false;
}

void simulation_send(struct simulation *simulation, enum rpc_socket socket, const uint8_t *bytes,
                     size_t size)
{
    simulation_read_clock(simulation);
    struct flight *flight = take_off(simulation, socket, bytes, size);
    simulation_ask(simulation, flight);
    if (has_read(flight))
        world_read(&simulation->world, socket, &flight->exchange);
    else
        world_send(&simulation->world, socket, &flight->exchange);
    judge_all(simulation, !has_write(flight));
}

void simulation_call(struct simulation *simulation, enum rpc_socket socket, const char *method,
                     const ProtobufCMessage *request)
{
    struct arena arena;
    arena_init(&arena, FLIGHT_BYTES_MAX);
    ProtobufCBinaryData bytes =
        frame_of_call(&arena, model_method_named(method)->name, CALL_TIMEOUT_MS_MAX, request);
    simulation_send(simulation, socket, bytes.data, bytes.len);
    simulation_step(simulation);
    arena_deinit(&arena);
}

void simulation_step(struct simulation *simulation)
{
    simulation_read_clock(simulation);
    struct model *model = simulation->model;
    int64_t jumped_ms = model->jumped_ms;
    model_begin_batch(model, model->now_ms);
    simulation_ask_pending(simulation);
    if (model->jumped_ms < jumped_ms) model->now_ms += jumped_ms; /* after the batch */
    simulation_ask_waits(simulation, false);
    REQUIRE(world_step(&simulation->world) == STATUS_OK);
    judge_all(simulation, true);
}

static void restart(struct simulation *simulation, void (*end_and_start)(struct world *world))
{
    simulation_read_clock(simulation);
    struct world *world = &simulation->world;
    world->clock_ms = simulation->model->now_ms + simulation->model->jumped_ms;
    simulation_step(simulation);
    unix_ms told_ms = simulation->model->now_ms; /* a jump may have been confirmed just now */
    simulation_ask_waits(simulation, true);
    if (random_chance(&simulation->random, 50))
        world->set_at_restart_ms = -(int64_t)random_below(&simulation->random, 3000);
    end_and_start(world);
    judge_all(simulation, true);
    unix_ms now_ms = engine_now_ms(world->engine);
    REQUIRE(now_ms == (world->clock_ms < told_ms ? told_ms : world->clock_ms));
    model_restart(simulation->model, now_ms);
}

void simulation_restart(struct simulation *simulation)
{
    restart(simulation, world_restart);
}

void simulation_crash(struct simulation *simulation)
{
    restart(simulation, world_crash);
}
