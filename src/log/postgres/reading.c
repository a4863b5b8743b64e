#include <string.h>

#include "base/require.h"
#include "log/postgres/inside.h"

#define HEAD_COLUMNS                                                                               \
    "idx, count, epoch, batch, durable_idx, time_ms, format, crc, octet_length(body)"
enum { BODY_COLUMN = 9 };

static const Oid heads_types[] = {TYPE_INT4, TYPE_INT8, TYPE_INT8, TYPE_INT8};
static const struct statement heads = {
    STATEMENT_HEADS,
    "(SELECT " HEAD_COLUMNS " FROM onsale_log WHERE shard = $1 AND idx <= $2 AND epoch = $3 "
    "ORDER BY idx DESC LIMIT 1) UNION ALL "
    "(SELECT " HEAD_COLUMNS " FROM onsale_log WHERE shard = $1 AND idx > $2 "
    "ORDER BY idx LIMIT $4) ORDER BY idx",
    4, heads_types, 1};
static const Oid bodies_types[] = {TYPE_INT4, TYPE_INT8, TYPE_INT8};
static const struct statement bodies = {
    STATEMENT_BODIES,
    "SELECT " HEAD_COLUMNS ", body FROM onsale_log WHERE shard = $1 AND idx BETWEEN $2 AND $3 "
    "ORDER BY idx",
    3, bodies_types, 1};

void postgres_read_head(const PGresult *result, int line, struct log_row_head *ret_head)
{
    *ret_head = (struct log_row_head){
        .index = value_number(result, line, 0),
        .count = (uint32_t)value_number(result, line, 1),
        .epoch = value_number(result, line, 2),
        .durable = value_number(result, line, 4),
        .time_ms = (unix_ms)value_number(result, line, 5),
        .format = (uint16_t)value_number(result, line, 6),
        .checksum = value_number(result, line, 7),
        .body_size = value_number(result, line, 8),
    };
    if (PQgetlength(result, line, 3) == LOG_BATCH_BYTES)
        memcpy(ret_head->batch, PQgetvalue(result, line, 3), LOG_BATCH_BYTES);
}

/* The session for this, the other of the two closed. */
static struct session *session_for(struct postgres *postgres, bool to_end)
{
    struct session *session = to_end ? &postgres->read_primary : &postgres->read_any;
    struct session *other = to_end ? &postgres->read_any : &postgres->read_primary;
    if (postgres->reading != session) session_lose(other);
    postgres->reading = session;
    return session;
}

/* @param ret_result  To be cleared, on STATUS_OK only. */
static enum status ask(struct session *session, const struct statement *statement,
                       const struct values *values, PGresult **ret_result,
                       char problem[LOG_PROBLEM_BYTES])
{
    PGresult *result = NULL;
    session_demand(session, statement, &values->parameters, CONNECT_TO_READ_MS, READ_MS, &result);
    if (result != NULL && PQresultStatus(result) == PGRES_TUPLES_OK) {
        *ret_result = result;
        return STATUS_OK;
    }
    enum status err = session_explain(session, result, problem);
    PQclear(result);
    return err;
}

enum status postgres_heads(struct log_engine *engine, struct log_place after, bool to_end,
                           struct log_row_head *ret_heads, size_t max, size_t *ret_count,
                           char ret_problem[LOG_PROBLEM_BYTES])
{
    struct session *session = session_for((struct postgres *)engine, to_end);
    struct values values = {0};
    PGresult *result = NULL;
    REQUIRE(max > 1);
    values_add_int4(&values, SHARD);
    values_add_int8(&values, after.index);
    values_add_int8(&values, after.epoch);
    values_add_int8(&values, max - 1);
    enum status err = ask(session, &heads, &values, &result, ret_problem);
    if (err != STATUS_OK) return err;
    *ret_count = (size_t)PQntuples(result);
    REQUIRE(*ret_count <= max);
    for (size_t i = 0; i < *ret_count; i++)
        postgres_read_head(result, (int)i, &ret_heads[i]);
    PQclear(result);
    return STATUS_OK;
}

enum status postgres_bodies(struct log_engine *engine, uint64_t first, uint64_t last,
                            enum status (*visit)(void *context, const struct log_row *row),
                            void *context, char ret_problem[LOG_PROBLEM_BYTES])
{
    struct values values = {0};
    PGresult *result = NULL;
    values_add_int4(&values, SHARD);
    values_add_int8(&values, first);
    values_add_int8(&values, last);
    struct session *session = ((struct postgres *)engine)->reading;
    enum status err = ask(session, &bodies, &values, &result, ret_problem);
    if (err != STATUS_OK) return err;
    for (int line = 0; line < PQntuples(result) && err == STATUS_OK; line++) {
        struct log_row row;
        postgres_read_head(result, line, &row.head);
        row.body = (const uint8_t *)PQgetvalue(result, line, BODY_COLUMN);
        row.head.body_size = (size_t)PQgetlength(result, line, BODY_COLUMN);
        err = visit(context, &row);
    }
    PQclear(result);
    return err;
}

enum status postgres_begin(struct log_engine *engine, uint64_t *ret_index,
                           char ret_problem[LOG_PROBLEM_BYTES])
{
    uint8_t shop[LOG_SHOP_BYTES];
    struct session *session = ((struct postgres *)engine)->reading;
    return postgres_read_shop(session, CONNECT_TO_READ_MS, shop, ret_index, ret_problem);
}

void postgres_read_elsewhere(struct log_engine *engine)
{
    session_leave_host(&((struct postgres *)engine)->read_any);
}
