/* queue.c -- onsale queue ... */
#include <inttypes.h>
#include <stdio.h>

#include "client/command/command.h"
#include "client/command/failure.h"
#include "client/command/json.h"
#include "client/command/output.h"
#include "client/command/show.h"
#include "client/command/text.h"

enum { WAIT_MS = 30 * 1000, WAIT_TIMEOUT_MS = WAIT_MS + 10 * 1000 };

static void print_entered(const struct run *run, const ProtobufCMessage *answer)
{
    (void)run;
    const Onsale__V1__EnterQueueResponse *response = (const void *)answer;
    char token[TOKEN_TEXT_BYTES] = "-";
    if (response->token.len == TOKEN_BYTES) token_print(response->token.data, token);
    show_queue_entry(response->entry, token);
}

static enum exit_code enter(struct run *run)
{
    Onsale__V1__EnterQueueRequest request = ONSALE__V1__ENTER_QUEUE_REQUEST__INIT;
    Onsale__V1__EnterQueueResponse *response = NULL;
    request.user_id = run_number(run, &parameter_user);
    request.concert_id = (uint32_t)run_number(run, &parameter_concert);
    enum onsale_status status =
        onsale_queue_enter_queue(run->channel, &request, NULL, &response, &run->error);
    return run_finish(run, status, response, print_entered);
}

static void print_entry(const struct run *run, const ProtobufCMessage *answer)
{
    (void)run;
    show_queue_entry(((const Onsale__V1__GetQueueEntryResponse *)answer)->entry, NULL);
}

static enum exit_code show(struct run *run)
{
    Onsale__V1__GetQueueEntryRequest request = ONSALE__V1__GET_QUEUE_ENTRY_REQUEST__INIT;
    Onsale__V1__GetQueueEntryResponse *response = NULL;
    request.token = run_bytes(run, &parameter_token);
    enum onsale_status status =
        onsale_queue_get_queue_entry(run->channel, &request, NULL, &response, &run->error);
    return run_finish(run, status, response, print_entry);
}

static void print_progress(const struct run *run, const Onsale__V1__QueueEntry *entry)
{
    struct text now = text_of_instant(clock_now_ms());
    bool is_early = entry->opens_at_ms > 0;
    if (run->json)
        json_write_line(json_from_message(&entry->base), stdout);
    else if (entry->status == ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING)
        output_line(stdout, "%s  WAITING  position %" PRIu32 ", %s%s%s", now.bytes, entry->position,
                    text_of_wait(entry).bytes, is_early ? "; opens " : "",
                    is_early ? text_of_moment(entry->opens_at_ms).bytes : "");
    else
        output_line(stdout, "%s  %s", now.bytes,
                    text_of_enum(&onsale__v1__queue_entry_status__descriptor, (int)entry->status));
    fflush(stdout);
}

/* Waiting has an end: good if the entry became ACTIVE. */
static enum exit_code waited(struct run *run, const Onsale__V1__QueueEntry *entry)
{
    if (entry->status == ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_ACTIVE) {
        if (!run->json)
            output_line(stdout, "Your turn: seats can be reserved for %s.",
                        text_of_span(entry->remaining_ms).bytes);
        return EXIT_CODE_OK;
    }
    failure_make(&run->error, ONSALE_TOKEN_EXPIRED, "%s", onsale_status_text(ONSALE_TOKEN_EXPIRED));
    return failure_print(&run->error, run->json, stderr);
}

static enum exit_code wait_for_turn(struct run *run)
{
    static const struct onsale_call_options options = {.timeout_ms = WAIT_TIMEOUT_MS};
    Onsale__V1__WaitQueueEntryRequest request = ONSALE__V1__WAIT_QUEUE_ENTRY_REQUEST__INIT;
    Onsale__V1__WaitQueueEntryResponse *response;
    request.token = run_bytes(run, &parameter_token);
    request.wait_ms = WAIT_MS;
    for (bool first = true;; first = false) { /* the first is answered at once */
        if (onsale_queue_wait_queue_entry(run->channel, &request, first ? NULL : &options,
                                          &response, &run->error) != ONSALE_OK)
            return failure_print(&run->error, run->json, stderr);
        const Onsale__V1__QueueEntry *entry = response->entry;
        bool waiting = entry->status == ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING;
        if (entry->status != request.known_status || entry->position != request.known_position)
            print_progress(run, entry);
        request.known_status = entry->status;
        request.known_position = entry->position;
        enum exit_code code = waiting ? EXIT_CODE_OK : waited(run, entry);
        protobuf_c_message_free_unpacked(&response->base, NULL);
        if (!waiting) return code;
    }
}

static void print_left(const struct run *run, const ProtobufCMessage *answer)
{
    (void)run;
    show_queue_entry(((const Onsale__V1__LeaveQueueResponse *)answer)->entry, NULL);
}

static enum exit_code leave(struct run *run)
{
    Onsale__V1__LeaveQueueRequest request = ONSALE__V1__LEAVE_QUEUE_REQUEST__INIT;
    Onsale__V1__LeaveQueueResponse *response = NULL;
    request.token = run_bytes(run, &parameter_token);
    enum onsale_status status =
        onsale_queue_leave_queue(run->channel, &request, NULL, &response, &run->error);
    return run_finish(run, status, response, print_left);
}

static const struct parameter *const enter_parameters[] = {&parameter_concert, &parameter_user,
                                                           NULL};
static const struct parameter *const token_parameters[] = {&parameter_token, NULL};

const struct command queue_commands[] = {
    {"queue enter", enter_parameters, "Enter the waiting room of a concert; prints the token.",
     "Entering again while waiting or active gives the same place and token.\n"
     "Keep the token: it proves the place.\n",
     enter},
    {"queue show", token_parameters, "Show status, position and time left.", NULL, show},
    {"queue wait", token_parameters, "Wait for the turn, telling every change of the position.",
     "Ends with 0 when the entry is ACTIVE, with 5 when it has expired or was left.\n"
     "With --json each change is a line.\n",
     wait_for_turn},
    {"queue leave", token_parameters, "Give the place to the next one.",
     "Seats that are held stay held until they expire or are cancelled.\n", leave},
    {0},
};
