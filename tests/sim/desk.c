#include "tests/sim/desk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/sim/catalogue.h"
#include "tests/sim/frame.h"

enum { DESK_BYTES_MAX = 1 << 30, CALLS_MAX = 128, TIMEOUT_MS = 60000, CHARGE_ID = 255 };

/* --- Calls ------------------------------------------------------------------------------------ */

static enum rpc_socket socket_of(const char *method)
{
    return strstr(method, "AdminService") != NULL ? RPC_SOCKET_ADMIN : RPC_SOCKET_MAIN;
}

static const ProtobufCMessageDescriptor *response_of(const ProtobufCMessage *request)
{
    static const ProtobufCMessageDescriptor *const pairs[][2] = {
        {&onsale__v1__enter_queue_request__descriptor,
         &onsale__v1__enter_queue_response__descriptor},
        {&onsale__v1__get_queue_entry_request__descriptor,
         &onsale__v1__get_queue_entry_response__descriptor},
        {&onsale__v1__get_balance_request__descriptor,
         &onsale__v1__get_balance_response__descriptor},
        {&onsale__v1__charge_balance_request__descriptor,
         &onsale__v1__charge_balance_response__descriptor},
        {&onsale__v1__get_seat_map_request__descriptor,
         &onsale__v1__get_seat_map_response__descriptor},
        {&onsale__v1__hold_seats_request__descriptor, &onsale__v1__hold_seats_response__descriptor},
        {&onsale__v1__get_reservation_request__descriptor,
         &onsale__v1__get_reservation_response__descriptor},
        {&onsale__v1__pay_reservation_request__descriptor,
         &onsale__v1__pay_reservation_response__descriptor},
        {&onsale__v1__list_tickets_request__descriptor,
         &onsale__v1__list_tickets_response__descriptor},
        {&onsale__v1__get_stats_request__descriptor, &onsale__v1__get_stats_response__descriptor},
        {&onsale__v1__check_invariants_request__descriptor,
         &onsale__v1__check_invariants_response__descriptor},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        if (pairs[i][0] == request->descriptor) return pairs[i][1];
    return NULL;
}

static void read_reply(struct desk *desk, const struct memory_exchange *exchange,
                       struct desk_call *call)
{
    assert_int_equal(atomic_load(&exchange->answers), 1);
    const Onsale__Rpc__V1__ReplyFrame *reply =
        message_unpack(&desk->arena, &onsale__rpc__v1__reply_frame__descriptor,
                       (ProtobufCBinaryData){.len = exchange->reply_size, .data = exchange->reply});
    assert_non_null(reply);
    assert_int_equal(reply->n_results, 1);
    assert_true(reply->server_time_ms >= desk->server_time_ms);
    desk->server_time_ms = reply->server_time_ms;
    call->result = reply->results[0];
    call->status = call->result->code == 0 ? STATUS_OK : status_from_name(call->result->reason);
    const ProtobufCMessageDescriptor *response = response_of(call->request);
    if (call->status == STATUS_OK && response != NULL)
        call->response = message_unpack(&desk->arena, response, call->result->payload);
}

void desk_call_together(struct desk *desk, struct desk_call *calls, size_t count)
{
    struct memory_exchange exchanges[CALLS_MAX];
    assert_true(count <= CALLS_MAX);
    for (size_t i = 0; i < count; i++) {
        uint32_t timeout_ms = calls[i].timeout_ms == 0 ? TIMEOUT_MS : calls[i].timeout_ms;
        ProtobufCBinaryData bytes =
            frame_of_call(&desk->arena, calls[i].method, timeout_ms, calls[i].request);
        memory_exchange_init(&exchanges[i], bytes.data, bytes.len);
        world_send(&desk->world, socket_of(calls[i].method), &exchanges[i]);
    }
    world_step(&desk->world);
    for (size_t i = 0; i < count; i++) {
        read_reply(desk, &exchanges[i], &calls[i]);
        memory_exchange_deinit(&exchanges[i]);
    }
}

enum status desk_call(struct desk *desk, const char *method, const ProtobufCMessage *request,
                      void *ret_response)
{
    struct desk_call call = {.method = method, .request = request};
    desk_call_together(desk, &call, 1);
    if (call.status == STATUS_OK && ret_response != NULL) *(void **)ret_response = call.response;
    return call.status;
}

/* --- Opening and closing ---------------------------------------------------------------------- */

static void put_on_sale(struct desk *desk)
{
    for (uint64_t i = 0; i < CATALOGUES; i++) {
        Onsale__V1__ImportCatalogueRequest *req = catalogue_make(&desk->arena, 1, i);
        assert_int_equal(
            desk_call(desk, "onsale.v1.AdminService/ImportCatalogue", &req->base, NULL), STATUS_OK);
    }
    for (uint64_t user_id = 1; user_id <= DESK_USERS; user_id++) {
        Onsale__V1__CreateUserRequest req = ONSALE__V1__CREATE_USER_REQUEST__INIT;
        req.user_id = user_id;
        assert_int_equal(desk_call(desk, "onsale.v1.AdminService/CreateUser", &req.base, NULL),
                         STATUS_OK);
        assert_int_equal(desk_charge(desk, user_id, CHARGE_ID, DESK_BALANCE), STATUS_OK);
    }
}

struct desk *desk_open_small(uint64_t map_bytes)
{
    struct desk *desk = calloc(1, sizeof *desk);
    assert_non_null(desk);
    arena_init(&desk->arena, DESK_BYTES_MAX);
    world_open(&desk->world, 1, map_bytes);
    put_on_sale(desk);
    return desk;
}

int desk_open(void **state)
{
    *state = desk_open_small(WORLD_MAP_BYTES);
    return 0;
}

int desk_close(void **state)
{
    struct desk *desk = *state;
    desk_check_invariants(desk);
    world_close(&desk->world);
    arena_deinit(&desk->arena);
    free(desk);
    return 0;
}

void desk_check_invariants(struct desk *desk)
{
    const Onsale__V1__CheckInvariantsResponse *res;
    Onsale__V1__CheckInvariantsRequest req = ONSALE__V1__CHECK_INVARIANTS_REQUEST__INIT;
    assert_int_equal(desk_call(desk, "onsale.v1.AdminService/CheckInvariants", &req.base, &res),
                     STATUS_OK);
    for (size_t i = 0; i < res->n_violations; i++)
        print_error("%s: %s\n", res->violations[i]->invariant, res->violations[i]->description);
    assert_int_equal(res->n_violations, 0);
}

void desk_sleep(struct desk *desk, int64_t ms)
{
    desk->world.clock_ms += ms;
}

void desk_sweep(struct desk *desk)
{
    assert_int_equal(world_step(&desk->world), STATUS_OK);
}
