#include <string.h>

#include "base/require.h"
#include "tests/sim/message.h"
#include "tests/sim/simulation.h"

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

void simulation_ask(struct simulation *simulation, struct flight *flight)
{
    for (size_t i = 0; i < flight->questions_count; i++) {
        struct question *question = &flight->questions[i];
        const Onsale__Rpc__V1__Call *call = flight->frame->calls[i];
        question->method = find_method(call->method);
        question->request = unpack_request(flight, question->method, call);
        question->answer.arena = &flight->arena;
        question->answer.is_trusted = flight->socket == RPC_SOCKET_ADMIN;
        question->deadline_ms = simulation->model->now_ms + call->timeout_ms;
        enum status err = check_call(flight, question, call);
        if (err != STATUS_OK) {
            refuse(question, err);
            if (question->method != NULL && question->method->writes)
                question->answer.or_status = STATUS_DEADLINE_EXCEEDED; /* if its turn comes late */
            continue;
        }
        question->wait_until_ms = simulation->model->now_ms + wait_ms_of(question->request);
        begin(simulation, flight, question);
    }
}

static bool is_too_late(const struct simulation *simulation, const struct question *question)
{
    return simulation->model->now_ms >= question->deadline_ms;
}

void simulation_ask_pending(struct simulation *simulation)
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

void simulation_ask_waits(struct simulation *simulation, bool wait_is_over)
{
    for (struct flight *flight = simulation->flights; flight != NULL; flight = flight->next)
        for (size_t i = 0; i < flight->questions_count; i++)
            ask_wait_again(simulation, &flight->questions[i], wait_is_over);
}
