/* cluster_cases_test.c -- Three servers: what each tells of itself, and what becomes of calls that
 * wait at one that stops leading. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "onsale/rpc/v1/health.pb-c.h"
#include "onsale/v1/wallet.pb-c.h"
#include "server/engine/cluster_view.h"
#include "tests/sim/cluster_fixture.h"
#include "tests/sim/cluster_warned.h"
#include "tests/sim/message.h"

enum { LAG_ROWS = 1000, SOME_NS = 3000000 };

static void one_leads_and_the_others_name_it(void **state)
{
    struct cluster_fixture *fixture = *state;
    const struct node *leader = cluster_await_leader(fixture);
    Onsale__V1__GetClusterStatusResponse of_leader = cluster_tell(fixture, leader);
    assert_int_equal(of_leader.role, ONSALE__V1__CLUSTER_ROLE__CLUSTER_ROLE_LEADER);
    assert_true(of_leader.epoch >= 1);
    assert_true(of_leader.acknowledged_index > 0);
    for (size_t i = 0; i < CLUSTER_NODES; i++) {
        const struct node *node = &fixture->cluster.nodes[i];
        Onsale__V1__GetClusterStatusResponse response = cluster_tell(fixture, node);
        assert_string_equal(response.node, node->name);
        assert_string_equal(response.leader, leader->name);
        assert_string_equal(response.leader_urls, of_leader.leader_urls);
        assert_int_equal(response.epoch, of_leader.epoch);
        assert_true(response.log_reachable);
        assert_true(response.log_fit);
        assert_true(response.applied_index + 5 >= of_leader.applied_index);
        if (node == leader) continue;
        assert_int_equal(response.role, ONSALE__V1__CLUSTER_ROLE__CLUSTER_ROLE_FOLLOWER);
        assert_int_equal(response.acknowledged_index, 0);
        assert_true(response.lag_ms < 1000);
    }
}

static void hand_over_soon(struct cluster *cluster, const struct node *leader)
{
    assert_int_equal(cluster_view_hand_over(leader->engine), STATUS_OK);
    int64_t begun_ms = cluster->now_ms;
    for (int i = 0; i < CLUSTER_STEPS_MAX && !cluster_another_leads(cluster, leader); i++)
        cluster_pass(cluster, 2);
    assert_in_range(cluster->now_ms - begun_ms, 1, 100);
}

static void a_leader_that_is_asked_hands_over_and_others_cannot(void **state)
{
    struct cluster_fixture *fixture = *state;
    struct cluster *cluster = &fixture->cluster;
    const struct node *leader = cluster_await_leader(fixture);
    for (size_t i = 0; i < CLUSTER_NODES; i++)
        if (&cluster->nodes[i] != leader)
            assert_int_equal(cluster_view_hand_over(cluster->nodes[i].engine), STATUS_NOT_LEADER);
    hand_over_soon(cluster, leader);
    for (int i = 0; i < 250; i++)
        cluster_pass(cluster, 10);
    assert_non_null(cluster_leader(cluster));
    assert_ptr_not_equal(cluster_leader(cluster), leader);
}

/* Those that follow have all led within HAND_OVER_MS, the third time. */
static void hand_overs_that_follow_one_another_take_no_longer(void **state)
{
    struct cluster_fixture *fixture = *state;
    struct cluster *cluster = &fixture->cluster;
    cluster_await_leader(fixture);
    for (int round = 0; round < 4; round++) {
        const struct node *leader = cluster_leader(cluster);
        assert_non_null(leader);
        hand_over_soon(cluster, leader);
        for (int i = 0; i < 50; i++)
            cluster_pass(cluster, 10);
    }
}

/* --- Calls at one that stops leading ---------------------------------------------------------- */

/* It can't reach the log, nor comes to know that another leads. */
static void let_another_lead(struct cluster *cluster, struct node *node)
{
    node->frozen_until_ms = INT64_MAX;
    for (int i = 0; i < CLUSTER_STEPS_MAX && !cluster_another_leads(cluster, node); i++)
        cluster_pass(cluster, 5);
    for (int i = 0; i < 200; i++)
        cluster_pass(cluster, 5);
    assert_true(cluster_another_leads(cluster, node));
    assert_int_equal(node_role(node), ROLE_LEADER);
    memory_log_set_away(node->log, false);
    node->frozen_until_ms = 0;
}

/* The writer has come to follow before the flusher looks. */
static void step_down(struct node *node)
{
    for (int i = 0; i < 20; i++)
        assert_int_equal(engine_write(node->engine), STATUS_OK);
    assert_int_equal(node_role(node), ROLE_FOLLOWER);
    assert_int_equal(engine_flush(node->engine), STATUS_OK);
}

static void what_never_came_into_the_log_is_refused_though_its_number_comes_again(void **state)
{
    struct cluster_fixture *fixture = *state;
    struct node *old = cluster_await_leader(fixture);
    struct memory_exchange charge;
    memory_log_set_away(old->log, true);
    cluster_send_charge(fixture, old, &charge);
    assert_int_equal(engine_write(old->engine), STATUS_OK);
    uint64_t executed = store_executed(old->store);
    assert_true(executed > store_committed(old->store));
    let_another_lead(&fixture->cluster, old);
    assert_int_equal(charge.answers, 0);
    step_down(old);
    assert_true(store_committed(old->store) >= executed);
    cluster_expect_reason(&charge, 0, "NOT_LEADER");
    memory_exchange_deinit(&charge);
}

