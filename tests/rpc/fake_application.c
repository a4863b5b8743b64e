#include "tests/rpc/fake_application.h"

#include <stdio.h>

#include "base/require.h"
#include "onsale/rpc/v1/health.packing.h"
#include "onsale/rpc/v1/health.pb-c.h"
#include "onsale/v1/reservation.packing.h"
#include "onsale/v1/reservation.pb-c.h"
#include "onsale/v1/wallet.packing.h"
#include "onsale/v1/wallet.pb-c.h"

enum method_index {
    METHOD_CHECK,
    METHOD_GET_BALANCE,
    METHOD_CHARGE_BALANCE,
    METHOD_HOLD_SEATS,
    METHODS
};

static const struct method methods[METHODS] = {
    [METHOD_CHECK] = {.name = CHECK,
                      .request = &onsale__rpc__v1__check_request__descriptor,
                      .response = &onsale__rpc__v1__check_response__descriptor,
                      .request_packer = &onsale__rpc__v1__check_request__packer,
                      .response_packer = &onsale__rpc__v1__check_response__packer,
                      .request_bytes_max = FAKE_REQUEST_BYTES_MAX},
    [METHOD_GET_BALANCE] = {.name = GET_BALANCE,
                            .request = &onsale__v1__get_balance_request__descriptor,
                            .response = &onsale__v1__get_balance_response__descriptor,
                            .request_packer = &onsale__v1__get_balance_request__packer,
                            .response_packer = &onsale__v1__get_balance_response__packer,
                            .request_bytes_max = FAKE_REQUEST_BYTES_MAX},
    [METHOD_CHARGE_BALANCE] = {.name = CHARGE_BALANCE,
                               .kind = METHOD_WRITE,
                               .request = &onsale__v1__charge_balance_request__descriptor,
                               .response = &onsale__v1__charge_balance_response__descriptor,
                               .request_packer = &onsale__v1__charge_balance_request__packer,
                               .response_packer = &onsale__v1__charge_balance_response__packer,
                               .request_bytes_max = FAKE_REQUEST_BYTES_MAX},
    [METHOD_HOLD_SEATS] = {.name = HOLD_SEATS,
                           .kind = METHOD_SLOW,
                           .request = &onsale__v1__hold_seats_request__descriptor,
                           .response = &onsale__v1__hold_seats_response__descriptor,
                           .request_packer = &onsale__v1__hold_seats_request__packer,
                           .response_packer = &onsale__v1__hold_seats_response__packer,
                           .request_bytes_max = FAKE_REQUEST_BYTES_MAX},
};

static enum status check(struct fake_application *fake, struct rpc_call *call)
{
    Onsale__Rpc__V1__CheckResponse *response = arena_alloc(call->arena, sizeof *response);
    if (response == NULL) return STATUS_OUT_OF_MEMORY;
    onsale__rpc__v1__check_response__init(response);
    response->version = (char *)atomic_load(&fake->version);
    call->response = &response->base;
    return STATUS_OK;
}

static enum status get_balance(struct rpc_call *call)
{
    const Onsale__V1__GetBalanceRequest *request =
        (const Onsale__V1__GetBalanceRequest *)call->request;
    if (request->user_id == 0) return STATUS_USER_NOT_FOUND;
    Onsale__V1__GetBalanceResponse *response = arena_alloc(call->arena, sizeof *response);
    if (response == NULL) return STATUS_OUT_OF_MEMORY;
    onsale__v1__get_balance_response__init(response);
    response->balance = (int64_t)request->user_id * 10;
    call->response = &response->base;
    return STATUS_OK;
}

static enum status charge_balance(struct rpc_call *call)
{
    Onsale__V1__ChargeBalanceResponse *response = arena_alloc(call->arena, sizeof *response);
    if (response == NULL) return STATUS_OUT_OF_MEMORY;
    onsale__v1__charge_balance_response__init(response);
    call->response = &response->base;
    return STATUS_OK;
}

