/* What each of three servers tells of itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/engine/cluster_view.h"
#include "tests/lib/temp_folder.h"
#include "tests/sim/cluster.h"

enum { STEPS_MAX = 20000, ARENA_BYTES = 1 << 16 };

struct fixture {
    struct cluster cluster;
    struct arena arena;
    char *folder;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    uint64_t index;
    assert_non_null(fixture);
    arena_init(&fixture->arena, ARENA_BYTES);
    fixture->folder = cluster_make_folder(&index);
    cluster_open(&fixture->cluster, 7, fixture->folder, index);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    cluster_close(&fixture->cluster);
    temp_folder_remove(fixture->folder);
    arena_deinit(&fixture->arena);
    free(fixture);
    return 0;
}

static struct node *await_leader(struct fixture *fixture)
{
    for (int i = 0; i < STEPS_MAX && cluster_leader(&fixture->cluster) == NULL; i++)
        cluster_pass(&fixture->cluster, 5);
    for (int i = 0; i < 200; i++)
        cluster_pass(&fixture->cluster, 5);
    assert_non_null(cluster_leader(&fixture->cluster));
    return cluster_leader(&fixture->cluster);
}

static Onsale__V1__GetClusterStatusResponse tell(struct fixture *fixture, const struct node *node)
{
    Onsale__V1__GetClusterStatusResponse response = ONSALE__V1__GET_CLUSTER_STATUS_RESPONSE__INIT;
    assert_int_equal(cluster_view_tell(node->engine, &fixture->arena, &response), STATUS_OK);
    return response;
}

static void one_leads_and_the_others_name_it(void **state)
{
    struct fixture *fixture = *state;
    const struct node *leader = await_leader(fixture);
    Onsale__V1__GetClusterStatusResponse of_leader = tell(fixture, leader);
    assert_int_equal(of_leader.role, ONSALE__V1__CLUSTER_ROLE__CLUSTER_ROLE_LEADER);
    assert_true(of_leader.epoch >= 1);
    assert_true(of_leader.acknowledged_index > 0);
    for (size_t i = 0; i < CLUSTER_NODES; i++) {
        const struct node *node = &fixture->cluster.nodes[i];
        Onsale__V1__GetClusterStatusResponse response = tell(fixture, node);
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

static void a_leader_that_is_asked_hands_over_and_others_cannot(void **state)
{
    struct fixture *fixture = *state;
    struct cluster *cluster = &fixture->cluster;
    const struct node *leader = await_leader(fixture);
    for (size_t i = 0; i < CLUSTER_NODES; i++)
        if (&cluster->nodes[i] != leader)
            assert_int_equal(cluster_view_hand_over(cluster->nodes[i].engine), STATUS_NOT_LEADER);
    assert_int_equal(cluster_view_hand_over(leader->engine), STATUS_OK);
    for (int i = 0; i < 250; i++)
        cluster_pass(cluster, 10);
    assert_non_null(cluster_leader(cluster));
    assert_ptr_not_equal(cluster_leader(cluster), leader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_leads_and_the_others_name_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_leader_that_is_asked_hands_over_and_others_cannot, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
