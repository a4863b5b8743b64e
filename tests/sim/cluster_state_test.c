/* cluster_state_test.c -- Three servers: who has other records, holds while nobody leads, and who
 * leads after a hand-over or by a log that is not fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/engine/cluster_view.h"
#include "server/engine/hand_over.h"
#include "store/records.h"
#include "tests/lib/temp_folder.h"
#include "tests/sim/cluster_fixture.h"
#include "tests/sim/frame.h"
#include "tests/sim/message.h"

/* --- Who has other records -------------------------------------------------------------------- */

static void all_tell_the_same_hash_of_an_entry(void **state)
{
    struct cluster_fixture *fixture = *state;
    struct cluster *cluster = &fixture->cluster;
    Onsale__V1__GetClusterStatusResponse first;
    cluster_await_leader(fixture);
    for (int i = 0; i < CLUSTER_STEPS_MAX; i++) {
        cluster_pass(cluster, 5);
        first = cluster_tell(fixture, &cluster->nodes[0]);
        if (first.hash_index > 0 &&
            cluster_tell(fixture, &cluster->nodes[1]).hash_index == first.hash_index &&
            cluster_tell(fixture, &cluster->nodes[2]).hash_index == first.hash_index)
            break;
    }
    assert_int_equal(first.hash.len, STORE_HASH_BYTES);
    for (size_t i = 1; i < CLUSTER_NODES; i++) {
        Onsale__V1__GetClusterStatusResponse other = cluster_tell(fixture, &cluster->nodes[i]);
        assert_int_equal(other.hash_index, first.hash_index);
        assert_memory_equal(other.hash.data, first.hash.data, STORE_HASH_BYTES);
    }
}

static enum status put_wallet(struct store_txn *txn, void *wallet)
{
    struct store_meta meta = meta_get(txn);
    wallet_put(txn, wallet);
    meta_put(txn, &meta);
    return STATUS_OK;
}

/* A copy with one more write, of the same index whatever it writes. */
static char *copy_with(const char *folder, int64_t balance, uint64_t *ret_index)
{
    char problem[STORE_PROBLEM_BYTES];
    struct store *store;
    struct wallet wallet = {.user_id = 1, .balance = balance};
    char *copy = temp_folder_make_simulated();
    temp_folder_copy_file(folder, copy, "data.mdb");
    struct store_options options = {.path = copy,
                                    .map_bytes = 64 << 20,
                                    .journal_bytes = 65536,
                                    .readers_max = 4,
                                    .shop = &cluster_shop};
    assert_int_equal(store_open(&options, problem, &store), STATUS_OK);
    assert_int_equal(store_write(store, put_wallet, &wallet), STATUS_OK);
    *ret_index = store_place(store).index;
    store_close(store);
    return copy;
}

/* The last of the three has a wallet with other money in it, and does not lead. */
static struct node *open_with_a_stranger(struct cluster_fixture *fixture)
{
    struct cluster *cluster = &fixture->cluster;
    uint64_t index, same;
    cluster_close(cluster);
    char *usual = copy_with(fixture->folder, 10, &index);
    char *other = copy_with(fixture->folder, 11, &same);
    assert_int_equal(index, same);
    cluster_open_each(cluster, 7, (const char *[]){usual, usual, other}, index);
    temp_folder_remove(usual);
    temp_folder_remove(other);
    struct node *stranger = &cluster->nodes[CLUSTER_NODES - 1];
    stranger->frozen_until_ms = INT64_MAX;
    cluster_await_leader(fixture);
    stranger->frozen_until_ms = 0;
    return stranger;
}

static void await_stop(struct cluster_fixture *fixture, const struct node *node)
{
    for (int i = 0; i < CLUSTER_STEPS_MAX && !role_is_stopped(engine_role(node->engine)); i++)
        cluster_pass(&fixture->cluster, 5);
    assert_true(role_is_stopped(engine_role(node->engine)));
}

static void expect_closed(const struct node *node)
{
    char problem[STORE_PROBLEM_BYTES];
    struct store *store;
    char *copy = temp_folder_make_simulated();
    temp_folder_copy_file(node->folder, copy, "data.mdb");
    temp_folder_copy_file(node->folder, copy, "onsale.differs");
    struct store_options options = {.path = copy,
                                    .map_bytes = 64 << 20,
                                    .journal_bytes = 65536,
                                    .readers_max = 4,
                                    .shop = &cluster_shop};
    assert_int_equal(store_open(&options, problem, &store), STATUS_STORE_NOT_OPENED);
    assert_non_null(strstr(problem, "onsale.differs"));
    temp_folder_remove(copy);
}

