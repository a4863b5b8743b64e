/* seats_block.c -- onsale admin block and unblock: seats, rows, sections, all. */
#include <inttypes.h>

#include "base/limits.h"
#include "client/command/command.h"
#include "client/command/hall.h"
#include "client/command/message.h"
#include "client/command/output.h"
#include "client/command/seat_arguments.h"
#include "client/command/seat_ranges.h"

/* What is to be changed. */
struct change {
    struct run *run;
    const Onsale__V1__SeatLayout *layout;
    struct hall hall;
    uint32_t *seats; /* those that are meant, but for taken ones that are skipped */
    size_t seats_count;
    uint32_t by_state[SEAT_STATES]; /* of all that are meant */
    uint32_t changed;
};

static bool get_hall(struct change *change)
{
    struct run *run = change->run;
    Onsale__V1__GetSeatMapRequest request = ONSALE__V1__GET_SEAT_MAP_REQUEST__INIT;
    struct onsale_method method = onsale_catalog_get_seat_map_method;
    method.endpoint = ONSALE_ENDPOINT_ADMIN;
    request.performance_id = (uint32_t)arguments_number(&run->arguments, PARAMETER_PERFORMANCE, 0);
    change->layout = hall_get(run, request.performance_id);
    if (change->layout == NULL) return false;
    const Onsale__V1__GetSeatMapResponse *map = run_ask(run, &method, &request.base, NULL);
    return map != NULL && hall_open(run, change->layout, NULL, map, &change->hall);
}

static bool mark(struct change *change, bool *marks)
{
    char problem[SEATS_PROBLEM_BYTES];
    const struct arguments *arguments = &change->run->arguments;
    for (size_t i = 0; i < arguments->repeated_count; i++)
        if (!seat_range_mark(change->layout, arguments->repeated[i], marks, problem))
            return run_fail(change->run, ONSALE_SEAT_OUT_OF_RANGE, "%s", problem);
    return true;
}

static bool is_taken(uint8_t state)
{
    return state == ONSALE__V1__SEAT_STATE__SEAT_STATE_HELD ||
           state == ONSALE__V1__SEAT_STATE__SEAT_STATE_SOLD;
}

/* With --skip-taken those that are held or sold are left as they are. */
static bool choose(struct change *change)
{
    struct run *run = change->run;
    bool skips = arguments_has(&run->arguments, PARAMETER_SKIP_TAKEN);
    bool *marks = run_alloc(run, change->hall.seat_count, sizeof *marks);
    change->seats = run_alloc(run, change->hall.seat_count, sizeof *change->seats);
    if (!mark(change, marks)) return false;
    for (uint32_t i = 0; i < change->hall.seat_count; i++) {
        if (!marks[i]) continue;
        change->by_state[change->hall.states[i]]++;
        if (!skips || !is_taken(change->hall.states[i])) change->seats[change->seats_count++] = i;
    }
    return true;
}

/* One call changes all or none. Where it takes several, none is made if one would be refused. */
static bool check(const struct change *change)
{
    uint32_t taken = change->by_state[ONSALE__V1__SEAT_STATE__SEAT_STATE_HELD] +
                     change->by_state[ONSALE__V1__SEAT_STATE__SEAT_STATE_SOLD];
    bool skips = arguments_has(&change->run->arguments, PARAMETER_SKIP_TAKEN);
    if (skips || taken == 0 || change->seats_count <= SEATS_PER_BLOCK_CALL_MAX) return true;
    return run_fail(change->run, ONSALE_SEAT_TAKEN,
                    "%" PRIu32 " of the %zu seats are held or sold: nothing was changed; "
                    "--skip-taken leaves them as they are",
                    taken, change->seats_count);
}

static bool change_seats(struct change *change)
{
    for (size_t done = 0; done < change->seats_count;) {
        ProtobufCMessage *request = run_request(change->run);
        size_t count = change->seats_count - done;
        if (count > SEATS_PER_BLOCK_CALL_MAX) count = SEATS_PER_BLOCK_CALL_MAX;
        message_set_list(request, "seat_indexes", change->seats + done, count);
        const ProtobufCMessage *answer = run_send(change->run, request);
        if (answer == NULL) return false;
        struct place changed = message_place(answer, "changed");
        change->changed += (uint32_t)place_number(&changed);
        done += count;
    }
    return true;
}

static void tell_dry(const struct change *change)
{
    uint32_t available = change->by_state[ONSALE__V1__SEAT_STATE__SEAT_STATE_AVAILABLE];
    uint32_t held = change->by_state[ONSALE__V1__SEAT_STATE__SEAT_STATE_HELD];
    uint32_t sold = change->by_state[ONSALE__V1__SEAT_STATE__SEAT_STATE_SOLD];
    uint32_t blocked = change->by_state[ONSALE__V1__SEAT_STATE__SEAT_STATE_BLOCKED];
    if (change->run->json)
        json_write(json_pack("{si si si si}", "available", (int)available, "held", (int)held,
                             "sold", (int)sold, "blocked", (int)blocked),
                   stdout);
    else
        output_line(stdout,
                    "Nothing was changed. Of these seats %" PRIu32 " are available, %" PRIu32
                    " held, %" PRIu32 " sold, %" PRIu32 " blocked",
                    available, held, sold, blocked);
}

static void tell(const struct change *change)
{
    bool is_unblock = change->run->command->method == &onsale_admin_unblock_seats_method;
    if (change->run->json)
        json_write(json_pack("{si}", "changed", (int)change->changed), stdout);
    else
        output_line(stdout, "%s %" PRIu32 " seats", is_unblock ? "Unblocked" : "Blocked",
                    change->changed);
}

/* @return False: run->error tells why; seats may have been changed before. */
static bool change_or_tell(struct change *change)
{
    if (!choose(change)) return false;
    if (arguments_has(&change->run->arguments, PARAMETER_DRY_RUN)) {
        tell_dry(change);
        return true;
    }
    bool is_done = check(change) && change_seats(change);
    if (is_done || change->changed > 0) tell(change);
    return is_done;
}

enum exit_code seats_block(struct run *run)
{
    struct change change = {.run = run};
    if (!get_hall(&change)) return run_refused(run);
    bool is_done = change_or_tell(&change);
    hall_deinit(&change.hall);
    return run_end(run, is_done);
}
