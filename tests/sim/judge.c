#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "tests/sim/message.h"
#include "tests/sim/simulation.h"

enum { SHA256_DIGITS = 64 };

/* --- Complaints ------------------------------------------------------------------------------- */

static void print_expected(const struct question *question)
{
    const struct answer *answer = &question->answer;
    fprintf(stderr, "  expected:  %s", status_name(answer->status));
    if (answer->or_status != answer->status)
        fprintf(stderr, " or %s", status_name(answer->or_status));
    fprintf(stderr, " ");
    if (answer->status == STATUS_OK && answer->response != NULL)
        message_print(stderr, answer->response);
    if (answer->taken != NULL) message_print(stderr, &answer->taken->base);
    fprintf(stderr, "\n");
}

static void print_actual(const struct question *question, const Onsale__Rpc__V1__Result *result)
{
    struct arena arena;
    arena_init(&arena, UINT32_MAX);
    fprintf(stderr, "  the server: ");
    message_print(stderr, &result->base);
    if (question->method != NULL && result->code == 0) {
        fprintf(stderr, "\n    that is: ");
        message_print(stderr, message_unpack(&arena, question->method->response, result->payload));
    }
    fprintf(stderr, "\n");
    arena_deinit(&arena);
}

static void print_call(const struct flight *flight, size_t place,
                       const Onsale__Rpc__V1__ReplyFrame *reply)
{
    const struct question *question = &flight->questions[place];
    fprintf(stderr,
            "command %" PRIu64 " (call %zu of %zu): %s\n  request:   ", flight->number + place,
            place + 1, flight->questions_count, flight->frame->calls[place]->method);
    message_print(stderr, question->request);
    fprintf(stderr, "\n");
    print_expected(question);
    if (reply != NULL && place < reply->n_results) print_actual(question, reply->results[place]);
}

_Noreturn void simulation_fail(const struct simulation *simulation, const struct flight *flight,
                               size_t place, const char *complaint)
{
    fprintf(stderr, "\nWRONG: %s\nseed %" PRIu64 ", %" PRIu64 " commands sent, now %" PRId64 "\n",
            complaint, simulation->seed, simulation->commands, simulation->model->now_ms);
    if (flight != NULL) print_call(flight, place, memory_exchange_reply(&flight->exchange));
    fprintf(stderr, "its store is kept: %s\nagain: test_simulation %" PRIu64 " %" PRIu64 "\n",
            simulation->world.folder, simulation->commands + 1, simulation->seed);
    exit(EXIT_FAILURE);
}

/* --- Results ---------------------------------------------------------------------------------- */

static const char *check_refusal(const struct question *question, enum status status,
                                 const Onsale__Rpc__V1__Result *result)
{
    if ((int)result->code != status_grpc_code(status)) return "the code is not the reason's";
    if (result->message[0] == '\0') return "a refusal without a message";
    if (result->payload.len > 0) return "a refusal with a payload";
    if (status == STATUS_ARGUMENT_INVALID &&
        (result->n_details != 1 || strcmp(result->details[0]->type, "onsale.rpc.v1.BadField") != 0))
        return "an invalid argument that is not named";
    if (question->answer.taken == NULL) return NULL;
    if (result->n_details != 1 || strcmp(result->details[0]->type, "onsale.v1.SeatsTaken") != 0)
        return "no detail tells which seats are taken";
    Onsale__V1__SeatsTaken *taken = message_unpack(
        question->answer.arena, &onsale__v1__seats_taken__descriptor, result->details[0]->value);
    if (taken == NULL || !message_is_as_expected(&question->answer.taken->base, &taken->base))
        return "other seats are taken";
    return NULL;
}

static void learn_token(struct model_entry *entry, ProtobufCBinaryData token)
{
    memcpy(entry->token, token.data, MODEL_TOKEN_BYTES);
    entry->token_known = true;
}

static const char *check_token(struct model_entry *entry, ProtobufCBinaryData token)
{
    if (token.len != MODEL_TOKEN_BYTES) return "a token of another length";
    if (!entry->token_known) learn_token(entry, token);
    return memcmp(entry->token, token.data, MODEL_TOKEN_BYTES) == 0 ? NULL : "another token";
}

const char *simulation_check_stats(const Onsale__V1__GetStatsResponse *expected,
                                   const Onsale__V1__GetStatsResponse *actual)
{
    bool is_right = expected->users == actual->users &&
                    expected->reservations == actual->reservations &&
                    expected->tickets == actual->tickets && expected->n_queues == actual->n_queues;
    for (size_t i = 0; i < expected->n_queues && is_right; i++)
        is_right = message_is_as_expected(&expected->queues[i]->base, &actual->queues[i]->base);
    return is_right ? NULL : "the numbers";
}

static const char *check_seat_map(struct simulation *simulation, const struct question *question,
                                  const Onsale__V1__GetSeatMapResponse *actual)
{
    const Onsale__V1__GetSeatMapRequest *req = (const void *)question->request;
    return seat_maps_apply(&simulation->seat_maps, question->base, req->known_version,
                           req->performance_id, (const void *)question->answer.response, actual);
}

