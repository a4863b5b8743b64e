/* events.c -- onsale event list */
#include <inttypes.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/require.h"
#include "client/command/command.h"
#include "client/command/connection.h"
#include "client/command/event_filter.h"
#include "client/command/event_tail.h"
#include "client/command/json.h"
#include "client/command/output.h"

enum { WAIT_MS = 30 * 1000, WAIT_TIMEOUT_MS = WAIT_MS + 10 * 1000 };
enum { SUBJECT_COLUMN = 8 + 2 + 23 + 2 + 21 + 1, SUBJECT_WIDTH_MIN = 20 };

/* Who and what, as far as the event names it. */
static const char *const subject[] = {
    "user {user_id?} ",        "performance {performance_id?} ||concert {concert_id?} ",
    "number {number?} ",       "seats {seat_indexes?} ",
    "amount {amount:money?} ",
};

static void print_event(const struct run *run, const Onsale__V1__Event *event)
{
    char *text;
    size_t size, width = run->terminal.table_width;
    FILE *stream = open_memstream(&text, &size);
    REQUIRE(stream != NULL);
    for (size_t i = 0; i < sizeof subject / sizeof subject[0]; i++)
        template_write(stream, subject[i], &(struct record){&event->base, NULL});
    fclose(stream);
    if (size > 0) text[size - 1] = '\0'; /* the last blank */
    output_print(stdout, "%8" PRIu64 "  %s  %-21s ", event->event_number,
                 text_of_instant(event->occurred_at_ms).bytes,
                 text_of_enum(&onsale__v1__event_kind__descriptor, (int)event->kind));
    bool is_narrow = width < SUBJECT_COLUMN + SUBJECT_WIDTH_MIN;
    output_wrapped(stdout, text[0] == '\0' ? " " : text, SUBJECT_COLUMN, is_narrow ? 0 : width);
    free(text);
}

/* How far the listing has come. */
struct progress {
    struct connection connection;
    uint64_t left;    /* events still wanted */
    json_t *document; /* for all events; NULL: each is printed as it comes */
    bool more;        /* there are events beyond */
};

static void take_event(const struct run *run, struct progress *progress,
                       const Onsale__V1__Event *event)
{
    progress->left--;
    if (progress->document != NULL)
        json_array_append_new(json_object_get(progress->document, "events"),
                              json_from_message(&event->base));
    else if (run->json)
        json_write_line(json_from_message(&event->base), stdout);
    else
        print_event(run, event);
}

static enum onsale_status take_page(struct run *run, struct progress *progress,
                                    Onsale__V1__ListEventsRequest *request)
{
    static const struct onsale_call_options options = {.timeout_ms = WAIT_TIMEOUT_MS};
    ProtobufCMessage *answer;
    bool all_are_listed = progress->left >= EVENTS_PER_CALL_MAX || event_filter_is_set(request);
    request->max = all_are_listed ? EVENTS_PER_CALL_MAX : (uint32_t)progress->left;
    request->wait_ms = progress->more ? 0 : WAIT_MS;
    const struct onsale_call_options *waiting = progress->more ? NULL : &options;
    enum onsale_status status =
        arguments_has(&run->arguments, PARAMETER_FOLLOW)
            ? connection_call(&progress->connection, run, &request->base, waiting, &answer)
            : run_send(run, &request->base, &answer);
    if (status != ONSALE_OK) return status;
    const Onsale__V1__ListEventsResponse *response = (const void *)answer;
    for (size_t i = 0; i < response->n_events && progress->left > 0; i++)
        take_event(run, progress, response->events[i]);
    progress->more = response->last_event_number > response->looked_to;
    request->after = response->looked_to;
    fflush(stdout);
    protobuf_c_message_free_unpacked(answer, NULL);
    return ONSALE_OK;
}

/* The last ones first, if they are asked for. */
static enum onsale_status take_tail(struct run *run, struct progress *progress,
                                    Onsale__V1__ListEventsRequest *request)
{
    struct event_tail tail;
    uint64_t count = arguments_number(&run->arguments, PARAMETER_TAIL, 0);
    enum onsale_status status = event_tail_get(run, request, count, &tail);
    if (status != ONSALE_OK) return status;
    for (size_t i = 0; i < tail.count && progress->left > 0; i++)
        take_event(run, progress, tail.events[i]);
    request->after = tail.last_event_number;
    progress->more = false;
    event_tail_free(&tail);
    fflush(stdout);
    return ONSALE_OK;
}

enum exit_code events_list(struct run *run)
{
    Onsale__V1__ListEventsRequest *request = (void *)run_request(run);
    bool follow = arguments_has(&run->arguments, PARAMETER_FOLLOW);
    struct progress progress = {
        .connection = {.wait_ms = &request->wait_ms},
        .left = arguments_number(&run->arguments, PARAMETER_LIMIT, UINT64_MAX),
        .document = run->json && !follow ? json_pack("{s[]}", "events") : NULL,
        .more = true,
    };
    struct pager pager = {.held = -1};
    enum onsale_status status = event_filter_fill(run, request);
    if (!follow && status == ONSALE_OK) pager = pager_begin(&run->terminal);
    if (status == ONSALE_OK && arguments_has(&run->arguments, PARAMETER_TAIL))
        status = take_tail(run, &progress, request);
    while (status == ONSALE_OK && progress.left > 0 && (progress.more || follow))
        status = take_page(run, &progress, request);
    if (status == ONSALE_OK && progress.document != NULL)
        json_write(json_incref(progress.document), stdout);
    json_decref(progress.document);
    pager_end(&pager);
    return status == ONSALE_OK ? EXIT_CODE_OK : run_refused(run);
}