static void a_read_for_who_leads_is_refused_by_who_stops_before_it_is_sure(void **state)
{
    struct cluster_fixture *fixture = *state;
    struct node *old = cluster_await_leader(fixture);
    struct memory_exchange read;
    memory_log_set_away(old->log, true);
    let_another_lead(&fixture->cluster, old);
    cluster_send_read(fixture, old, &read);
    assert_int_equal(read.answers, 0);
    step_down(old);
    cluster_expect_reason(&read, 0, "NOT_LEADER");
    memory_exchange_deinit(&read);
}

static void who_follows_refuses_no_call_about_itself_for_another_in_its_frame(void **state)
{
    struct cluster_fixture *fixture = *state;
    const struct node *leader = cluster_await_leader(fixture);
    struct node *follower = &fixture->cluster.nodes[leader == &fixture->cluster.nodes[0]];
    Onsale__V1__GetBalanceRequest balance = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    Onsale__Rpc__V1__CheckRequest health = ONSALE__RPC__V1__CHECK_REQUEST__INIT;
    Onsale__Rpc__V1__RequestFrame frame = ONSALE__RPC__V1__REQUEST_FRAME__INIT;
    Onsale__Rpc__V1__Call calls[2] = {ONSALE__RPC__V1__CALL__INIT, ONSALE__RPC__V1__CALL__INIT};
    Onsale__Rpc__V1__Call *all[2] = {&calls[0], &calls[1]};
    struct memory_exchange exchange;
    balance.user_id = 1;
    calls[0].method = "onsale.v1.WalletService/GetBalance";
    calls[0].payload = message_pack(&fixture->arena, &balance.base);
    calls[1].method = "onsale.rpc.v1.HealthService/Check";
    calls[1].payload = message_pack(&fixture->arena, &health.base);
    calls[0].timeout_ms = calls[1].timeout_ms = 60000;
    frame.calls = all;
    frame.n_calls = 2;
    cluster_send(follower, message_pack(&fixture->arena, &frame.base), &exchange);
    cluster_expect_reason(&exchange, 0, "NOT_LEADER");
    cluster_expect_reason(&exchange, 1, "");
    memory_exchange_deinit(&exchange);
}

/* --- Who begins to lead ----------------------------------------------------------------------- */

static void who_reads_where_the_log_lags_leaves_a_leader_that_is_well_alone(void **state)
{
    struct cluster_fixture *fixture = *state;
    struct cluster *cluster = &fixture->cluster;
    const struct node *leader = cluster_await_leader(fixture);
    uint64_t epoch = store_place(leader->store).epoch;
    for (int i = 0; i < 600; i++) {
        for (size_t k = 0; k < CLUSTER_NODES; k++)
            memory_log_set_lag(cluster->nodes[k].log, LAG_ROWS);
        cluster_pass(cluster, 5);
    }
    assert_ptr_equal(cluster_leader(cluster), leader);
    assert_int_equal(store_place(leader->store).epoch, epoch);
}

/* --- A START behind what is gone ---------------------------------------------------------------
 */

static struct node *find_takeover(struct cluster *cluster, enum takeover at)
{
    for (size_t i = 0; i < CLUSTER_NODES; i++) {
        struct node *node = &cluster->nodes[i];
        const struct role *role = engine_role(node->engine);
        if (node_role(node) == ROLE_TAKING_OVER && role->takeover == at) return node;
    }
    return NULL;
}

/* Whether no row is missing before the START of who leads. */
static bool is_whole_up_to(struct memory_log *memory, uint64_t epoch)
{
    for (size_t i = 1; i < memory_log_rows(memory); i++) {
        const struct log_row_head *before = &memory_log_row(memory, i - 1)->head;
        if (memory_log_row(memory, i)->head.index != before->index + before->count) return false;
        if (memory_log_row(memory, i)->head.epoch == epoch) return true;
    }
    return false;
}

/* The leader's last row is read by who takes over, and is gone with the primary. */
static void who_started_behind_what_is_gone_does_not_lead(void **state)
{
    struct cluster_fixture *fixture = *state;
    struct cluster *cluster = &fixture->cluster;
    struct node *leader = cluster_await_leader(fixture), *next = NULL;
    size_t rows = memory_log_rows(cluster->memory);
    memory_log_set_times(cluster->memory, (struct memory_times){.to_land_ns = SOME_NS,
                                                                .to_be_safe_ns = SOME_NS,
                                                                .to_answer_ns = SOME_NS});
    memory_log_plan(leader->log, MEMORY_FAULT_UNSAFE, CLUSTER_STEPS_MAX);
    for (int i = 0; i < CLUSTER_STEPS_MAX && memory_log_rows(cluster->memory) == rows; i++)
        cluster_pass(cluster, 1);
    leader->frozen_until_ms = INT64_MAX;
    for (int i = 0; i < CLUSTER_STEPS_MAX && next == NULL; i++) {
        cluster_pass(cluster, 1);
        next = find_takeover(cluster, TAKEOVER_APPENDS);
    }
    assert_non_null(next);
    memory_log_fail_over(cluster->memory);
    for (size_t i = 0; i < CLUSTER_NODES; i++)
        if (&cluster->nodes[i] != next) cluster->nodes[i].frozen_until_ms = INT64_MAX;
    for (int i = 0; i < CLUSTER_STEPS_MAX && node_role(next) != ROLE_LEADER; i++)
        cluster_pass(cluster, 1);
    assert_int_equal(node_role(next), ROLE_LEADER);
    assert_true(is_whole_up_to(cluster->memory, store_place(next->store).epoch));
}

