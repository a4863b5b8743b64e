#include "tests/log/postgres_cases.h"

#include <libpq-fe.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "tests/e2e/wait_until.h"
#include "tests/log/postgres_world.h"

enum { LEADER, FOLLOWER, SECOND };

#define WAITING_INSERT                                                                             \
    "FROM pg_stat_activity WHERE query LIKE 'INSERT INTO onsale_log%' AND wait_event_type = "

static void freeze_standbys(void)
{
    assert_true(group_command("stop", group_standby(0)));
    assert_true(group_command("stop", group_standby(1)));
}

static void thaw_standbys(void)
{
    assert_true(group_command("cont", group_standby(0)));
    assert_true(group_command("cont", group_standby(1)));
}

/* The row is in the table of the primary, and no standby has it. */
static void send_without_standbys(struct world *world, struct copy *leader, const char *text)
{
    freeze_standbys();
    world_stage(world, LEADER, leader, text);
    assert_int_equal(log_flush(world_log(world, LEADER), 0), STATUS_NOT_YET);
    group_wait(group_primary(), "SELECT count(*) > 0 " WAITING_INSERT "'IPC'");
}

/* What was acknowledged, from the primary: one that was left behind gives no epoch. */
static void assert_in_the_log(struct world *world, const char *texts)
{
    struct copy all = {0};
    world_claim(world, SECOND, &all);
    assert_texts(&all, texts);
}

/* --- Appends whose outcome is unknown --------------------------------------------------------- */

static void an_append_that_is_killed_before_it_lands_is_repeated(struct world *world)
{
    char url[GROUP_URL_BYTES];
    struct copy leader = {0};
    world_lead(world, LEADER, &leader);
    group_url(group_primary(), url);
    PGconn *other = PQconnectdb(url);
    PQclear(PQexec(other, "BEGIN"));
    PQclear(PQexec(other, "LOCK TABLE onsale_log IN SHARE MODE"));
    world_stage(world, LEADER, &leader, "a");
    assert_int_equal(log_flush(world_log(world, LEADER), 0), STATUS_NOT_YET);
    group_wait(group_primary(), "SELECT count(*) > 0 " WAITING_INSERT "'Lock'");
    group_sql(group_primary(), "SELECT pg_terminate_backend(pid) " WAITING_INSERT "'Lock'");
    PQfinish(other);
    assert_int_equal(world_flush(world, LEADER), STATUS_OK);
    world_append(world, LEADER, &leader, "b");
    assert_in_the_log(world, "a b");
}

static void an_append_that_is_killed_after_it_landed_is_found(struct world *world)
{
    struct copy leader = {0};
    world_lead(world, LEADER, &leader);
    send_without_standbys(world, &leader, "a");
    group_sql(group_primary(), "SELECT pg_terminate_backend(pid) " WAITING_INSERT "'IPC'");
    thaw_standbys();
    assert_int_equal(world_flush(world, LEADER), STATUS_OK);
    world_append(world, LEADER, &leader, "b");
    assert_in_the_log(world, "a b");
}

static bool is_barrier_waiting(void *context)
{
    char value[GROUP_VALUE_BYTES];
    enum status err = log_flush(context, 10);
    group_value(group_primary(),
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event IS NOT NULL "
                "AND state = 'active' AND query LIKE 'UPDATE onsale_leader%'",
                value);
    return err != STATUS_NOT_YET || strcmp(value, "0") != 0;
}

/* A wait that is cancelled ends in a commit with a warning. */
static void a_commit_whose_wait_was_cancelled_is_not_acknowledged(struct world *world)
{
    struct copy leader = {0};
    struct log *log = world_log(world, LEADER);
    world_lead(world, LEADER, &leader);
    send_without_standbys(world, &leader, "a");
    group_sql(group_primary(), "SELECT pg_cancel_backend(pid) " WAITING_INSERT "'IPC'");
    bool is_waiting = wait_until(is_barrier_waiting, log);
    uint64_t acknowledged = log_acknowledged(log);
    thaw_standbys();
    assert_true(is_waiting);
    assert_int_equal(acknowledged, 1);
    assert_int_equal(world_flush(world, LEADER), STATUS_OK);
    world_append(world, LEADER, &leader, "b");
    assert_in_the_log(world, "a b");
}

