#include <stdio.h>
#include <string.h>

#include "base/require.h"
#include "tests/log/postgres_cases.h"
#include "tests/log/postgres_world.h"

enum { LEADER };

/* The check of a log says so, in these words. */
static void assert_check(struct world *world, bool to_lead, enum status wanted, const char *word)
{
    struct log *log = postgres_world_open(world, NULL);
    enum status err = log_check(log, to_lead, world->problem);
    log_close(log);
    assert_int_equal(err, wanted);
    if (wanted == STATUS_OK) return;
    if (strstr(world->problem, word) == NULL) print_error("%s\n", world->problem);
    assert_non_null(strstr(world->problem, word));
}

static struct log *open_url(const struct log_postgres_settings *settings)
{
    char problem[LOG_PROBLEM_BYTES];
    struct log *log = NULL;
    REQUIRE(log_postgres_open(settings, problem, &log) == STATUS_OK);
    return log;
}

static void set(const char *name, const char *value)
{
    char sql[256];
    snprintf(sql, sizeof sql, "ALTER SYSTEM SET %s = '%s'", name, value);
    group_sql(group_primary(), sql);
    group_sql(group_primary(), "SELECT pg_reload_conf()");
    snprintf(sql, sizeof sql, "SELECT current_setting('%s') = '%s'", name, value);
    group_wait(group_primary(), sql);
}

static void reset(const char *name)
{
    char sql[256];
    snprintf(sql, sizeof sql, "ALTER SYSTEM RESET %s", name);
    group_sql(group_primary(), sql);
    group_sql(group_primary(), "SELECT pg_reload_conf()");
    snprintf(sql, sizeof sql,
             "SELECT setting = reset_val AND source <> 'default' OR source = "
             "'default' FROM pg_settings WHERE name = '%s'",
             name);
    group_wait(group_primary(), sql);
}

/* --- The engine ------------------------------------------------------------------------------- */

static bool is_unfit(struct world *world, const char *name, const char *value, const char *word)
{
    char ignored[LOG_PROBLEM_BYTES];
    struct log *log = world_log(world, LEADER);
    set(name, value);
    enum status err = log_check(log, true, world->problem);
    enum status follows = log_check(log, false, ignored);
    reset(name);
    return err == STATUS_LOG_UNFIT && follows == STATUS_OK && strstr(world->problem, word) != NULL;
}

static void a_group_that_waits_for_a_standby_is_fit(struct world *world)
{
    assert_check(world, true, STATUS_OK, "");
}

static void commits_on_one_machine_are_unfit(struct world *world)
{
    struct log_postgres_settings settings = {.trusts_engine = true};
    char url[GROUP_URL_BYTES];
    group_url(NULL, url);
    settings.url = url;
    set("synchronous_standby_names", "");
    struct log *trusting = open_url(&settings);
    enum status trusted = log_check(trusting, true, world->problem);
    log_close(trusting);
    reset("synchronous_standby_names");
    assert_int_equal(trusted, STATUS_OK);
    assert_true(is_unfit(world, "synchronous_standby_names", "", "synchronous_standby_names"));
}

static void standbys_that_are_not_connected_are_unfit(struct world *world)
{
    assert_true(is_unfit(world, "synchronous_standby_names", "nobody", "no synchronous standby"));
}

static void commits_that_do_not_wait_are_unfit(struct world *world)
{
    assert_true(is_unfit(world, "synchronous_commit", "off", "synchronous_commit"));
    assert_true(is_unfit(world, "synchronous_commit", "local", "synchronous_commit"));
    assert_true(is_unfit(world, "full_page_writes", "off", "full_page_writes"));
    assert_true(is_unfit(world, "fsync", "off", "fsync"));
}

static void a_log_at_standbys_only_is_not_led_with(struct world *world)
{
    struct log *log = postgres_world_open(world, group_standby(0));
    enum status err = log_check(log, true, world->problem);
    log_close(log);
    assert_int_equal(err, STATUS_LOG_AWAY);
    assert_non_null(strstr(world->problem, "read-only"));
}