static enum status hold_seats(struct rpc_call *call)
{
    Onsale__V1__SeatsTaken *taken = arena_alloc(call->arena, sizeof *taken);
    Onsale__V1__Seat **seats = arena_alloc(call->arena, sizeof *seats);
    Onsale__V1__Seat *seat = arena_alloc(call->arena, sizeof *seat);
    if (taken == NULL || seats == NULL || seat == NULL) return STATUS_OUT_OF_MEMORY;
    onsale__v1__seats_taken__init(taken);
    onsale__v1__seat__init(seat);
    seat->section = "A";
    seats[0] = seat;
    taken->n_seats = 1;
    taken->seats = seats;
    rpc_call_add_detail(call, &onsale__v1__seats_taken__packer, &taken->base);
    return STATUS_SEAT_TAKEN;
}

static void execute(struct fake_application *fake, struct rpc_call *call)
{
    enum status status = STATUS_INTERNAL;
    if (call->method == &methods[METHOD_CHECK])
        status = check(fake, call);
    else if (call->method == &methods[METHOD_GET_BALANCE])
        status = get_balance(call);
    else if (call->method == &methods[METHOD_CHARGE_BALANCE])
        status = charge_balance(call);
    else if (call->method == &methods[METHOD_HOLD_SEATS])
        status = hold_seats(call);
    call->place = fake->place;
    if (fake->place.index > 0) fake->place.index++;
    rpc_call_finish(call, status);
}

static void hold(struct fake_application *fake, struct rpc_call *call)
{
    pthread_mutex_lock(&fake->lock);
    call->next = fake->held;
    fake->held = call;
    fake->held_count++;
    pthread_mutex_unlock(&fake->lock);
}

static void note(struct fake_application *fake, const struct rpc_call *call)
{
    pthread_mutex_lock(&fake->lock);
    fake->last_deadline_ms = call->deadline_ms;
    fake->last_any_server = rpc_call_is_for_any_server(call);
    fake->last_min_index = rpc_call_min_index(call);
    fake->last_alone = call->alone;
    snprintf(fake->last_traceparent, sizeof fake->last_traceparent, "%s",
             call->traceparent == NULL ? "" : call->traceparent);
    fake->last_socket = call->socket;
    pthread_mutex_unlock(&fake->lock);
    atomic_fetch_add(&fake->seen, 1);
}

static void start(void *context, struct rpc_call *first)
{
    struct fake_application *fake = context;
    for (struct rpc_call *call = first, *next; call != NULL; call = next) {
        next = call->next;
        note(fake, call);
        if (atomic_load(&fake->holds))
            hold(fake, call);
        else
            execute(fake, call);
    }
}

static void peer_gone(void *context, const struct rpc_peer *peer)
{
    struct fake_application *fake = context;
    REQUIRE(peer->is_gone);
    atomic_fetch_add(&fake->gone, 1);
}

static unix_ms now_ms(void *context)
{
    (void)context;
    return FAKE_NOW_MS;
}

static int64_t ticks_ns(void *context)
{
    return atomic_load(&((struct fake_application *)context)->ticks_ns);
}

void fake_application_init(struct fake_application *fake)
{
    *fake = (struct fake_application){.lock = PTHREAD_MUTEX_INITIALIZER, .version = "fake"};
    fake->application = (struct rpc_application){.context = fake,
                                                 .methods = methods,
                                                 .methods_count = METHODS,
                                                 .now_ms = now_ms,
                                                 .ticks_ns = ticks_ns,
                                                 .start = start,
                                                 .peer_gone = peer_gone};
}

size_t fake_application_held(struct fake_application *fake)
{
    pthread_mutex_lock(&fake->lock);
    size_t count = fake->held_count;
    pthread_mutex_unlock(&fake->lock);
    return count;
}

void fake_application_release(struct fake_application *fake)
{
    pthread_mutex_lock(&fake->lock);
    struct rpc_call *held = fake->held;
    fake->held = NULL;
    fake->held_count = 0;
    pthread_mutex_unlock(&fake->lock);
    for (struct rpc_call *call = held, *next; call != NULL; call = next) {
        next = call->next;
        execute(fake, call);
    }
}
