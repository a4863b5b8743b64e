#include "tests/sim/catalogue.h"
#include "tests/sim/message.h"
#include "tests/sim/requests.h"

static ProtobufCMessage *make_create_user(struct draw *draw)
{
    Onsale__V1__CreateUserRequest *req =
        message_make(draw->arena, &onsale__v1__create_user_request__descriptor);
    req->user_id = random_between(draw->random, 1, SIM_USERS + 3);
    return &req->base;
}

/* More are let in again than are blocked. */
static ProtobufCMessage *make_set_user_blocked(struct draw *draw)
{
    Onsale__V1__SetUserBlockedRequest *req =
        message_make(draw->arena, &onsale__v1__set_user_blocked_request__descriptor);
    req->user_id = draw_user(draw);
    req->blocked = random_chance(draw->random, 25);
    return &req->base;
}

static ProtobufCMessage *make_look_up_user(struct draw *draw)
{
    Onsale__V1__LookUpUserRequest *req =
        message_make(draw->arena, &onsale__v1__look_up_user_request__descriptor);
    req->user_id = draw_user(draw);
    return &req->base;
}

static ProtobufCMessage *make_import(struct draw *draw)
{
    Onsale__V1__ImportCatalogueRequest *req =
        catalogue_make(draw->arena, draw->simulation->seed, draw->random->state % CATALOGUES);
    if (random_chance(draw->random, 70)) catalogue_spoil(req, draw->random);
    return &req->base;
}

static ProtobufCMessage *make_get_queue_policy(struct draw *draw)
{
    Onsale__V1__GetQueuePolicyRequest *req =
        message_make(draw->arena, &onsale__v1__get_queue_policy_request__descriptor);
    req->concert_id = draw_concert_id(draw);
    return &req->base;
}

static int64_t draw_lifetime(struct random *random)
{
    static const uint64_t longest[] = {500, 500, 20 * 1000, 20 * 1000, 20 * 1000, 300 * 1000};
    return (int64_t)random_between(random, 50, longest[random_below(random, 6)]);
}

/* Whether waiting counts from the entry or from the last poll stays as it is for each concert, and
 * where it is from the last poll its lifetime stays, too: for the contract leaves open what a
 * change does to polls made before. */
static void draw_policy(struct draw *draw, const struct model_concert *concert,
                        Onsale__V1__QueuePolicy *policy)
{
    struct random *random = draw->random;
    policy->active_max = (uint32_t)random_between(random, 1, random_chance(random, 80) ? 8 : 40);
    policy->admissions_per_second =
        (uint32_t)random_between(random, 1, random_chance(random, 70) ? 8 : 1500);
    policy->waiting_lifetime_ms = draw_lifetime(random);
    policy->waiting_rule = (Onsale__V1__WaitingRule)random_below(random, 2);
    policy->active_lifetime_ms = draw_lifetime(random);
    policy->hold_lifetime_ms = draw_lifetime(random);
    policy->purchase_limit = (uint32_t)random_between(random, 1, 9);
    policy->admission_paused = random_chance(random, 20);
    if (random_chance(random, 30)) policy->admission_lead_ms = (int64_t)random_below(random, 60000);
    if (concert->concert->concert_id % 2 == 0) {
        policy->waiting_rule = ONSALE__V1__WAITING_RULE__WAITING_RULE_FROM_LAST_POLL;
        policy->waiting_lifetime_ms = 200 + (int64_t)(draw->simulation->seed % 7) * 3000;
    }
}

static ProtobufCMessage *make_set_queue_policy(struct draw *draw)
{
    Onsale__V1__SetQueuePolicyRequest *req =
        message_make(draw->arena, &onsale__v1__set_queue_policy_request__descriptor);
    const struct model_concert *concert = draw_concert(draw);
    req->concert_id = concert->concert->concert_id;
    req->policy = message_make(draw->arena, &onsale__v1__queue_policy__descriptor);
    draw_policy(draw, concert, req->policy);
    return &req->base;
}

static void draw_seats(struct draw *draw, uint32_t performance_id, size_t *ret_count,
                       uint32_t **ret_seats)
{
    const struct model_performance *performance =
        model_find_performance(draw->simulation->model, performance_id);
    uint32_t seats_count = performance == NULL ? 10 : performance->seats_count;
    *ret_count = random_between(draw->random, 1, 4);
    *ret_seats = arena_calloc(draw->arena, *ret_count, sizeof **ret_seats);
    uint64_t first = random_below(draw->random, seats_count + 1);
    uint64_t stride = random_below(draw->random, 20) + 1;
    for (size_t i = 0; i < *ret_count; i++)
        (*ret_seats)[i] = (uint32_t)((first + i * stride) % (seats_count + 1) % 300);
}

static ProtobufCMessage *make_block_seats(struct draw *draw)
{
    Onsale__V1__BlockSeatsRequest *req =
        message_make(draw->arena, &onsale__v1__block_seats_request__descriptor);
    req->performance_id = draw_performance_id(draw, draw_concert(draw)->concert->concert_id);
    draw_seats(draw, req->performance_id, &req->n_seat_indexes, &req->seat_indexes);
    return &req->base;
}