static void a_user_without_permission_is_told_so(struct world *world)
{
    char url[GROUP_URL_BYTES + 32];
    struct log_postgres_settings settings = {.url = url};
    group_url(NULL, url);
    strcpy(url + strlen(url), " user=poor");
    group_sql(group_primary(), "CREATE ROLE poor LOGIN");
    struct log *log = open_url(&settings);
    enum status before = log_check(log, false, world->problem);
    bool is_told = strstr(world->problem, "permission") != NULL;
    group_sql(group_primary(), "GRANT SELECT ON onsale_shop TO poor");
    enum status after = log_check(log, true, world->problem);
    log_close(log);
    group_sql(group_primary(), "DROP OWNED BY poor; DROP ROLE poor");
    assert_int_equal(before, STATUS_LOG_UNFIT);
    assert_true(is_told);
    assert_int_equal(after, STATUS_LOG_UNFIT);
    assert_non_null(strstr(world->problem, "pg_monitor"));
}

/* --- The tables ------------------------------------------------------------------------------- */

static void a_database_without_tables_is_told_so(struct world *world)
{
    struct copy copy = {0};
    uint64_t epoch = 0;
    group_sql(group_primary(), "DROP TABLE onsale_shop, onsale_log, onsale_leader, onsale_replica");
    assert_check(world, false, STATUS_LOG_UNFIT, "no tables");
    assert_int_equal(world_follow(world, LEADER, &copy, true), STATUS_LOG_UNFIT);
    assert_int_equal(log_lead(world_log(world, LEADER), "a test", &epoch), STATUS_LOG_UNFIT);
}

static void tables_of_another_version_are_told_so(struct world *world)
{
    group_sql(group_primary(), "UPDATE onsale_shop SET version = 9");
    assert_check(world, false, STATUS_LOG_UNFIT, "version 9");
    group_sql(group_primary(), "DELETE FROM onsale_shop");
    assert_check(world, false, STATUS_LOG_UNFIT, "no shop");
    group_sql(group_primary(), "ALTER TABLE onsale_shop DROP COLUMN version");
    assert_check(world, false, STATUS_LOG_UNFIT, "not those of this version");
}

/* --- URLs ------------------------------------------------------------------------------------- */

static void a_url_that_is_wrong_is_told_so(struct world *world)
{
    static const char *const urls[] = {
        "nonsense",
        "host=a sslmode",
        "postgresql://[",
        "host=a,b hostaddr=1.2.3.4",
        "host=a,b port=1,2,3",
        "host=a nonsense=1",
        "host=a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a",
    };
    struct log *log = NULL;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct log_postgres_settings settings = {.url = urls[i]};
        assert_int_equal(log_postgres_open(&settings, world->problem, &log), STATUS_LOG_UNFIT);
        assert_non_null(strstr(world->problem, "can't be understood"));
    }
    struct log_postgres_settings nowhere = {.url = "host=/nonexistent,/nowhere"};
    log = open_url(&nowhere);
    assert_int_equal(log_check(log, false, world->problem), STATUS_LOG_AWAY);
    log_close(log);
    assert_non_null(strstr(world->problem, "/nonexistent") != NULL
                        ? world->problem
                        : strstr(world->problem, "/nowhere"));
}

/* --- Making the tables ------------------------------------------------------------------------ */

static enum status init(struct world *world, uint8_t first_byte, uint64_t first_index)
{
    char url[GROUP_URL_BYTES];
    uint8_t shop[LOG_SHOP_BYTES] = {first_byte}, is[LOG_SHOP_BYTES];
    group_url(NULL, url);
    return log_postgres_init(url, shop, first_index, is, world->problem);
}

