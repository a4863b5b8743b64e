/* events.c -- onsale event list */
#include <inttypes.h>
#include <stdlib.h>

#include "base/require.h"
#include "client/command/event_filter.h"
#include "client/command/event_walk.h"
#include "client/command/output.h"

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

/* @param items  For all events in one document; NULL: each is printed as it comes. */
static void take_event(const struct run *run, json_t *items, const Onsale__V1__Event *event)
{
    if (items != NULL)
        json_array_append_new(items, json_from_message(&event->base));
    else if (run->json)
        json_write_line(json_from_message(&event->base), stdout);
    else
        print_event(run, event);
}

/* The last ones first, if they are asked for. */
static bool list_tail(struct event_walk *walk, json_t *items)
{
    struct event_tail tail;
    const struct value *count = arguments_find(&walk->run->arguments, PARAMETER_TAIL);
    if (count == NULL) return true;
    if (!event_tail_get(walk->run, walk->request, count->number, &tail)) return false;
    for (; walk->listed < tail.count && (walk->limit == 0 || walk->listed < walk->limit);
         walk->listed++)
        take_event(walk->run, items, tail.events[walk->listed]);
    walk->request->after = tail.last_event_number;
    walk->is_at_end = true;
    return true;
}

static bool list(struct event_walk *walk, json_t *items)
{
    if (!list_tail(walk, items)) return false;
    for (const Onsale__V1__Event *event; (event = event_walk_next(walk)) != NULL;)
        take_event(walk->run, items, event);
    fflush(stdout);
    if (items != NULL && !walk->is_refused) json_write(json_pack("{sO}", "events", items), stdout);
    return !walk->is_refused;
}

enum exit_code events_list(struct run *run)
{
    struct event_walk walk = {
        .run = run,
        .request = run_request(run),
        .limit = arguments_number(&run->arguments, PARAMETER_LIMIT, 0),
        .follows = arguments_has(&run->arguments, PARAMETER_FOLLOW),
    };
    if (!event_filter_fill(run, walk.request)) return run_refused(run);
    json_t *items = run->json && !walk.follows ? json_array() : NULL;
    struct pager pager = walk.follows ? (struct pager){.held = -1} : pager_begin(&run->terminal);
    bool is_listed = list(&walk, items);
    json_decref(items);
    pager_end(&pager);
    return run_end(run, is_listed);
}
