/* seats_block.c -- onsale admin block and unblock: seats, rows, sections, all. */
#include <inttypes.h>

#include "base/limits.h"
#include "base/require.h"
#include "client/command/command.h"
#include "client/command/failure.h"
#include "client/command/hall.h"
#include "client/command/json.h"
#include "client/command/message.h"
#include "client/command/output.h"
#include "client/command/seat_arguments.h"
#include "client/command/seat_ranges.h"

/* What is to be changed; each part NULL until it is there. */
struct change {
    uint32_t performance_id;
    bool is_unblock;
    Onsale__V1__GetSeatLayoutResponse *layout;
    Onsale__V1__GetSeatMapResponse *map;
    struct hall hall;
    bool *marks;
    uint32_t *seats; /* those that are marked */
    size_t seats_count;
    uint32_t by_state[SEAT_STATES]; /* of these */
    uint32_t changed;
};

static enum onsale_status get_parts(struct run *run, struct change *change)
{
    Onsale__V1__GetSeatMapRequest request = ONSALE__V1__GET_SEAT_MAP_REQUEST__INIT;
    struct onsale_method method = onsale_catalog_get_seat_map_method;
    ProtobufCMessage *answer;
    method.endpoint = ONSALE_ENDPOINT_ADMIN;
    enum onsale_status status = hall_get(run, change->performance_id, &change->layout);
    if (status != ONSALE_OK) return status;
    request.performance_id = change->performance_id;
    status = run_ask(run, &method, &request.base, &answer);
    if (status != ONSALE_OK) return status;
    change->map = (Onsale__V1__GetSeatMapResponse *)answer;
    REQUIRE(hall_init(&change->hall, change->layout->layout, NULL));
    if (hall_apply(&change->hall, change->map)) return ONSALE_OK;
    failure_make(&run->error, ONSALE_REPLY_MALFORMED, "the seat map is not one of this hall");
    return ONSALE_REPLY_MALFORMED;
}

static enum onsale_status mark(struct run *run, struct change *change)
{
    char problem[SEATS_PROBLEM_BYTES];
    change->marks = run_alloc(run, change->hall.seat_count, sizeof *change->marks);
    for (size_t i = 0; i < run->arguments.repeated_count; i++) {
        const char *word = run->arguments.repeated[i];
        if (seat_range_mark(change->layout->layout, word, change->marks, problem)) continue;
        failure_make(&run->error, ONSALE_SEAT_OUT_OF_RANGE, "%s", problem);
        return ONSALE_SEAT_OUT_OF_RANGE;
    }
    return ONSALE_OK;
}

static bool is_taken(uint8_t state)
{
    return state == ONSALE__V1__SEAT_STATE__SEAT_STATE_HELD ||
           state == ONSALE__V1__SEAT_STATE__SEAT_STATE_SOLD;
}

/* With --skip-taken those that are held or sold are left as they are. */
static void choose(struct run *run, struct change *change)
{
    bool skips = arguments_has(&run->arguments, PARAMETER_SKIP_TAKEN);
    change->seats = run_alloc(run, change->hall.seat_count, sizeof *change->seats);
    for (uint32_t i = 0; i < change->hall.seat_count; i++) {
        if (!change->marks[i]) continue;
        change->by_state[change->hall.states[i]]++;
        if (!skips || !is_taken(change->hall.states[i])) change->seats[change->seats_count++] = i;
    }
}

static uint32_t count_taken(const struct change *change)
{
    return change->by_state[ONSALE__V1__SEAT_STATE__SEAT_STATE_HELD] +
           change->by_state[ONSALE__V1__SEAT_STATE__SEAT_STATE_SOLD];
}

/* One call changes all or none. Where it takes several, none is made if one would be refused. */
static enum onsale_status check(struct run *run, const struct change *change)
{
    bool skips = arguments_has(&run->arguments, PARAMETER_SKIP_TAKEN);
    if (skips || count_taken(change) == 0 || change->seats_count <= SEATS_PER_BLOCK_CALL_MAX)
        return ONSALE_OK;
    failure_make(&run->error, ONSALE_SEAT_TAKEN,
                 "%" PRIu32 " of the %zu seats are held or sold: nothing was changed; --skip-taken "
                 "leaves them as they are",
                 count_taken(change), change->seats_count);
    return ONSALE_SEAT_TAKEN;
}

static enum onsale_status change_seats(struct run *run, struct change *change)
{
    enum onsale_status status = ONSALE_OK;
    for (size_t done = 0; done < change->seats_count && status == ONSALE_OK;) {
        ProtobufCMessage *answer, *request = run_request(run);
        size_t count = change->seats_count - done;
        if (count > SEATS_PER_BLOCK_CALL_MAX) count = SEATS_PER_BLOCK_CALL_MAX;
        message_set_list(request, "seat_indexes", change->seats + done, count);
        status = run_send(run, request, &answer);
        if (status != ONSALE_OK) break;
        struct place changed = message_place(answer, "changed");
        change->changed += (uint32_t)place_number(&changed);
        protobuf_c_message_free_unpacked(answer, NULL);
        done += count;
    }
    return status;
}

static void tell_dry(const struct run *run, const struct change *change)
{
    uint32_t available = change->by_state[ONSALE__V1__SEAT_STATE__SEAT_STATE_AVAILABLE];
    uint32_t held = change->by_state[ONSALE__V1__SEAT_STATE__SEAT_STATE_HELD];
    uint32_t sold = change->by_state[ONSALE__V1__SEAT_STATE__SEAT_STATE_SOLD];
    uint32_t blocked = change->by_state[ONSALE__V1__SEAT_STATE__SEAT_STATE_BLOCKED];
    if (run->json)
        json_write(json_pack("{si si si si}", "available", (int)available, "held", (int)held,
                             "sold", (int)sold, "blocked", (int)blocked),
                   stdout);
    else
        output_line(stdout,
                    "Nothing was changed. Of these seats %" PRIu32 " are available, %" PRIu32
                    " held, %" PRIu32 " sold, %" PRIu32 " blocked",
                    available, held, sold, blocked);
}

static void tell(const struct run *run, const struct change *change)
{
    if (run->json)
        json_write(json_pack("{si}", "changed", (int)change->changed), stdout);
    else
        output_line(stdout, "%s %" PRIu32 " seats", change->is_unblock ? "Unblocked" : "Blocked",
                    change->changed);
}

enum exit_code seats_block(struct run *run)
{
    struct change change = {
        .performance_id = (uint32_t)arguments_number(&run->arguments, PARAMETER_PERFORMANCE, 0),
        .is_unblock = run->command->method == &onsale_admin_unblock_seats_method,
    };
    bool is_dry = arguments_has(&run->arguments, PARAMETER_DRY_RUN);
    enum onsale_status status = get_parts(run, &change);
    if (status == ONSALE_OK) status = mark(run, &change);
    if (status == ONSALE_OK) choose(run, &change);
    if (status == ONSALE_OK && is_dry) tell_dry(run, &change);
    if (status == ONSALE_OK && !is_dry) status = check(run, &change);
    if (status == ONSALE_OK && !is_dry) status = change_seats(run, &change);
    if (!is_dry && (status == ONSALE_OK || change.changed > 0)) tell(run, &change);
    if (change.hall.states != NULL) hall_deinit(&change.hall);
    protobuf_c_message_free_unpacked((ProtobufCMessage *)change.layout, NULL);
    protobuf_c_message_free_unpacked((ProtobufCMessage *)change.map, NULL);
    return status == ONSALE_OK ? EXIT_CODE_OK : run_refused(run);
}
