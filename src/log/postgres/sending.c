#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "log/postgres/inside.h"

static const Oid insert_types[] = {TYPE_INT4, TYPE_INT8, TYPE_INT4, TYPE_INT8, TYPE_UUID,
                                   TYPE_INT8, TYPE_INT8, TYPE_INT2, TYPE_INT8, TYPE_BYTEA};
static const struct statement insert = {
    STATEMENT_INSERT,
    "INSERT INTO onsale_log (shard, idx, count, epoch, batch, durable_idx, time_ms, format, crc, "
    "body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    10, insert_types, 1};
static const Oid erase_types[] = {TYPE_INT4, TYPE_INT8, TYPE_INT8, TYPE_UUID};
static const struct statement erase = {
    STATEMENT_ERASE,
    "DELETE FROM onsale_log WHERE shard = $1 AND idx = $2 AND epoch = $3 AND batch = $4", 4,
    erase_types, 1};
static const Oid look_types[] = {TYPE_INT4, TYPE_INT8};
static const struct statement look = {
    STATEMENT_LOOK,
    "SELECT l.idx, l.count, l.epoch, l.batch, l.durable_idx, l.time_ms, l.format, l.crc, "
    "octet_length(l.body), s.first_idx FROM onsale_shop s LEFT JOIN onsale_log l "
    "ON l.shard = s.shard AND l.idx = $2 WHERE s.shard = $1",
    2, look_types, 1};
enum { FIRST_COLUMN = 9 };
static const Oid barrier_types[] = {TYPE_INT4};
static const struct statement barrier = {
    STATEMENT_BARRIER, "UPDATE onsale_leader SET renewed = now() WHERE shard = $1", 1,
    barrier_types, 1};

static struct session *session_of(struct log_engine *engine)
{
    return &((struct postgres *)engine)->append;
}

/* @return LOG_DONE and LOG_WARNED: a line was changed. */
static enum log_answer changed(struct session *session, enum log_answer answer, PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (PQresultStatus(result) == PGRES_COMMAND_OK && strcmp(PQcmdTuples(result), "0") != 0)
        return answer;
    if (state != NULL && strcmp(state, "23505") == 0) return LOG_TAKEN;
    char problem[LOG_PROBLEM_BYTES];
    session_explain(session, result, problem);
    session_lose(session);
    memcpy(session->problem, problem, sizeof problem);
    return LOG_UNKNOWN;
}

static enum log_answer change(struct session *session, const struct statement *statement,
                              const struct values *values, int64_t within_ms, int64_t until_ns)
{
    PGresult *result = NULL;
    enum log_answer answer =
        session_ask(session, statement, &values->parameters, within_ms, until_ns, &result);
    if (answer == LOG_DONE || answer == LOG_WARNED) answer = changed(session, answer, result);
    PQclear(result);
    return answer;
}

enum log_answer postgres_insert(struct log_engine *engine, const struct log_row *row,
                                int64_t until_ns)
{
    struct session *session = session_of(engine);
    struct values values = {0};
    enum log_answer answer = session_connect(session, until_ns);
    if (answer != LOG_DONE) return answer;
    values_add_row(&values, SHARD, row);
    int64_t within_ms = APPEND_MS + (int64_t)(row->head.body_size / APPEND_BYTES_PER_MS);
    return change(session, &insert, &values, within_ms, until_ns);
}

static bool read_look(const PGresult *result, uint64_t index, struct log_row_head *ret_head)
{
    REQUIRE(index >= 1);
    bool is_trimmed = value_number(result, 0, FIRST_COLUMN) > index;
    if (is_trimmed)
        *ret_head = (struct log_row_head){.index = index, .epoch = LOG_EPOCH_TRIMMED};
    else if (!PQgetisnull(result, 0, 0))
        postgres_read_head(result, 0, ret_head);
    return is_trimmed || !PQgetisnull(result, 0, 0);
}

enum log_answer postgres_look(struct log_engine *engine, uint64_t index, int64_t until_ns,
                              bool *ret_is_there, struct log_row_head *ret_head)
{
    struct session *session = session_of(engine);
    struct values values = {0};
    PGresult *result = NULL;
    enum log_answer answer = session_connect(session, until_ns);
    if (answer != LOG_DONE) return answer;
    values_add_int4(&values, SHARD);
    values_add_int8(&values, index);
    answer = session_ask(session, &look, &values.parameters, APPEND_MS, until_ns, &result);
    if (answer != LOG_DONE && answer != LOG_WARNED) return answer;
    if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) == 0) {
        answer = changed(session, answer, result);
    } else {
        answer = LOG_DONE;
        *ret_is_there = read_look(result, index, ret_head);
    }
    PQclear(result);
    return answer == LOG_DONE ? LOG_DONE : LOG_UNKNOWN;
}

enum log_answer postgres_erase(struct log_engine *engine, const struct log_row_head *head,
                               int64_t until_ns)
{
    struct session *session = session_of(engine);
    struct values values = {0};
    enum log_answer answer = session_connect(session, until_ns);
    if (answer != LOG_DONE) return answer;
    values_add_int4(&values, SHARD);
    values_add_int8(&values, head->index);
    values_add_int8(&values, head->epoch);
    values_add_bytes(&values, head->batch, LOG_BATCH_BYTES);
    return change(session, &erase, &values, APPEND_MS, until_ns);
}

/* Its commit is waited for as every other's, and comes after all that could be seen before it. */
enum log_answer postgres_barrier(struct log_engine *engine, int64_t until_ns)
{
    struct session *session = session_of(engine);
    struct values values = {0};
    if (session->conn == NULL) return LOG_UNKNOWN;
    values_add_int4(&values, SHARD);
    return change(session, &barrier, &values, APPEND_MS, until_ns);
}

void postgres_abandon(struct log_engine *engine)
{
    struct session *session = session_of(engine);
    if (session->phase != SESSION_IDLE) session_lose(session);
}