static void making_the_tables_again_changes_nothing(struct world *world)
{
    struct copy leader = {0};
    assert_int_equal(init(world, 7, 1), STATUS_OK);
    world_lead(world, LEADER, &leader);
    world_append(world, LEADER, &leader, "a");
    assert_int_equal(init(world, 7, 1), STATUS_OK);
    assert_int_equal(init(world, 7, 3), STATUS_OK);
    assert_int_equal(init(world, 0, 1), STATUS_OK);
    world_append(world, LEADER, &leader, "b");
}

static void the_log_of_another_is_not_taken_over(struct world *world)
{
    struct copy leader = {.place = {0, 49}};
    assert_int_equal(init(world, 8, 1), STATUS_LOG_UNFIT);
    assert_non_null(strstr(world->problem, "another shop"));
    assert_int_equal(init(world, 0, 50), STATUS_LOG_UNFIT);
    world->methods->make(world, 50);
    world_lead(world, LEADER, &leader);
    assert_int_equal(init(world, 7, 10), STATUS_LOG_UNFIT);
    assert_non_null(strstr(world->problem, "has entries already"));
}

static void a_new_shop_is_drawn_and_told(struct world *world)
{
    char url[GROUP_URL_BYTES];
    uint8_t none[LOG_SHOP_BYTES] = {0}, drawn[LOG_SHOP_BYTES], is[LOG_SHOP_BYTES];
    uint64_t first = 0;
    group_url(NULL, url);
    group_sql(group_primary(), "DROP TABLE onsale_shop, onsale_log, onsale_leader, onsale_replica");
    assert_int_equal(log_postgres_init(url, none, 5, drawn, world->problem), STATUS_OK);
    assert_memory_not_equal(drawn, none, sizeof none);
    group_url(group_primary(), url);
    assert_int_equal(log_postgres_shop(url, is, &first, world->problem), STATUS_OK);
    assert_memory_equal(drawn, is, sizeof is);
    assert_int_equal(first, 5);
}

static void a_standby_without_the_tables_is_no_verdict(struct world *world)
{
    char all[GROUP_URL_BYTES], url[GROUP_URL_BYTES];
    uint8_t shop[LOG_SHOP_BYTES] = {9}, is[LOG_SHOP_BYTES];
    uint64_t first = 0;
    group_url(NULL, all);
    group_url(group_standby(0), url);
    group_sql(group_primary(), "DROP TABLE onsale_shop, onsale_log, onsale_leader, onsale_replica");
    group_wait(group_standby(0), "SELECT to_regclass('onsale_shop') IS NULL");
    group_sql(group_standby(0), "SELECT pg_wal_replay_pause()");
    enum status made = log_postgres_init(all, shop, 1, is, world->problem);
    enum status alone = log_postgres_shop(url, is, &first, world->problem);
    group_sql(group_standby(0), "SELECT pg_wal_replay_resume()");
    group_wait(group_standby(0), "SELECT to_regclass('onsale_shop') IS NOT NULL");
    assert_int_equal(made, STATUS_OK);
    assert_int_equal(alone, STATUS_LOG_AWAY);
    assert_int_equal(log_postgres_shop(url, is, &first, world->problem), STATUS_OK);
}

const struct contract postgres_check_cases[POSTGRES_CHECK_CASES] = {
    CASE(a_group_that_waits_for_a_standby_is_fit),
    CASE(commits_on_one_machine_are_unfit),
    CASE(standbys_that_are_not_connected_are_unfit),
    CASE(commits_that_do_not_wait_are_unfit),
    CASE(a_log_at_standbys_only_is_not_led_with),
    CASE(a_user_without_permission_is_told_so),
    CASE(a_database_without_tables_is_told_so),
    CASE(tables_of_another_version_are_told_so),
    CASE(a_url_that_is_wrong_is_told_so),
    CASE(making_the_tables_again_changes_nothing),
    CASE(the_log_of_another_is_not_taken_over),
    CASE(a_new_shop_is_drawn_and_told),
    CASE(a_standby_without_the_tables_is_no_verdict),
};
