/* keeping.c -- What is kept of the log, and for whom. */
#include <string.h>

#include "base/require.h"
#include "log/postgres/inside.h"

enum { TRIM_ROWS = 500 };

/* --- Replicas --------------------------------------------------------------------------------- */

static const Oid report_types[] = {TYPE_INT4, TYPE_TEXT, TYPE_INT8};
static const struct statement report = {
    STATEMENT_REPORT,
    "INSERT INTO onsale_replica (shard, node, idx, reported) VALUES ($1, $2, $3, now()) "
    "ON CONFLICT (shard, node) DO UPDATE SET idx = $3, reported = now()",
    3, report_types, 1};
static const Oid needed_types[] = {TYPE_INT4, TYPE_INT8};
static const struct statement needed = {
    STATEMENT_NEEDED,
    "SELECT coalesce(min(idx), 0) FROM onsale_replica WHERE shard = $1 AND "
    "reported > now() - $2 * interval '1 millisecond'",
    2, needed_types, 1};

static struct session *session_of(struct log_engine *engine)
{
    return &((struct postgres *)engine)->keeping;
}

static enum status change(struct session *session, const struct statement *statement,
                          const struct values *values)
{
    char problem[LOG_PROBLEM_BYTES];
    PGresult *result = NULL;
    enum status err = STATUS_OK;
    session_demand(session, statement, &values->parameters, CONNECT_TO_CHECK_MS, KEEP_MS, &result);
    if (result == NULL || PQresultStatus(result) != PGRES_COMMAND_OK)
        err = session_explain(session, result, problem);
    PQclear(result);
    return err;
}

static enum status ask(struct session *session, const struct statement *statement,
                       const struct values *values, PGresult **ret_result)
{
    char problem[LOG_PROBLEM_BYTES];
    return session_select(session, statement, &values->parameters, CONNECT_TO_CHECK_MS, KEEP_MS,
                          ret_result, problem);
}

enum status postgres_report(struct log_engine *engine, const char *node, uint64_t index)
{
    struct values values = {0};
    REQUIRE(node != NULL);
    values_add_int4(&values, SHARD);
    values_add_bytes(&values, node, strlen(node));
    values_add_int8(&values, index);
    return change(session_of(engine), &report, &values);
}

enum status postgres_needed(struct log_engine *engine, int64_t silent_ms, uint64_t *ret_index)
{
    struct values values = {0};
    PGresult *result = NULL;
    REQUIRE(silent_ms >= 0);
    values_add_int4(&values, SHARD);
    values_add_int8(&values, (uint64_t)silent_ms);
    enum status err = ask(session_of(engine), &needed, &values, &result);
    if (err == STATUS_OK) *ret_index = value_number(result, 0, 0);
    PQclear(result);
    return err;
}

/* --- The front of the log --------------------------------------------------------------------- */

static const Oid oldest_types[] = {TYPE_INT4, TYPE_INT8, TYPE_INT8};
static const struct statement oldest = {
    STATEMENT_OLDEST,
    "SELECT " HEAD_COLUMNS " FROM onsale_log WHERE shard = $1 AND idx >= $2 ORDER BY idx LIMIT $3",
    3, oldest_types, 1};
static const Oid place_types[] = {TYPE_INT4, TYPE_INT8};
static const struct statement trim_note = {
    STATEMENT_TRIM_NOTE,
    "UPDATE onsale_shop SET first_idx = $2 WHERE shard = $1 AND first_idx < $2", 2, place_types, 1};
static const Oid trim_types[] = {TYPE_INT4, TYPE_INT8, TYPE_INT8};
static const struct statement trim = {
    STATEMENT_TRIM,
    "DELETE FROM onsale_log WHERE shard = $1 AND idx IN (SELECT idx FROM onsale_log "
    "WHERE shard = $1 AND idx < $2 ORDER BY idx LIMIT $3)",
    3, trim_types, 1};

enum status postgres_oldest(struct log_engine *engine, struct log_row_head *ret_heads, size_t max,
                            size_t *ret_count, uint64_t *ret_begin)
{
    uint8_t shop[LOG_SHOP_BYTES];
    char problem[LOG_PROBLEM_BYTES];
    struct values values = {0};
    PGresult *result = NULL;
    struct session *session = session_of(engine);
    REQUIRE(max > 0);
    enum status err = postgres_read_shop(session, CONNECT_TO_CHECK_MS, shop, ret_begin, problem);
    if (err != STATUS_OK) return err;
    values_add_int4(&values, SHARD);
    values_add_int8(&values, *ret_begin);
    values_add_int8(&values, max);
    err = ask(session, &oldest, &values, &result);
    if (err != STATUS_OK) return err;
    *ret_count = (size_t)PQntuples(result);
    REQUIRE(*ret_count <= max);
    for (size_t i = 0; i < *ret_count; i++)
        postgres_read_head(result, (int)i, &ret_heads[i]);
    PQclear(result);
    return STATUS_OK;
}

/* First it is said where the log begins: a reader never takes what is trimmed for what is missing,
 * and what an earlier trim left goes, too. */
enum status postgres_trim(struct log_engine *engine, uint64_t begin)
{
    struct values note = {0}, piece = {0};
    REQUIRE(begin >= 1);
    values_add_int4(&note, SHARD);
    values_add_int8(&note, begin);
    values_add_int4(&piece, SHARD);
    values_add_int8(&piece, begin);
    values_add_int8(&piece, TRIM_ROWS);
    enum status err = change(session_of(engine), &trim_note, &note);
    return err == STATUS_OK ? change(session_of(engine), &trim, &piece) : err;
}