/* --- What is kept of the log ------------------------------------------------------------------ */

/* The least that was reported; 0: nobody has reported. */
static uint64_t needed(struct cluster *cluster)
{
    uint64_t index;
    assert_int_equal(log_needed(cluster->nodes[0].log, INT32_MAX, &index), STATUS_OK);
    return index;
}

/* A server alone, for some time, without the log for the last of it. */
static void begin_alone(struct cluster *cluster, int64_t ms, int64_t away_ms)
{
    for (size_t i = 1; i < CLUSTER_NODES; i++)
        cluster->nodes[i].frozen_until_ms = INT64_MAX;
    if (ms > away_ms) cluster_pass(cluster, ms - away_ms);
    memory_log_set_away(cluster->nodes[0].log, true);
    cluster_pass(cluster, away_ms);
    memory_log_set_away(cluster->nodes[0].log, false);
    assert_int_equal(needed(cluster), 0);
}

/* Who has not reported yet is not waited for when the log is trimmed. */
static void who_could_not_follow_at_first_reports_as_soon_as_it_does(void **state)
{
    struct cluster *cluster = &((struct cluster_fixture *)*state)->cluster;
    begin_alone(cluster, 1500, 1500);
    for (int i = 0; i < 190; i++) /* it claims, and leads */
        cluster_pass(cluster, 5);
    assert_true(needed(cluster) > 0);
}

/* It followed well a moment before. */
static void a_report_that_failed_is_made_again_soon(void **state)
{
    struct cluster *cluster = &((struct cluster_fixture *)*state)->cluster;
    begin_alone(cluster, 1000, 500);
    for (int i = 0; i < 500; i++)
        cluster_pass(cluster, 5);
    assert_true(needed(cluster) > 0);
}

/* --- A commit on one disk --------------------------------------------------------------------- */

static void a_commit_with_a_warning_is_acknowledged_only_when_it_cannot_be_lost(void **state)
{
    assert_true(cluster_keeps_what_came_with_a_warning(*state));
}

/* --- How long a takeover takes ---------------------------------------------------------------- */

static void who_takes_over_waits_for_the_lease_of_the_last_entry_not_of_its_own_start(void **state)
{
    struct cluster_fixture *fixture = *state;
    struct cluster *cluster = &fixture->cluster;
    cluster_await_leader(fixture)->frozen_until_ms = INT64_MAX;
    const struct node *next = NULL;
    for (int i = 0; i < CLUSTER_STEPS_MAX && next == NULL; i++) {
        cluster_pass(cluster, 1);
        next = find_takeover(cluster, TAKEOVER_APPENDS);
    }
    assert_non_null(next);
    int64_t began_ms = cluster->now_ms;
    for (int i = 0; i < CLUSTER_STEPS_MAX && node_role(next) != ROLE_LEADER; i++)
        cluster_pass(cluster, 1);
    assert_int_equal(node_role(next), ROLE_LEADER);
    assert_true(cluster->now_ms - began_ms < READ_LEASE_MS / 2);
}

#define CLUSTER_TEST(test)                                                                         \
    cmocka_unit_test_setup_teardown(test, cluster_fixture_set_up, cluster_fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLUSTER_TEST(one_leads_and_the_others_name_it),
        CLUSTER_TEST(a_leader_that_is_asked_hands_over_and_others_cannot),
        CLUSTER_TEST(hand_overs_that_follow_one_another_take_no_longer),
        CLUSTER_TEST(what_never_came_into_the_log_is_refused_though_its_number_comes_again),
        CLUSTER_TEST(a_read_for_who_leads_is_refused_by_who_stops_before_it_is_sure),
        CLUSTER_TEST(who_follows_refuses_no_call_about_itself_for_another_in_its_frame),
        CLUSTER_TEST(who_reads_where_the_log_lags_leaves_a_leader_that_is_well_alone),
        CLUSTER_TEST(who_started_behind_what_is_gone_does_not_lead),
        CLUSTER_TEST(who_could_not_follow_at_first_reports_as_soon_as_it_does),
        CLUSTER_TEST(a_report_that_failed_is_made_again_soon),
        CLUSTER_TEST(a_commit_with_a_warning_is_acknowledged_only_when_it_cannot_be_lost),
        CLUSTER_TEST(who_takes_over_waits_for_the_lease_of_the_last_entry_not_of_its_own_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