static void who_has_other_records_than_the_leader_answers_nothing_any_more(void **state)
{
    struct cluster_fixture *fixture = *state;
    struct cluster *cluster = &fixture->cluster;
    struct node *stranger = open_with_a_stranger(fixture);
    struct memory_exchange read, charge;
    cluster_send_read_for_any(fixture, stranger, &read);
    cluster_expect_reason(&read, 0, "");
    memory_exchange_deinit(&read);
    await_stop(fixture, stranger);
    uint64_t index = store_place(stranger->store).index;
    for (int i = 0; i < 500; i++)
        cluster_pass(cluster, 5);
    assert_int_equal(store_place(stranger->store).index, index);
    assert_non_null(strstr(cluster_tell(fixture, stranger).log_problem, "not the leader's"));
    cluster_send_read_for_any(fixture, stranger, &read);
    cluster_expect_reason(&read, 0, "NOT_LEADER");
    memory_exchange_deinit(&read);
    expect_closed(stranger);
    for (size_t i = 0; i < CLUSTER_NODES - 1; i++)
        assert_false(role_is_stopped(engine_role(cluster->nodes[i].engine)));
    assert_non_null(cluster_leader(cluster));
    cluster_send_charge(fixture, cluster_leader(cluster), &charge);
    for (int i = 0; i < 20; i++)
        cluster_pass(cluster, 5);
    cluster_expect_reason(&charge, 0, "");
    memory_exchange_deinit(&charge);
}

/* --- Who has other formats -------------------------------------------------------------------- */

static void freeze_all_but(struct cluster *cluster, const struct node *node)
{
    for (size_t i = 0; i < CLUSTER_NODES; i++)
        cluster->nodes[i].frozen_until_ms = &cluster->nodes[i] == node ? 0 : INT64_MAX;
}

/* The others have been upgraded, and it has not. */
static void
who_finds_a_row_of_a_later_version_says_so_and_leads_only_when_it_is_upgraded(void **state)
{
    struct cluster_fixture *fixture = *state;
    struct cluster *cluster = &fixture->cluster;
    const struct node *leader = cluster_await_leader(fixture);
    struct node *old = &cluster->nodes[leader == &cluster->nodes[0]];
    old->frozen_until_ms = INT64_MAX;
    for (int i = 0; i < 200; i++)
        cluster_pass(cluster, 5);
    struct log_row_head *newer =
        &memory_log_row(cluster->memory, memory_log_rows(cluster->memory) - 2)->head;
    uint64_t index = newer->index;
    assert_true(store_place(old->store).index < index - 1);
    newer->format++;
    freeze_all_but(cluster, old);
    for (int i = 0; i < 2000; i++)
        cluster_pass(cluster, 5);
    assert_int_equal(node_role(old), ROLE_FOLLOWER);
    assert_int_equal(store_place(old->store).index, index - 1);
    assert_non_null(strstr(cluster_tell(fixture, old).log_problem, "of a later version"));
    newer->format--;
    for (int i = 0; i < CLUSTER_STEPS_MAX && node_role(old) != ROLE_LEADER; i++)
        cluster_pass(cluster, 5);
    assert_int_equal(node_role(old), ROLE_LEADER);
}

/* --- Holds ------------------------------------------------------------------------------------ */

static enum status read_until(struct store_txn *txn, void *ret_until_ms)
{
    struct reservation reservation;
    bool is_there = reservation_get(txn, cluster_hold_id, &reservation);
    if (is_there && reservation.status == RESERVATION_HELD)
        *(unix_ms *)ret_until_ms = reservation.expires_at_ms;
    return STATUS_OK;
}

static unix_ms hold_until(const struct node *node)
{
    unix_ms until_ms = 0;
    assert_int_equal(store_read(node->store, read_until, &until_ms), STATUS_OK);
    assert_true(until_ms > 0);
    return until_ms;
}

static void set_log_away(struct cluster *cluster, bool is_away)
{
    for (size_t i = 0; i < CLUSTER_NODES; i++)
        memory_log_set_away(cluster->nodes[i].log, is_away);
}

