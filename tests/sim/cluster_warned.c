#include "tests/sim/cluster_warned.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "onsale/v1/wallet.pb-c.h"
#include "tests/sim/desk.h"
#include "tests/sim/message.h"

static void await_answer(struct cluster *cluster, const struct memory_exchange *exchange)
{
    for (int i = 0; i < CLUSTER_STEPS_MAX && exchange->answers == 0; i++)
        cluster_pass(cluster, 1);
    assert_int_equal(exchange->answers, 1);
}

static int64_t balance_at(struct cluster_fixture *fixture, struct node *leader)
{
    struct memory_exchange read;
    cluster_send_read(fixture, leader, &read);
    await_answer(&fixture->cluster, &read);
    Onsale__Rpc__V1__ReplyFrame *reply = memory_exchange_reply(&read);
    assert_non_null(reply);
    assert_int_equal(reply->results[0]->code, 0);
    const Onsale__V1__GetBalanceResponse *response = message_unpack(
        &fixture->arena, &onsale__v1__get_balance_response__descriptor, reply->results[0]->payload);
    assert_non_null(response);
    onsale__rpc__v1__reply_frame__free_unpacked(reply, NULL);
    memory_exchange_deinit(&read);
    return response->balance;
}

bool cluster_keeps_what_came_with_a_warning(struct cluster_fixture *fixture)
{
    struct cluster *cluster = &fixture->cluster;
    struct node *leader = cluster_await_leader(fixture);
    struct memory_exchange charge;
    memory_log_plan(leader->log, MEMORY_FAULT_WARNING, CLUSTER_STEPS_MAX);
    cluster_send_charge(fixture, leader, &charge);
    await_answer(cluster, &charge);
    cluster_expect_reason(&charge, 0, "");
    memory_exchange_deinit(&charge);
    memory_log_fail_over(cluster->memory);
    leader->frozen_until_ms = INT64_MAX;
    for (int i = 0; i < CLUSTER_STEPS_MAX && !cluster_another_leads(cluster, leader); i++)
        cluster_pass(cluster, 5);
    assert_true(cluster_another_leads(cluster, leader));
    leader->frozen_until_ms = 0;
    cluster_kill(cluster, leader);
    return balance_at(fixture, cluster_await_leader(fixture)) == DESK_BALANCE + 1;
}