static const char *check_back_up(const struct question *question,
                                 const Onsale__V1__BackUpResponse *actual)
{
    const Onsale__V1__BackUpRequest *req = (const void *)question->request;
    if (actual->bytes == 0) return "a backup of nothing";
    if (strlen(actual->sha256) != SHA256_DIGITS) return "a backup without a checksum";
    return simulation_check_backup(req->path, question->answer.copied_at_ms,
                                   actual->last_event_number, question->answer.copied);
}

static const char *check_content(struct simulation *simulation, const struct question *question,
                                 const ProtobufCMessage *actual)
{
    const struct answer *answer = &question->answer;
    if (actual->descriptor == &onsale__v1__get_seat_map_response__descriptor)
        return check_seat_map(simulation, question, (const void *)actual);
    if (actual->descriptor == &onsale__v1__get_stats_response__descriptor)
        return simulation_check_stats((const void *)answer->response, (const void *)actual);
    if (actual->descriptor == &onsale__v1__get_metrics_response__descriptor)
        return simulation_check_metrics((const void *)answer->response, (const void *)actual);
    if (actual->descriptor == &onsale__v1__back_up_response__descriptor)
        return check_back_up(question, (const void *)actual);
    if (actual->descriptor == &onsale__v1__check_invariants_response__descriptor)
        return ((const Onsale__V1__CheckInvariantsResponse *)(const void *)actual)->n_violations > 0
                   ? "an invariant does not hold"
                   : NULL;
    if (!answer->response_is_free && !message_is_as_expected(answer->response, actual))
        return "another answer";
    if (answer->shown != NULL)
        return check_token(answer->shown,
                           ((const Onsale__V1__EnterQueueResponse *)(const void *)actual)->token);
    return NULL;
}

/* --- Learning --------------------------------------------------------------------------------- */

static char **text_field(ProtobufCMessage *message, const char *name)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
    return field == NULL ? NULL : (char **)(void *)((uint8_t *)message + field->offset);
}

/* Keeps the request for the next page, to be sent some day. */
static void learn_page(struct simulation *simulation, const struct question *question,
                       ProtobufCMessage *actual)
{
    char **token = text_field(actual, "next_page_token");
    if (token == NULL || (*token)[0] == '\0') return;
    model_learn_page(simulation->model, *token, question->answer.page_after);
    struct next_page *kept = &simulation->next_pages[simulation->next_pages_count++ % PAGES_KEPT];
    if (kept->request != NULL) protobuf_c_message_free_unpacked(kept->request, NULL);
    kept->method = question->method;
    ProtobufCMessage *request = message_copy(question->answer.arena, question->request);
    *text_field(request, "page_token") = *token;
    ProtobufCBinaryData packed = message_pack(question->answer.arena, request);
    kept->request = protobuf_c_message_unpack(request->descriptor, NULL, packed.len, packed.data);
}

static const char *judge_response(struct simulation *simulation, const struct question *question,
                                  const Onsale__Rpc__V1__Result *result)
{
    ProtobufCMessage *actual =
        message_unpack(question->answer.arena, question->method->response, result->payload);
    if (actual == NULL) return "a payload that can't be read";
    if (result->reason[0] != '\0' || result->n_details > 0) return "a success with a reason";
    const char *complaint = check_content(simulation, question, actual);
    if (complaint != NULL) return complaint;
    learn_page(simulation, question, actual);
    simulation->answered_ok++;
    simulation->ok_of_method[question->method - model_methods]++;
    return NULL;
}

static const char *judge(struct simulation *simulation, const struct question *question,
                         const Onsale__Rpc__V1__Result *result)
{
    const struct answer *answer = &question->answer;
    enum status status = result->code == 0 ? STATUS_OK : status_from_name(result->reason);
    if (status != answer->status && status != answer->or_status) return "another outcome";
    if (status == STATUS_OK) return judge_response(simulation, question, result);
    if (status == STATUS_TOKEN_UNKNOWN && answer->purgeable != NULL)
        answer->purgeable->purged = true;
    simulation->answered_refused++;
    return check_refusal(question, status, result);
}

void simulation_judge(struct simulation *simulation, struct flight *flight)
{
    Onsale__Rpc__V1__ReplyFrame *reply = memory_exchange_reply(&flight->exchange);
    if (reply == NULL) simulation_fail(simulation, flight, 0, "no reply that can be read");
    if (reply->n_results != flight->questions_count)
        simulation_fail(simulation, flight, 0, "another number of results");
    if (reply->server_time_ms < simulation->last_server_time_ms)
        simulation_fail(simulation, flight, 0, "the server's time runs backwards");
    simulation->last_server_time_ms = reply->server_time_ms;
    for (size_t i = 0; i < reply->n_results; i++) {
        const char *complaint = judge(simulation, &flight->questions[i], reply->results[i]);
        if (complaint != NULL) simulation_fail(simulation, flight, i, complaint);
    }
    onsale__rpc__v1__reply_frame__free_unpacked(reply, NULL);
}
