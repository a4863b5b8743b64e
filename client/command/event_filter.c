#include "client/command/event_filter.h"

#include <ctype.h>
#include <string.h>

#include "client/command/seat_arguments.h"
#include "client/command/suggestion.h"
#include "text/name.h"

enum { KINDS_MAX = 32, KIND_BYTES = 64 };

/* "seats-held" is SEATS_HELD. */
static void spell(const char *typed, size_t length, char ret_name[KIND_BYTES])
{
    size_t i = 0;
    for (; i < length && i + 1 < KIND_BYTES; i++)
        ret_name[i] = typed[i] == '-' ? '_' : (char)toupper((unsigned char)typed[i]);
    ret_name[i] = '\0';
}

static bool find_kind(const char *name, Onsale__V1__EventKind *ret_kind, const char **ret_near)
{
    const ProtobufCEnumDescriptor *kinds = &onsale__v1__event_kind__descriptor;
    struct suggestion suggestion = {.typed = name};
    for (unsigned i = 0; i < kinds->n_values; i++) {
        int value = kinds->values[i].value;
        const char *kind = text_of_enum(kinds, value);
        if (value != 0 && strcmp(kind, name) == 0) {
            *ret_kind = (Onsale__V1__EventKind)value;
            return true;
        }
        if (value != 0) suggestion_offer(&suggestion, kind);
    }
    *ret_near = suggestion.best;
    return false;
}

static bool fill_kinds(struct run *run, const char *typed, Onsale__V1__ListEventsRequest *request)
{
    request->kinds = run_alloc(run, KINDS_MAX, sizeof *request->kinds);
    while (typed != NULL) {
        char name[KIND_BYTES];
        const char *near, *end = strchr(typed, ',');
        spell(typed, end == NULL ? strlen(typed) : (size_t)(end - typed), name);
        if (request->n_kinds == KINDS_MAX)
            return run_fail(run, ONSALE_ARGUMENT_INVALID, "--kind: more than %d kinds", KINDS_MAX);
        if (!find_kind(name, &request->kinds[request->n_kinds], &near))
            return run_fail(run, ONSALE_ARGUMENT_INVALID, "--kind: there is no kind %.*s%s%s%s",
                            text_head(name, 40), name, near == NULL ? "" : "; did you mean ",
                            near == NULL ? "" : near, near == NULL ? "" : "?");
        request->n_kinds++;
        typed = end == NULL ? NULL : end + 1;
    }
    return true;
}

static bool fill_seat(struct run *run, const char *text, Onsale__V1__ListEventsRequest *request)
{
    struct seat_reading seat;
    if (request->performance_id == 0)
        return run_fail(run, ONSALE_ARGUMENT_INVALID, "--seat: name its --performance, too");
    if (!seat_find_in(run, request->performance_id, text, &seat)) return false;
    event_filter_set_seat(run, request, seat.seat_index);
    return true;
}

void event_filter_set_seat(struct run *run, Onsale__V1__ListEventsRequest *request,
                           uint32_t seat_index)
{
    request->seat_indexes = run_alloc(run, 1, sizeof *request->seat_indexes);
    request->seat_indexes[0] = seat_index;
    request->n_seat_indexes = 1;
}

bool event_filter_fill(struct run *run, Onsale__V1__ListEventsRequest *request)
{
    const char *kinds = arguments_text(&run->arguments, PARAMETER_EVENT_KIND);
    const char *seat = arguments_text(&run->arguments, PARAMETER_EVENT_SEAT);
    return (kinds == NULL || fill_kinds(run, kinds, request)) &&
           (seat == NULL || fill_seat(run, seat, request));
}

bool event_filter_is_set(const Onsale__V1__ListEventsRequest *request)
{
    return request->user_id != 0 || request->concert_id != 0 || request->performance_id != 0 ||
           request->n_seat_indexes > 0 || request->n_kinds > 0;
}
