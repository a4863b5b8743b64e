#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "tests/sim/frame.h"
#include "tests/sim/message.h"
#include "tests/sim/simulation.h"

enum { FLIGHT_BYTES_MAX = 256 * 1024 * 1024 };

/* --- What is refused before a method sees it -------------------------------------------------- */

static const struct model_method *find_method(const char *name)
{
    for (size_t i = 0; i < model_methods_count; i++)
        if (strcmp(model_methods[i].name, name) == 0) return &model_methods[i];
    return NULL;
}

static const ProtobufCMessage *unpack_request(struct flight *flight,
                                              const struct model_method *method,
                                              const Onsale__Rpc__V1__Call *call)
{
    return method == NULL ? NULL : message_unpack(&flight->arena, method->request, call->payload);
}

/* How long a call may wait; 0 for a call that is no long poll. */
static uint32_t wait_ms_of(const ProtobufCMessage *request)
{
    if (request->descriptor == &onsale__v1__wait_queue_entry_request__descriptor)
        return ((const Onsale__V1__WaitQueueEntryRequest *)request)->wait_ms;
    if (request->descriptor == &onsale__v1__list_events_request__descriptor)
        return ((const Onsale__V1__ListEventsRequest *)request)->wait_ms;
    return 0;
}

static enum status check_call(const struct flight *flight, const struct question *question,
                              const Onsale__Rpc__V1__Call *call)
{
    if (question->method == NULL) return STATUS_METHOD_UNKNOWN;
    if (call->timeout_ms < 1 || call->timeout_ms > CALL_TIMEOUT_MS_MAX)
        return STATUS_TIMEOUT_INVALID;
    if (question->request == NULL) return STATUS_PAYLOAD_MALFORMED;
    if (question->method->admin_only && flight->socket != RPC_SOCKET_ADMIN)
        return STATUS_ADMIN_SOCKET_NEEDED;
    uint32_t wait_ms = wait_ms_of(question->request);
    if (wait_ms > LONG_POLL_WAIT_MS_MAX) return STATUS_ARGUMENT_INVALID;
    if (wait_ms > 0 && (flight->socket != RPC_SOCKET_WATCH || flight->questions_count > 1))
        return STATUS_WATCH_SOCKET_NEEDED;
    return STATUS_OK;
}

static void refuse(struct question *question, enum status why)
{
    question->answer.status = question->answer.or_status = why;
    question->is_answered = true;
}

/* --- Asking the reference --------------------------------------------------------------------- */

static void ask(struct simulation *simulation, struct question *question)
{
    model_answer(simulation->model, question->method, question->request, &question->answer);
    question->is_answered = true;
}

/* A long poll is answered when it has something to tell, or has waited enough. */
static void ask_wait(struct simulation *simulation, struct question *question, bool wait_is_over)
{
    ask(simulation, question);
    if (question->answer.status != STATUS_OK || wait_is_over) return;
    const Onsale__V1__WaitQueueEntryRequest *req = (const void *)question->request;
    const Onsale__V1__WaitQueueEntryResponse *res = (const void *)question->answer.response;
    if (res->entry->status == req->known_status && res->entry->position == req->known_position)
        question->is_answered = question->wait_until_ms <= simulation->model->now_ms;
}

/* The map that the caller has now: it may have another one when the answer comes. */
static void keep_base(struct simulation *simulation, struct flight *flight,
                      struct question *question)
{
    if (question->request->descriptor != &onsale__v1__get_seat_map_request__descriptor) return;
    const Onsale__V1__GetSeatMapRequest *req = (const void *)question->request;
    const struct seat_map *base =
        seat_maps_find(&simulation->seat_maps, req->performance_id, req->known_version);
    if (base != NULL) question->base = arena_copy(&flight->arena, base, sizeof *base);
}

static bool is_wait(const struct question *question)
{
    return question->method != NULL && question->request != NULL &&
           question->request->descriptor == &onsale__v1__wait_queue_entry_request__descriptor;
}

/* Reads are executed when they are sent, writes wait for the writer. */
static void begin(struct simulation *simulation, struct flight *flight, struct question *question)
{
    if (is_wait(question)) {
        ask_wait(simulation, question, false);
    } else if (question->method->writes) {
        REQUIRE(simulation->pending_count < PENDING_MAX);
        simulation->pending[simulation->pending_count++] = question;
    } else {
        keep_base(simulation, flight, question);
        ask(simulation, question);
    }
}