static ProtobufCMessage *make_unblock_seats(struct draw *draw)
{
    Onsale__V1__UnblockSeatsRequest *req =
        message_make(draw->arena, &onsale__v1__unblock_seats_request__descriptor);
    req->performance_id = draw_performance_id(draw, draw_concert(draw)->concert->concert_id);
    draw_seats(draw, req->performance_id, &req->n_seat_indexes, &req->seat_indexes);
    return &req->base;
}

static ProtobufCMessage *make_confirm_clock(struct draw *draw)
{
    return message_make(draw->arena, &onsale__v1__confirm_clock_request__descriptor);
}

static Onsale__V1__StopChange draw_change_of_stop(struct random *random)
{
    if (random_chance(random, 40)) return ONSALE__V1__STOP_CHANGE__STOP_CHANGE_UNSPECIFIED;
    return random_chance(random, 25) ? ONSALE__V1__STOP_CHANGE__STOP_CHANGE_STOP
                                     : ONSALE__V1__STOP_CHANGE__STOP_CHANGE_RESUME;
}

static ProtobufCMessage *make_set_sale_stops(struct draw *draw)
{
    Onsale__V1__SetSaleStopsRequest *req =
        message_make(draw->arena, &onsale__v1__set_sale_stops_request__descriptor);
    req->concert_id = draw_concert_id(draw);
    if (random_chance(draw->random, 70))
        req->performance_id = draw_performance_id(draw, draw_concert(draw)->concert->concert_id);
    req->holding = draw_change_of_stop(draw->random);
    req->paying = draw_change_of_stop(draw->random);
    return &req->base;
}

static ProtobufCMessage *make_get_sale_stops(struct draw *draw)
{
    Onsale__V1__GetSaleStopsRequest *req =
        message_make(draw->arena, &onsale__v1__get_sale_stops_request__descriptor);
    req->concert_id = draw_concert_id(draw);
    return &req->base;
}

static ProtobufCMessage *make_look_up_performance(struct draw *draw)
{
    Onsale__V1__LookUpPerformanceRequest *req =
        message_make(draw->arena, &onsale__v1__look_up_performance_request__descriptor);
    req->performance_id = draw_performance_id(draw, draw_concert(draw)->concert->concert_id);
    return &req->base;
}

static ProtobufCMessage *make_look_up_queue_entry(struct draw *draw)
{
    Onsale__V1__LookUpQueueEntryRequest *req =
        message_make(draw->arena, &onsale__v1__look_up_queue_entry_request__descriptor);
    req->concert_id = draw_concert_id(draw);
    req->user_id = draw_user(draw);
    return &req->base;
}

static ProtobufCMessage *make_look_up_reservation(struct draw *draw)
{
    Onsale__V1__LookUpReservationRequest *req =
        message_make(draw->arena, &onsale__v1__look_up_reservation_request__descriptor);
    const struct model_reservation *reservation = draw_reservation(draw, false);
    bool is_strange = reservation == NULL || random_chance(draw->random, 5);
    req->reservation_id =
        is_strange ? draw_new_id(draw) : message_bytes(draw->arena, reservation->id, ID_BYTES);
    return &req->base;
}

static ProtobufCMessage *make_get_stats(struct draw *draw)
{
    return message_make(draw->arena, &onsale__v1__get_stats_request__descriptor);
}

static ProtobufCMessage *make_get_metrics(struct draw *draw)
{
    return message_make(draw->arena, &onsale__v1__get_metrics_request__descriptor);
}

static ProtobufCMessage *make_get_cluster_status(struct draw *draw)
{
    return message_make(draw->arena, &onsale__v1__get_cluster_status_request__descriptor);
}

/* A few names only: so that some are there already. */
static ProtobufCMessage *make_back_up(struct draw *draw)
{
    static const char *const forms[] = {"%s/%u", "%s/%u", "%s/%u", "%s/missing/%u", "backup"};
    Onsale__V1__BackUpRequest *req =
        message_make(draw->arena, &onsale__v1__back_up_request__descriptor);
    const char *form = forms[random_below(draw->random, sizeof forms / sizeof forms[0])];
    unsigned number = (unsigned)random_below(draw->random, BACKUPS);
    req->path = arena_printf(draw->arena, form, draw->simulation->backups_folder, number);
    return &req->base;
}

const struct request_kind admin_kinds[] = {
    {"SetUserBlocked", make_set_user_blocked, 6},
    {"LookUpUser", make_look_up_user, 2},
    {"CreateUser", make_create_user, 2},
    {"ImportCatalogue", make_import, 2},
    {"GetQueuePolicy", make_get_queue_policy, 2},
    {"SetQueuePolicy", make_set_queue_policy, 6},
    {"SetSaleStops", make_set_sale_stops, 4},
    {"GetSaleStops", make_get_sale_stops, 2},
    {"BlockSeats", make_block_seats, 4},
    {"UnblockSeats", make_unblock_seats, 8},
    {"ConfirmClock", make_confirm_clock, 1},
    {"GetStats", make_get_stats, 2},
    {"GetMetrics", make_get_metrics, 1},
    {"GetClusterStatus", make_get_cluster_status, 1},
    {"BackUp", make_back_up, 1},
    {"LookUpPerformance", make_look_up_performance, 2},
    {"LookUpQueueEntry", make_look_up_queue_entry, 4},
    {"LookUpReservation", make_look_up_reservation, 3},
};

const size_t admin_kinds_count = sizeof admin_kinds / sizeof admin_kinds[0];