/* Each append that is given up leaves a backend that waits. */
static void an_outage_of_the_standbys_does_not_use_up_connections(struct world *world)
{
    char waiting[GROUP_VALUE_BYTES];
    struct copy leader = {0};
    world_lead(world, LEADER, &leader);
    send_without_standbys(world, &leader, "a");
    for (int i = 0; i < 600; i++)
        assert_int_equal(log_flush(world_log(world, LEADER), 10), STATUS_NOT_YET);
    group_value(group_primary(),
                "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' "
                "AND (query LIKE 'INSERT INTO onsale_log%' OR query LIKE 'UPDATE onsale_leader%')",
                waiting);
    thaw_standbys();
    assert_in_range(strtol(waiting, NULL, 10), 1, 2);
    assert_int_equal(world_flush(world, LEADER), STATUS_OK);
    assert_in_the_log(world, "a");
}

static void a_row_that_is_refused_is_sent_again(struct world *world)
{
    struct copy leader = {0};
    struct log *log = world_log(world, LEADER);
    world_lead(world, LEADER, &leader);
    group_sql(group_primary(), "ALTER TABLE onsale_log ADD CONSTRAINT full_disk CHECK (idx < 2)");
    world_stage(world, LEADER, &leader, "a");
    for (int i = 0; i < 20; i++)
        assert_int_equal(log_flush(log, 10), STATUS_NOT_YET);
    group_sql(group_primary(), "ALTER TABLE onsale_log DROP CONSTRAINT full_disk");
    assert_int_equal(world_flush(world, LEADER), STATUS_OK);
    assert_in_the_log(world, "a");
}

/* --- Another primary -------------------------------------------------------------------------- */

static void a_primary_that_dies_loses_nothing(struct world *world)
{
    char old[8];
    struct copy leader = {0};
    snprintf(old, sizeof old, "%s", group_primary());
    world_lead(world, LEADER, &leader);
    world_append(world, LEADER, &leader, "a");
    assert_true(group_command("kill", old));
    world_stage(world, LEADER, &leader, "b");
    assert_int_equal(log_flush(world_log(world, LEADER), 0), STATUS_NOT_YET);
    assert_true(group_command("promote", NULL));
    assert_int_equal(world_flush(world, LEADER), STATUS_OK);
    assert_in_the_log(world, "a b");
    assert_true(group_command("start", old));
}

static void a_primary_that_freezes_is_left_and_acknowledges_nothing_more(struct world *world)
{
    char old[8];
    uint64_t epoch = 0;
    struct copy leader = {0};
    snprintf(old, sizeof old, "%s", group_primary());
    world_lead(world, LEADER, &leader);
    world_append(world, LEADER, &leader, "a");
    assert_true(group_command("stop", old));
    world_stage(world, LEADER, &leader, "b");
    assert_int_equal(log_flush(world_log(world, LEADER), 0), STATUS_NOT_YET);
    assert_true(group_command("promote", NULL));
    enum status err = world_flush(world, LEADER);
    assert_true(group_command("cont", old));
    assert_int_equal(err, STATUS_OK);
    struct log *deceived = postgres_world_open(world, old);
    assert_int_equal(log_lead(deceived, "a test", &epoch), STATUS_LOG_AWAY);
    log_close(deceived);
    world_append(world, LEADER, &leader, "c");
    assert_in_the_log(world, "a b c");
    assert_true(group_command("start", old));
}

/* --- Followers -------------------------------------------------------------------------------- */

struct watch {
    struct world *world;
    struct copy copy;
};

static bool has_followed(void *context)
{
    struct watch *watch = context;
    enum status err = world_follow(watch->world, FOLLOWER, &watch->copy, false);
    assert_true(err == STATUS_OK || err == STATUS_LOG_AWAY);
    return watch->copy.place.index >= 3;
}

static bool is_connected(void *context)
{
    struct watch *watch = context;
    return world_follow(watch->world, FOLLOWER, &watch->copy, false) == STATUS_OK;
}

