/* event.c -- onsale event list */
#include <inttypes.h>
#include <stdio.h>

#include "base/limits.h"
#include "client/command/command.h"
#include "client/command/failure.h"
#include "client/command/json.h"
#include "client/command/output.h"
#include "client/command/text.h"

enum { WAIT_MS = 30 * 1000, WAIT_TIMEOUT_MS = WAIT_MS + 10 * 1000 };

static const struct parameter parameter_after = {
    .option = "after",
    .value = "NUMBER",
    .help = "Begin after this event; from the first if absent.",
    .kind = PARAMETER_NUMBER,
    .max = UINT64_MAX,
};
static const struct parameter parameter_follow = {
    .option = "follow",
    .help = "Go on as events happen; with --json each is a line.",
    .kind = PARAMETER_FLAG,
};

/* Who and what, as far as the event names it. */
static void print_subject(const Onsale__V1__Event *event)
{
    if (event->user_id > 0) output_print(stdout, " user %" PRIu64, event->user_id);
    if (event->performance_id > 0)
        output_print(stdout, " performance %" PRIu32, event->performance_id);
    else if (event->concert_id > 0)
        output_print(stdout, " concert %" PRIu32, event->concert_id);
    if (event->number > 0) output_print(stdout, " number %" PRIu64, event->number);
    if (event->n_seat_indexes > 0) output_print(stdout, " seats");
    for (size_t i = 0; i < event->n_seat_indexes; i++)
        output_print(stdout, " %" PRIu32, event->seat_indexes[i]);
    if (event->amount != 0) output_print(stdout, " amount %s", text_of_money(event->amount).bytes);
}

static void print_event(const Onsale__V1__Event *event)
{
    output_print(stdout, "%8" PRIu64 "  %s  %-21s", event->event_number,
                 text_of_instant(event->occurred_at_ms).bytes,
                 text_of_enum(&onsale__v1__event_kind__descriptor, (int)event->kind));
    print_subject(event);
    putchar('\n');
}

/* How far the listing has come. */
struct progress {
    uint64_t after;
    uint64_t left;    /* events still wanted */
    json_t *document; /* for all events; NULL: each is printed as it comes */
};

static void take_event(const struct run *run, struct progress *progress,
                       const Onsale__V1__Event *event)
{
    progress->after = event->event_number;
    progress->left--;
    if (progress->document != NULL)
        json_array_append_new(json_object_get(progress->document, "events"),
                              json_from_message(&event->base));
    else if (run->json)
        json_write_line(json_from_message(&event->base), stdout);
    else
        print_event(event);
}

/* @param ret_more  Whether there are events beyond. */
static enum onsale_status take_page(struct run *run, struct progress *progress, uint32_t wait_ms,
                                    bool *ret_more)
{
    static const struct onsale_call_options options = {.timeout_ms = WAIT_TIMEOUT_MS};
    Onsale__V1__ListEventsRequest request = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    Onsale__V1__ListEventsResponse *response;
    request.after = progress->after;
    request.max =
        progress->left < EVENTS_PER_CALL_MAX ? (uint32_t)progress->left : EVENTS_PER_CALL_MAX;
    request.wait_ms = wait_ms;
    enum onsale_status status = onsale_event_list_events(
        run->channel, &request, wait_ms == 0 ? NULL : &options, &response, &run->error);
    if (status != ONSALE_OK) return status;
    for (size_t i = 0; i < response->n_events; i++)
        take_event(run, progress, response->events[i]);
    *ret_more = response->n_events > 0 && response->last_event_number > progress->after;
    fflush(stdout);
    protobuf_c_message_free_unpacked(&response->base, NULL);
    return ONSALE_OK;
}

static enum exit_code list_events(struct run *run)
{
    bool follow = run_has(run, &parameter_follow), more = true;
    struct progress progress = {
        .after = arguments_number(&run->arguments, &parameter_after, 0),
        .left = arguments_number(&run->arguments, &parameter_limit, UINT64_MAX),
        .document = run->json && !follow ? json_pack("{s[]}", "events") : NULL,
    };
    enum onsale_status status = ONSALE_OK;
    while (status == ONSALE_OK && progress.left > 0 && (more || follow))
        status = take_page(run, &progress, more ? 0 : WAIT_MS, &more);
    if (status != ONSALE_OK) {
        json_decref(progress.document);
        return failure_print(&run->error, run->json, stderr);
    }
    if (progress.document != NULL) json_write(progress.document, stdout);
    return EXIT_CODE_OK;
}

static const struct parameter *const list_parameters[] = {&parameter_after, &parameter_limit,
                                                          &parameter_follow, NULL};

const struct command event_commands[] = {
    {"event list", list_parameters, "List what happened, in order.",
     "Every change of state has a number, without gaps.\n", list_events},
    {0},
};
