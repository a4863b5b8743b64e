#include "tests/sim/desk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "server/method_table.h"
#include "tests/sim/catalogue.h"
#include "tests/sim/frame.h"

enum { DESK_BYTES_MAX = 1 << 30, CALLS_MAX = 128, TIMEOUT_MS = 60000, CHARGE_ID = 255 };

/* --- Calls ------------------------------------------------------------------------------------ */

static enum rpc_socket socket_of(const struct desk_call *call)
{
    bool is_admin = call->is_trusted || strstr(call->method, "AdminService") != NULL;
    return is_admin ? RPC_SOCKET_ADMIN : RPC_SOCKET_MAIN;
}

static const ProtobufCMessageDescriptor *response_of(const char *method)
{
    for (size_t i = 0; i < method_table_count; i++)
        if (strcmp(method_table[i].name, method) == 0) return method_table[i].response;
    fail_msg("there is no method %s", method);
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
    if (call->status == STATUS_OK)
        call->response =
            message_unpack(&desk->arena, response_of(call->method), call->result->payload);
}

static bool are_answered(const struct memory_exchange *exchanges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (atomic_load(&exchanges[i].answers) == 0) return false;
    return true;
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
        world_send(&desk->world, socket_of(&calls[i]), &exchanges[i]);
    }
    if (!are_answered(exchanges, count)) world_step(&desk->world);
    for (size_t i = 0; i < count; i++) {
        read_reply(desk, &exchanges[i], &calls[i]);
        memory_exchange_deinit(&exchanges[i]);
    }
}

enum status desk_call(struct desk *desk, const char *method, const ProtobufCMessage *request)
{
    struct desk_call call = {.method = method, .request = request};
    desk_call_together(desk, &call, 1);
    return call.status;
}

const void *desk_ask(struct desk *desk, const char *method, const ProtobufCMessage *request)
{
    struct desk_call call = {.method = method, .request = request};
    desk_call_together(desk, &call, 1);
    assert_int_equal(call.status, STATUS_OK);
    assert_non_null(call.response);
    return call.response;
}

/* --- Opening and closing ---------------------------------------------------------------------- */

static void put_on_sale(struct desk *desk)
{
    for (uint64_t i = 0; i < CATALOGUES; i++) {
        Onsale__V1__ImportCatalogueRequest *req = catalogue_make(&desk->arena, 1, i);
        assert_int_equal(desk_call(desk, "onsale.v1.AdminService/ImportCatalogue", &req->base),
                         STATUS_OK);
    }
    for (uint64_t user_id = 1; user_id <= DESK_USERS; user_id++) {
        Onsale__V1__CreateUserRequest req = ONSALE__V1__CREATE_USER_REQUEST__INIT;
        req.user_id = user_id;
        assert_int_equal(desk_call(desk, "onsale.v1.AdminService/CreateUser", &req.base),
                         STATUS_OK);
        assert_int_equal(desk_charge(desk, user_id, CHARGE_ID, DESK_BALANCE), STATUS_OK);
    }
}

struct desk *desk_open_small(uint64_t map_bytes)
{
    struct desk *desk = calloc(1, sizeof *desk);
    assert_non_null(desk);
    arena_init(&desk->arena, DESK_BYTES_MAX);
    world_open(&desk->world, 1, map_bytes, SWEEP_HOLDS_MAX);
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
    Onsale__V1__CheckInvariantsRequest req = ONSALE__V1__CHECK_INVARIANTS_REQUEST__INIT;
    const Onsale__V1__CheckInvariantsResponse *res =
        desk_ask(desk, "onsale.v1.AdminService/CheckInvariants", &req.base);
    for (size_t i = 0; i < res->n_violations; i++)
        print_error("%s: %s\n", res->violations[i]->invariant, res->violations[i]->description);
    assert_int_equal(res->n_violations, 0);
}

void desk_sleep(struct desk *desk, int64_t ms)
{
    if (ms < 0)
        world_set_clock(&desk->world, ms);
    else
        desk->world.clock_ms += ms;
}

void desk_sweep(struct desk *desk)
{
    assert_int_equal(world_step(&desk->world), STATUS_OK);
}