/* It is connected to a standby that receives nothing any more, and looks well. */
static void a_standby_that_is_cut_off_is_left(struct world *world)
{
    char nodes[16];
    struct watch watch = {.world = world};
    struct copy leader = {0};
    snprintf(nodes, sizeof nodes, "%s,%s", group_primary(), group_standby(1));
    world_lead(world, LEADER, &leader);
    world->logs[FOLLOWER] = postgres_world_open(world, nodes);
    assert_true(group_command("stop", group_primary()));
    bool is_followed = wait_until(is_connected, &watch);
    assert_true(group_command("cont", group_primary()));
    assert_true(is_followed);
    char conninfo[GROUP_VALUE_BYTES], sql[GROUP_VALUE_BYTES + 64];
    group_value(group_standby(1), "SHOW primary_conninfo", conninfo);
    group_sql(group_standby(1), "ALTER SYSTEM SET primary_conninfo = ''");
    group_sql(group_standby(1), "SELECT pg_reload_conf()");
    group_wait(group_standby(1), "SELECT count(pid) = 0 FROM pg_stat_get_wal_receiver()");
    world_append(world, LEADER, &leader, "a");
    world_append(world, LEADER, &leader, "b");
    world_append(world, LEADER, &leader, "c");
    bool is_left = wait_until(has_followed, &watch);
    snprintf(sql, sizeof sql, "ALTER SYSTEM SET primary_conninfo = '%s'", conninfo);
    group_sql(group_standby(1), sql);
    group_sql(group_standby(1), "SELECT pg_reload_conf()");
    assert_true(is_left);
    assert_texts(&watch.copy, "a b");
}

static void a_standby_serves_a_follower(struct world *world)
{
    struct watch watch = {.world = world};
    struct copy leader = {0};
    world->logs[FOLLOWER] = postgres_world_open(world, group_standby(0));
    world_lead(world, LEADER, &leader);
    world_append(world, LEADER, &leader, "a");
    world_append(world, LEADER, &leader, "b");
    world_append(world, LEADER, &leader, "c");
    assert_true(wait_until(has_followed, &watch));
    assert_int_equal(log_check(world_log(world, FOLLOWER), false, world->problem), STATUS_OK);
}

/* --- Claims ----------------------------------------------------------------------------------- */

enum { CLAIMS = 30 };

struct claimant {
    pthread_t thread;
    struct log *log;
    uint64_t epochs[CLAIMS];
};

static void *claim(void *context)
{
    struct claimant *claimant = context;
    for (int i = 0; i < CLAIMS; i++) {
        enum status err = log_lead(claimant->log, "a test", &claimant->epochs[i]);
        REQUIRE(err == STATUS_OK || err == STATUS_NOT_YET || err == STATUS_LOG_AWAY);
        if (err != STATUS_OK) claimant->epochs[i] = 0;
    }
    return NULL;
}

static void no_epoch_is_claimed_twice(struct world *world)
{
    struct claimant claimants[2] = {{.log = world_log(world, LEADER)},
                                    {.log = world_log(world, SECOND)}};
    size_t claimed = 0;
    for (int i = 0; i < 2; i++)
        REQUIRE(pthread_create(&claimants[i].thread, NULL, claim, &claimants[i]) == 0);
    for (int i = 0; i < 2; i++)
        pthread_join(claimants[i].thread, NULL);
    for (int i = 0; i < CLAIMS; i++) {
        if (claimants[0].epochs[i] == 0) continue;
        claimed++;
        for (int j = 0; j < CLAIMS; j++)
            assert_int_not_equal(claimants[0].epochs[i], claimants[1].epochs[j]);
    }
    assert_true(claimed > 0);
}

const struct contract postgres_cases[POSTGRES_CASES] = {
    CASE(an_append_that_is_killed_before_it_lands_is_repeated),
    CASE(an_append_that_is_killed_after_it_landed_is_found),
    CASE(a_commit_whose_wait_was_cancelled_is_not_acknowledged),
    CASE(an_outage_of_the_standbys_does_not_use_up_connections),
    CASE(a_row_that_is_refused_is_sent_again),
    CASE(a_standby_serves_a_follower),
    CASE(a_standby_that_is_cut_off_is_left),
    CASE(no_epoch_is_claimed_twice),
    CASE(a_primary_that_dies_loses_nothing),
    CASE(a_primary_that_freezes_is_left_and_acknowledges_nothing_more),
};