static void expect_no_violation(struct cluster_fixture *fixture, struct node *node)
{
    Onsale__V1__CheckInvariantsRequest req = ONSALE__V1__CHECK_INVARIANTS_REQUEST__INIT;
    struct memory_exchange exchange;
    ProtobufCBinaryData bytes =
        frame_of_call(&fixture->arena, "onsale.v1.AdminService/CheckInvariants", 60000, &req.base);
    memory_exchange_init(&exchange, bytes.data, bytes.len);
    memory_exchange_dispatch(&exchange, engine_dispatcher(node->engine), RPC_SOCKET_ADMIN);
    for (int i = 0; i < 100 && exchange.answers == 0; i++)
        cluster_pass(&fixture->cluster, 5);
    Onsale__Rpc__V1__ReplyFrame *reply = memory_exchange_reply(&exchange);
    assert_non_null(reply);
    const Onsale__V1__CheckInvariantsResponse *response =
        message_unpack(&fixture->arena, &onsale__v1__check_invariants_response__descriptor,
                       reply->results[0]->payload);
    assert_non_null(response);
    assert_int_equal(response->n_violations, 0);
    assert_true(response->reservations_checked >= 1);
    onsale__rpc__v1__reply_frame__free_unpacked(reply, NULL);
    memory_exchange_deinit(&exchange);
}

/* The leader could not write, and perhaps another leads by then. */
static void holds_wait_while_nobody_can_pay(void **state)
{
    struct cluster_fixture *fixture = *state;
    struct cluster *cluster = &fixture->cluster;
    cluster_await_leader(fixture);
    unix_ms before_ms = hold_until(cluster_await_leader(fixture));
    set_log_away(cluster, true);
    for (int i = 0; i < 1000; i++)
        cluster_pass(cluster, 5);
    set_log_away(cluster, false);
    unix_ms after_ms = hold_until(cluster_await_leader(fixture));
    assert_in_range(after_ms - before_ms, 5000 - BEAT_MS, 5000 + 4000);
    for (size_t i = 0; i < CLUSTER_NODES; i++)
        assert_int_equal(hold_until(&cluster->nodes[i]), after_ms);
    expect_no_violation(fixture, cluster_leader(cluster));
}

static void set_stagger(struct cluster *cluster, int64_t stagger_ms)
{
    for (size_t i = 0; i < CLUSTER_NODES; i++)
        engine_role(cluster->nodes[i].engine)->stagger_ms = stagger_ms;
}

/* Both followers claim: the first stays. */
static void who_claims_later_leaves_the_first_alone(void **state)
{
    struct cluster_fixture *fixture = *state;
    struct cluster *cluster = &fixture->cluster;
    for (int i = 0; i < 20; i++) {
        const struct node *leader = cluster_await_leader(fixture);
        uint64_t epoch = store_place(leader->store).epoch;
        set_stagger(cluster, 0);
        assert_int_equal(cluster_view_hand_over(leader->engine), STATUS_OK);
        for (int k = 0; k < CLUSTER_STEPS_MAX && !cluster_another_leads(cluster, leader); k++)
            cluster_pass(cluster, 2);
        const struct node *next = cluster_leader(cluster);
        assert_non_null(next);
        for (int k = 0; k < 100; k++)
            cluster_pass(cluster, 5);
        assert_ptr_equal(cluster_leader(cluster), next);
        assert_true(store_place(next->store).epoch > epoch);
    }
}

static bool all_await_another(struct cluster *cluster)
{
    for (size_t i = 0; i < CLUSTER_NODES; i++)
        if (!hand_over_is_awaited(cluster->nodes[i].engine)) return false;
    return true;
}

/* At the one that leads next, the answer; at others, who it is. Nobody has to ask again and again.
 */
