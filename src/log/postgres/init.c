#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/id.h"
#include "base/require.h"
#include "log/postgres/inside.h"

enum {
    MAKE_SHOP,
    MAKE_LEADER,
    MAKE_LOG,
    MAKE_REPLICA,
    STORE_BODIES,
    PUT_LEADER,
    PUT_SHOP,
    MOVE_SHOP,
    STEPS
};

static const Oid shard_types[] = {TYPE_INT4};
static const Oid shop_types[] = {TYPE_INT4, TYPE_INT4, TYPE_UUID, TYPE_INT8};
static const Oid move_types[] = {TYPE_INT4, TYPE_INT8};

/* Numbers of one session, which also runs STATEMENT_SHOP. */
static const struct statement steps[STEPS] = {
    [MAKE_SHOP] =
        {0,
         "CREATE TABLE IF NOT EXISTS onsale_shop (shard int PRIMARY KEY, version int NOT "
         "NULL, shop uuid NOT NULL, first_idx bigint NOT NULL, made timestamptz NOT NULL)",
         0, NULL, 1},
    [MAKE_LEADER] =
        {1,
         "CREATE TABLE IF NOT EXISTS onsale_leader (shard int PRIMARY KEY, epoch bigint "
         "NOT NULL, holder text NOT NULL, renewed timestamptz NOT NULL)",
         0, NULL, 1},
    [MAKE_LOG] = {2,
                  "CREATE TABLE IF NOT EXISTS onsale_log (shard int NOT NULL, idx bigint NOT NULL, "
                  "count int NOT NULL, epoch bigint NOT NULL, batch uuid NOT NULL, durable_idx "
                  "bigint NOT NULL, time_ms bigint NOT NULL, format smallint NOT NULL, crc bigint "
                  "NOT NULL, body bytea NOT NULL, PRIMARY KEY (shard, idx))",
                  0, NULL, 1},
    [MAKE_REPLICA] =
        {8,
         "CREATE TABLE IF NOT EXISTS onsale_replica (shard int NOT NULL, node text NOT NULL, idx "
         "bigint NOT NULL, reported timestamptz NOT NULL, PRIMARY KEY (shard, node))",
         0, NULL, 1},
    [STORE_BODIES] = {3, "ALTER TABLE onsale_log ALTER body SET STORAGE EXTERNAL", 0, NULL, 1},
    [PUT_LEADER] = {4,
                    "INSERT INTO onsale_leader (shard, epoch, holder, renewed) "
                    "VALUES ($1, 0, '', now()) ON CONFLICT DO NOTHING",
                    1, shard_types, 1},
    [PUT_SHOP] = {5,
                  "INSERT INTO onsale_shop (shard, version, shop, first_idx, made) "
                  "VALUES ($1, $2, $3, $4, now()) ON CONFLICT DO NOTHING",
                  4, shop_types, 1},
    [MOVE_SHOP] = {7,
                   "UPDATE onsale_shop SET first_idx = $2 WHERE shard = $1 AND NOT EXISTS "
                   "(SELECT 1 FROM onsale_log WHERE shard = $1)",
                   2, move_types, 1},
};
_Static_assert(STATEMENT_SHOP == 6, "a number that no step has");

/* @param ret_lines  How many were changed; NULL: no matter, and an engine may not know it. */
static enum status run(struct session *session, int step, const struct values *values,
                       uint64_t *ret_lines, char problem[LOG_PROBLEM_BYTES])
{
    PGresult *result = NULL;
    enum status err = STATUS_OK;
    enum log_answer answer = session_demand(session, &steps[step], &values->parameters,
                                            CONNECT_TO_CHECK_MS, STATEMENT_MS, &result);
    bool is_done = result != NULL && PQresultStatus(result) == PGRES_COMMAND_OK;
    if (!is_done && (result == NULL || ret_lines != NULL)) {
        err = session_explain(session, result, problem);
    } else if (is_done && answer == LOG_WARNED) {
        snprintf(
            problem, LOG_PROBLEM_BYTES,
            "PostgreSQL may lose the tables of the log: repeat it when its standbys are there");
        err = STATUS_LOG_AWAY;
    } else if (is_done && ret_lines != NULL) {
        *ret_lines = strtoull(PQcmdTuples(result), NULL, 10);
    }
    PQclear(result);
    return err;
}

static enum status make_tables(struct session *session, char problem[LOG_PROBLEM_BYTES])
{
    const struct values none = {0};
    uint64_t lines = 0;
    enum status err = run(session, MAKE_SHOP, &none, &lines, problem);
    if (err == STATUS_OK) err = run(session, MAKE_LEADER, &none, &lines, problem);
    if (err == STATUS_OK) err = run(session, MAKE_LOG, &none, &lines, problem);
    if (err == STATUS_OK) err = run(session, MAKE_REPLICA, &none, &lines, problem);
    if (err == STATUS_OK) err = run(session, STORE_BODIES, &none, NULL, problem);
    return err;
}