static void begin_all(struct simulation *simulation, struct flight *flight)
{
    for (size_t i = 0; i < flight->questions_count; i++) {
        struct question *question = &flight->questions[i];
        const Onsale__Rpc__V1__Call *call = flight->frame->calls[i];
        question->method = find_method(call->method);
        question->request = unpack_request(flight, question->method, call);
        question->answer.arena = &flight->arena;
        question->deadline_ms = simulation->model->now_ms + call->timeout_ms;
        enum status err = check_call(flight, question, call);
        if (err != STATUS_OK) {
            refuse(question, err);
            continue;
        }
        question->wait_until_ms = simulation->model->now_ms + wait_ms_of(question->request);
        begin(simulation, flight, question);
    }
}

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

void simulation_read_clock(struct simulation *simulation)
{
    unix_ms now_ms = engine_now_ms(simulation->world.engine);
    REQUIRE(now_ms >= simulation->model->now_ms);
    REQUIRE(now_ms == simulation->model->now_ms || now_ms == simulation->world.clock_ms);
    REQUIRE(now_ms >= simulation->world.clock_ms);
    simulation->model->now_ms = now_ms;
}

/* A write may be refused at once or when its turn comes. */
static bool has_write(const struct flight *flight)
{
    for (size_t i = 0; i < flight->questions_count; i++)
        if (flight->questions[i].method != NULL && flight->questions[i].method->writes) return true;
    return false;
}

static bool has_slow_call(const struct flight *flight)
{
    for (size_t i = 0; i < flight->questions_count; i++)
        if (flight->questions[i].method == model_method_named("CheckInvariants")) return true;
    return false;
}

void simulation_send(struct simulation *simulation, enum rpc_socket socket, const uint8_t *bytes,
                     size_t size)
{
    simulation_read_clock(simulation);
    struct flight *flight = take_off(simulation, socket, bytes, size);
    begin_all(simulation, flight);
    world_send(&simulation->world, socket, &flight->exchange);
    if (has_slow_call(flight)) {
        while (engine_work(simulation->world.engine)) {
        }
    }
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

static bool is_too_late(const struct simulation *simulation, const struct question *question)
{
    return simulation->model->now_ms >= question->deadline_ms;
}

static void ask_pending(struct simulation *simulation)
{
    for (size_t i = 0; i < simulation->pending_count; i++) {
        struct question *question = simulation->pending[i];
        if (is_too_late(simulation, question))
            refuse(question, STATUS_DEADLINE_EXCEEDED);
        else
            ask(simulation, question);
    }
    simulation->pending_count = 0;
}

static void ask_wait_again(struct simulation *simulation, struct question *question,
                           bool wait_is_over)
{
    if (!is_wait(question) || question->is_answered) return;
    if (is_too_late(simulation, question))
        refuse(question, STATUS_DEADLINE_EXCEEDED);
    else
        ask_wait(simulation, question, wait_is_over);
}

static void ask_waits(struct simulation *simulation, bool wait_is_over)
{
    for (struct flight *flight = simulation->flights; flight != NULL; flight = flight->next)
        for (size_t i = 0; i < flight->questions_count; i++)
            ask_wait_again(simulation, &flight->questions[i], wait_is_over);
}

void simulation_step(struct simulation *simulation)
{
    simulation_read_clock(simulation);
    model_begin_batch(simulation->model, simulation->model->now_ms);
    ask_pending(simulation);
    ask_waits(simulation, false);
    REQUIRE(world_step(&simulation->world) == STATUS_OK);
    judge_all(simulation, true);
}

void simulation_restart(struct simulation *simulation)
{
    simulation_read_clock(simulation);
    simulation->world.clock_ms = simulation->model->now_ms;
    simulation_step(simulation);
    ask_waits(simulation, true);
    world_restart(&simulation->world);
    judge_all(simulation, true);
    REQUIRE(engine_now_ms(simulation->world.engine) == simulation->world.clock_ms);
    model_restart(simulation->model, simulation->world.clock_ms);
}