static void who_calls_during_a_hand_over_is_answered_when_somebody_leads(void **state)
{
    struct cluster_fixture *fixture = *state;
    struct cluster *cluster = &fixture->cluster;
    const struct node *leader = cluster_await_leader(fixture);
    struct memory_exchange charges[CLUSTER_NODES], reads[CLUSTER_NODES];
    set_stagger(cluster, 200);
    assert_int_equal(cluster_view_hand_over(leader->engine), STATUS_OK);
    for (int i = 0; i < 100 && !all_await_another(cluster); i++)
        cluster_pass(cluster, 1);
    assert_true(all_await_another(cluster));
    for (size_t i = 0; i < CLUSTER_NODES; i++) {
        cluster_send_charge(fixture, &cluster->nodes[i], &charges[i]);
        cluster_send_read(fixture, &cluster->nodes[i], &reads[i]);
        assert_int_equal(charges[i].answers + reads[i].answers, 0);
    }
    for (int i = 0; i < LEAVE_MS / 2; i++)
        cluster_pass(cluster, 1);
    const struct node *next = cluster_leader(cluster);
    assert_non_null(next);
    assert_ptr_not_equal(next, leader);
    for (size_t i = 0; i < CLUSTER_NODES; i++) {
        const char *reason = &cluster->nodes[i] == next ? "" : "NOT_LEADER";
        assert_string_equal(cluster_tell(fixture, &cluster->nodes[i]).leader, next->name);
        cluster_expect_reason(&charges[i], 0, reason);
        cluster_expect_reason(&reads[i], 0, reason);
        memory_exchange_deinit(&charges[i]);
        memory_exchange_deinit(&reads[i]);
    }
}

/* A leader that was asked, and can't say in the log that it leaves. */
static void who_calls_where_nobody_leads_in_time_is_refused(void **state)
{
    struct cluster_fixture *fixture = *state;
    struct cluster *cluster = &fixture->cluster;
    struct node *leader = cluster_await_leader(fixture);
    struct memory_exchange charge, read;
    assert_int_equal(cluster_view_hand_over(leader->engine), STATUS_OK);
    for (int i = 0; i < 100 && !hand_over_is_awaited(leader->engine); i++)
        cluster_pass(cluster, 1);
    for (size_t i = 0; i < CLUSTER_NODES; i++)
        memory_log_set_away(cluster->nodes[i].log, true);
    cluster_send_charge(fixture, leader, &charge);
    cluster_send_read(fixture, leader, &read);
    for (int i = 0; i < LEAVE_MS + 50; i++)
        cluster_pass(cluster, 1);
    cluster_expect_reason(&charge, 0, "NOT_LEADER");
    cluster_expect_reason(&read, 0, "NOT_LEADER");
    memory_exchange_deinit(&charge);
    memory_exchange_deinit(&read);
}

static void nobody_leads_by_a_log_that_is_not_fit(void **state)
{
    struct cluster_fixture *fixture = *state;
    struct cluster *cluster = &fixture->cluster;
    const struct node *leader = cluster_await_leader(fixture);
    memory_log_set_unfit(cluster->memory, "no standby is asked");
    for (int i = 0; i < CHECK_MS / 5 && node_role(leader) == ROLE_LEADER; i++)
        cluster_pass(cluster, 5);
    for (int i = 0; i < 1000; i++)
        cluster_pass(cluster, 5);
    for (size_t i = 0; i < CLUSTER_NODES; i++) {
        assert_int_not_equal(node_role(&cluster->nodes[i]), ROLE_LEADER);
        assert_false(cluster_tell(fixture, &cluster->nodes[i]).log_fit);
    }
    memory_log_set_unfit(cluster->memory, NULL);
    cluster_await_leader(fixture);
    for (int i = 0; i < 2 * UNFIT_MS / 5; i++)
        cluster_pass(cluster, 5);
    for (size_t i = 0; i < CLUSTER_NODES; i++)
        assert_true(cluster_tell(fixture, &cluster->nodes[i]).log_fit);
}

#define CLUSTER_TEST(test)                                                                         \
    cmocka_unit_test_setup_teardown(test, cluster_fixture_set_up, cluster_fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLUSTER_TEST(all_tell_the_same_hash_of_an_entry),
        CLUSTER_TEST(who_has_other_records_than_the_leader_answers_nothing_any_more),
        CLUSTER_TEST(who_finds_a_row_of_a_later_version_says_so_and_leads_only_when_it_is_upgraded),
        CLUSTER_TEST(holds_wait_while_nobody_can_pay),
        CLUSTER_TEST(who_claims_later_leaves_the_first_alone),
        CLUSTER_TEST(who_calls_during_a_hand_over_is_answered_when_somebody_leads),
        CLUSTER_TEST(who_calls_where_nobody_leads_in_time_is_refused),
        CLUSTER_TEST(nobody_leads_by_a_log_that_is_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
