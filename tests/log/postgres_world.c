#include "tests/log/postgres_world.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "log/postgres/values.h"

/* A machine with much to do may be slower than a deadline. */
enum { TRIES = 20 };

struct postgres_world {
    struct world world; /* the first member */
    PGresult *row;      /* that was asked for last */
};

static void make(struct world *world, uint64_t first_index)
{
    char url[GROUP_URL_BYTES];
    uint8_t shop[LOG_SHOP_BYTES];
    for (size_t i = 0; i < REPLICAS_MAX; i++)
        world_close(world, i);
    group_sql(group_primary(),
              "SET client_min_messages = error; "
              "DROP TABLE IF EXISTS onsale_shop, onsale_leader, onsale_log, onsale_replica");
    group_url(NULL, url);
    enum status err = STATUS_LOG_AWAY;
    for (int i = 0; i < TRIES && err == STATUS_LOG_AWAY; i++)
        err = log_postgres_init(url, world->shop, first_index, shop, world->problem);
    if (err != STATUS_OK) print_error("%s\n", world->problem);
    REQUIRE(err == STATUS_OK);
}

static struct log *open_at(const uint8_t shop[LOG_SHOP_BYTES], const char *nodes)
{
    char url[GROUP_URL_BYTES], problem[LOG_PROBLEM_BYTES];
    struct log_postgres_settings settings = {.url = url};
    struct log *log = NULL;
    group_url(nodes, url);
    memcpy(settings.shop, shop, LOG_SHOP_BYTES);
    REQUIRE(log_postgres_open(&settings, problem, &log) == STATUS_OK);
    return log;
}

static struct log *open_log(struct world *world, const uint8_t shop[LOG_SHOP_BYTES])
{
    (void)world;
    return open_at(shop, NULL);
}

struct log *postgres_world_open(const struct world *world, const char *nodes)
{
    return open_at(world->shop, nodes);
}

static PGconn *connect_primary(void)
{
    char url[GROUP_URL_BYTES];
    group_url(group_primary(), url);
    PGconn *conn = PQconnectdb(url);
    REQUIRE(PQstatus(conn) == CONNECTION_OK);
    return conn;
}

static void put(struct world *world, const struct log_row *row)
{
    (void)world;
    static const int binary[10] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    struct values values = {0};
    values_add_row(&values, 1, row);
    PGconn *conn = connect_primary();
    PGresult *result = PQexecParams(
        conn, "INSERT INTO onsale_log VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", 10, NULL,
        values.parameters.values, values.parameters.lengths, binary, 1);
    REQUIRE(PQresultStatus(result) == PGRES_COMMAND_OK);
    PQclear(result);
    PQfinish(conn);
}

static bool get(struct world *world, uint64_t index, struct log_row *ret_row)
{
    struct postgres_world *this = (struct postgres_world *)world;
    struct values values = {0};
    static const int binary[1] = {1};
    PGconn *conn = connect_primary();
    PQclear(this->row);
    values_add_int8(&values, index);
    this->row =
        PQexecParams(conn, "SELECT idx, count, epoch, body FROM onsale_log WHERE idx = $1::bigint",
                     1, NULL, values.parameters.values, values.parameters.lengths, binary, 1);
    PQfinish(conn);
    if (PQntuples(this->row) == 0) return false;
    ret_row->head.index = value_number(this->row, 0, 0);
    ret_row->head.count = (uint32_t)value_number(this->row, 0, 1);
    ret_row->head.epoch = value_number(this->row, 0, 2);
    ret_row->body = (const uint8_t *)PQgetvalue(this->row, 0, 3);
    ret_row->head.body_size = (size_t)PQgetlength(this->row, 0, 3);
    return true;
}

static void remove_row(struct world *world, uint64_t index)
{
    (void)world;
    char sql[128];
    snprintf(sql, sizeof sql, "DELETE FROM onsale_log WHERE idx = %" PRIu64, index);
    group_sql(group_primary(), sql);
}

static void pass(struct world *world)
{
    (void)world;
}

static const struct world_methods methods = {
    .make = make,
    .open = open_log,
    .put = put,
    .get = get,
    .remove = remove_row,
    .pass = pass,
};

int postgres_world_set_up(void **state)
{
    struct postgres_world *world = calloc(1, sizeof *world);
    REQUIRE(world != NULL);
    world->world.methods = &methods;
    world->world.patience_ms = 10;
    world->world.shop[0] = 7;
    make(&world->world, 1);
    *state = world;
    return 0;
}

int postgres_world_tear_down(void **state)
{
    struct postgres_world *world = *state;
    for (size_t i = 0; i < REPLICAS_MAX; i++)
        world_close(&world->world, i);
    PQclear(world->row);
    free(world);
    return 0;
}
