#include "tests/sim/cluster_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/id.h"
#include "onsale/v1/wallet.pb-c.h"
#include "server/engine/cluster_view.h"
#include "tests/lib/temp_folder.h"
#include "tests/sim/frame.h"
#include "tests/sim/message.h"

enum { ARENA_BYTES = 1 << 16 };

int cluster_fixture_set_up(void **state)
{
    struct cluster_fixture *fixture = calloc(1, sizeof *fixture);
    uint64_t index;
    assert_non_null(fixture);
    arena_init(&fixture->arena, ARENA_BYTES);
    fixture->folder = cluster_make_folder(&index);
    cluster_open(&fixture->cluster, 7, fixture->folder, index);
    *state = fixture;
    return 0;
}

int cluster_fixture_tear_down(void **state)
{
    struct cluster_fixture *fixture = *state;
    cluster_close(&fixture->cluster);
    temp_folder_remove(fixture->folder);
    arena_deinit(&fixture->arena);
    free(fixture);
    return 0;
}

struct node *cluster_await_leader(struct cluster_fixture *fixture)
{
    for (int i = 0; i < CLUSTER_STEPS_MAX && cluster_leader(&fixture->cluster) == NULL; i++)
        cluster_pass(&fixture->cluster, 5);
    for (int i = 0; i < 200; i++)
        cluster_pass(&fixture->cluster, 5);
    assert_non_null(cluster_leader(&fixture->cluster));
    return cluster_leader(&fixture->cluster);
}

Onsale__V1__GetClusterStatusResponse cluster_tell(struct cluster_fixture *fixture,
                                                  const struct node *node)
{
    Onsale__V1__GetClusterStatusResponse response = ONSALE__V1__GET_CLUSTER_STATUS_RESPONSE__INIT;
    assert_int_equal(cluster_view_tell(node->engine, &fixture->arena, &response), STATUS_OK);
    return response;
}

bool cluster_another_leads(const struct cluster *cluster, const struct node *node)
{
    for (size_t i = 0; i < CLUSTER_NODES; i++)
        if (&cluster->nodes[i] != node && node_role(&cluster->nodes[i]) == ROLE_LEADER) return true;
    return false;
}

void cluster_send(struct node *node, ProtobufCBinaryData bytes, struct memory_exchange *exchange)
{
    memory_exchange_init(exchange, bytes.data, bytes.len);
    memory_exchange_dispatch(exchange, engine_dispatcher(node->engine), RPC_SOCKET_MAIN);
}

void cluster_send_charge(struct cluster_fixture *fixture, struct node *node,
                         struct memory_exchange *exchange)
{
    Onsale__V1__ChargeBalanceRequest req = ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
    req.user_id = 1;
    req.charge_id = message_bytes(&fixture->arena, (uint8_t[ID_BYTES]){9}, ID_BYTES);
    req.amount = 1;
    cluster_send(
        node,
        frame_of_call(&fixture->arena, "onsale.v1.WalletService/ChargeBalance", 60000, &req.base),
        exchange);
}

void cluster_send_read(struct cluster_fixture *fixture, struct node *node,
                       struct memory_exchange *exchange)
{
    Onsale__V1__GetBalanceRequest req = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    req.user_id = 1;
    cluster_send(
        node,
        frame_of_call(&fixture->arena, "onsale.v1.WalletService/GetBalance", 60000, &req.base),
        exchange);
}

void cluster_send_read_for_any(struct cluster_fixture *fixture, struct node *node,
                               struct memory_exchange *exchange)
{
    Onsale__V1__GetBalanceRequest req = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    Onsale__Rpc__V1__RequestFrame frame = ONSALE__RPC__V1__REQUEST_FRAME__INIT;
    Onsale__Rpc__V1__Call call = ONSALE__RPC__V1__CALL__INIT;
    req.user_id = 1;
    call.method = "onsale.v1.WalletService/GetBalance";
    call.timeout_ms = 60000;
    call.payload = message_pack(&fixture->arena, &req.base);
    frame.calls = (Onsale__Rpc__V1__Call *[]){&call};
    frame.n_calls = 1;
    frame.any_server = true;
    cluster_send(node, message_pack(&fixture->arena, &frame.base), exchange);
}

void cluster_expect_reason(struct memory_exchange *exchange, size_t call, const char *reason)
{
    assert_int_equal(exchange->answers, 1);
    Onsale__Rpc__V1__ReplyFrame *reply = memory_exchange_reply(exchange);
    assert_non_null(reply);
    assert_in_range(call, 0, reply->n_results - 1);
    assert_string_equal(reply->results[call]->reason, reason);
    onsale__rpc__v1__reply_frame__free_unpacked(reply, NULL);
}
