#include <string.h>

#include "base/require.h"
#include "log/postgres/inside.h"

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

/* @param ret_result  To be cleared, on STATUS_OK only. */
static enum status ask(struct postgres *postgres, const struct statement *statement,
                       const struct values *values, int64_t within_ms, PGresult **ret_result,
                       char problem[LOG_PROBLEM_BYTES])
{
    struct session *session = postgres->reading;
    bool is_shared = session == &postgres->office_primary;
    if (is_shared) pthread_mutex_lock(&postgres->office_lock);
    enum status err = session_select(session, statement, &values->parameters, CONNECT_TO_READ_MS,
                                     within_ms, ret_result, problem);
    if (is_shared) pthread_mutex_unlock(&postgres->office_lock);
    return err;
}

enum status postgres_heads(struct log_engine *engine, struct log_place after, bool to_end,
                           struct log_row_head *ret_heads, size_t max, size_t *ret_count,
                           char ret_problem[LOG_PROBLEM_BYTES])
{
    struct postgres *postgres = (struct postgres *)engine;
    struct values values = {0};
    PGresult *result = NULL;
    REQUIRE(max > 1);
    /* Where the last claim was acknowledged is no primary that was left behind: its own commits
     * would wait for ever. */
    postgres->reading = to_end ? &postgres->office_primary : &postgres->follow;
    values_add_int4(&values, SHARD);
    values_add_int8(&values, after.index);
    values_add_int8(&values, after.epoch);
    values_add_int8(&values, max - 1);
    enum status err = ask(postgres, &heads, &values, READ_MS, &result, ret_problem);
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
    enum status err =
        ask((struct postgres *)engine, &bodies, &values, READ_BODIES_MS, &result, ret_problem);
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
    struct postgres *postgres = (struct postgres *)engine;
    bool is_shared = postgres->reading == &postgres->office_primary;
    if (is_shared) pthread_mutex_lock(&postgres->office_lock);
    enum status err =
        postgres_read_shop(postgres->reading, CONNECT_TO_READ_MS, shop, ret_index, ret_problem);
    if (is_shared) pthread_mutex_unlock(&postgres->office_lock);
    return err;
}

void postgres_read_elsewhere(struct log_engine *engine)
{
    session_leave_host(&((struct postgres *)engine)->follow);
}