static void draw_shop(uint8_t ret_shop[LOG_SHOP_BYTES])
{
    uint8_t random[10];
    struct timespec now;
    REQUIRE(getrandom(random, sizeof random, 0) == sizeof random);
    REQUIRE(clock_gettime(CLOCK_REALTIME, &now) == 0);
    id_make_v7(ret_shop, (unix_ms)now.tv_sec * MS_PER_SECOND, random);
}

static enum status put_lines(struct session *session, const uint8_t shop[LOG_SHOP_BYTES],
                             uint64_t first_index, bool *ret_is_new,
                             char problem[LOG_PROBLEM_BYTES])
{
    uint8_t new_shop[LOG_SHOP_BYTES];
    struct values leader = {0}, line = {0};
    uint64_t lines = 0;
    draw_shop(new_shop);
    values_add_int4(&leader, SHARD);
    values_add_int4(&line, SHARD);
    values_add_int4(&line, SCHEMA_VERSION);
    values_add_bytes(&line, id_is_zero(shop) ? new_shop : shop, LOG_SHOP_BYTES);
    values_add_int8(&line, first_index);
    enum status err = run(session, PUT_LEADER, &leader, &lines, problem);
    if (err == STATUS_OK) err = run(session, PUT_SHOP, &line, &lines, problem);
    *ret_is_new = lines > 0;
    return err;
}

/* The log was made before: is it that of this shop, and can who has all below `first_index` go on
 * from there? An empty one begins wherever it is wanted. */
static enum status go_on(struct session *session, const uint8_t shop[LOG_SHOP_BYTES],
                         uint64_t first_index, const uint8_t is[LOG_SHOP_BYTES], uint64_t begin,
                         char problem[LOG_PROBLEM_BYTES])
{
    uint64_t lines = 0;
    struct values values = {0};
    if (id_is_zero(shop) ? first_index > 1 : memcmp(is, shop, LOG_SHOP_BYTES) != 0) {
        char text[ID_TEXT_BYTES];
        id_print(is, text);
        snprintf(problem, LOG_PROBLEM_BYTES, "the database has the log of another shop already: %s",
                 text);
        return STATUS_LOG_UNFIT;
    }
    if (id_is_zero(shop) || first_index >= begin) return STATUS_OK;
    values_add_int4(&values, SHARD);
    values_add_int8(&values, first_index);
    enum status err = run(session, MOVE_SHOP, &values, &lines, problem);
    if (err != STATUS_OK || lines > 0) return err;
    snprintf(problem, LOG_PROBLEM_BYTES,
             "the log has entries already, from %" PRIu64 " on, and not %" PRIu64
             ": a snapshot is needed that goes so far",
             begin, first_index);
    return STATUS_LOG_UNFIT;
}

static enum status init(struct session *session, const uint8_t shop[LOG_SHOP_BYTES],
                        uint64_t first_index, uint8_t ret_shop[LOG_SHOP_BYTES],
                        char problem[LOG_PROBLEM_BYTES])
{
    bool is_new = false;
    uint64_t begin = 0;
    enum status err = make_tables(session, problem);
    if (err == STATUS_OK) err = put_lines(session, shop, first_index, &is_new, problem);
    if (err == STATUS_OK)
        err = postgres_read_shop(session, CONNECT_TO_CHECK_MS, ret_shop, &begin, problem);
    if (err == STATUS_OK && !is_new)
        err = go_on(session, shop, first_index, ret_shop, begin, problem);
    return err;
}

enum status log_postgres_init(const char *url, const uint8_t shop[LOG_SHOP_BYTES],
                              uint64_t first_index, uint8_t ret_shop[LOG_SHOP_BYTES],
                              char ret_problem[LOG_PROBLEM_BYTES])
{
    REQUIRE(first_index >= 1);
    struct hosts hosts;
    struct session session;
    enum status err = hosts_init(&hosts, url, ret_problem);
    if (err != STATUS_OK) return err;
    session_init(&session, &hosts, true);
    err = init(&session, shop, first_index, ret_shop, ret_problem);
    session_lose(&session);
    hosts_deinit(&hosts);
    return err;
}

static enum status ask_for_shop(struct hosts *hosts, bool wants_writes,
                                uint8_t ret_shop[LOG_SHOP_BYTES], uint64_t *ret_first_index,
                                char ret_problem[LOG_PROBLEM_BYTES])
{
    struct session session;
    session_init(&session, hosts, wants_writes);
    enum status err =
        postgres_read_shop(&session, CONNECT_TO_CHECK_MS, ret_shop, ret_first_index, ret_problem);
    session_lose(&session);
    return err;
}

/* A standby may not have what was made a moment ago: only the primary says that it is not there. */
enum status log_postgres_shop(const char *url, uint8_t ret_shop[LOG_SHOP_BYTES],
                              uint64_t *ret_first_index, char ret_problem[LOG_PROBLEM_BYTES])
{
    struct hosts hosts;
    enum status err = hosts_init(&hosts, url, ret_problem);
    if (err != STATUS_OK) return err;
    err = ask_for_shop(&hosts, false, ret_shop, ret_first_index, ret_problem);
    if (err == STATUS_LOG_UNFIT)
        err = ask_for_shop(&hosts, true, ret_shop, ret_first_index, ret_problem);
    hosts_deinit(&hosts);
    return err;
}
