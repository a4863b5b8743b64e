/* seat_history.c -- onsale seat history */
#include <inttypes.h>

#include "client/command/event_filter.h"
#include "client/command/event_walk.h"
#include "client/command/output.h"
#include "client/command/seat_arguments.h"

static void print(const struct run *run, const struct listing *history, uint32_t performance_id,
                  const struct seat_reading *seat)
{
    struct pager pager = pager_begin(&run->terminal);
    if (run->json) {
        json_write(json_pack("{sO}", "events", history->items), stdout);
    } else {
        output_line(stdout, "Seat %s (%" PRIu32 ") of performance %" PRIu32,
                    seat_name_of(&seat->row, seat->seat_index).text, seat->seat_index,
                    performance_id);
        listing_print(history, run);
    }
    pager_end(&pager);
}

enum exit_code seat_history(struct run *run)
{
    struct event_walk walk = {.run = run, .request = run_request(run)};
    const char *name = arguments_text(&run->arguments, PARAMETER_ONE_SEAT);
    struct seat_reading seat;
    struct listing history;
    if (!seat_find_in(run, walk.request->performance_id, name, &seat)) return run_refused(run);
    event_filter_set_seat(run, walk.request, seat.seat_index);
    listing_init(&history, run, &seat_history_view);
    for (const Onsale__V1__Event *event; (event = event_walk_next(&walk)) != NULL;)
        listing_add(&history, &event->base, NULL);
    if (!walk.is_refused) print(run, &history, walk.request->performance_id, &seat);
    listing_deinit(&history);
    return run_end(run, !walk.is_refused);
}
