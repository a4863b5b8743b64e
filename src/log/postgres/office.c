#include <string.h>

#include "base/require.h"
#include "log/postgres/inside.h"

/* --- Claims ----------------------------------------------------------------------------------- */

static const Oid epoch_types[] = {TYPE_INT4};
static const struct statement epoch_of = {
    STATEMENT_EPOCH,
    "SELECT l.epoch, (SELECT epoch FROM onsale_log WHERE shard = $1 ORDER BY idx DESC LIMIT 1) "
    "FROM onsale_leader l WHERE l.shard = $1",
    1, epoch_types, 1};
static const Oid claim_types[] = {TYPE_INT4, TYPE_INT8, TYPE_INT8, TYPE_TEXT};
static const struct statement claim = {
    STATEMENT_CLAIM,
    "UPDATE onsale_leader SET epoch = $3, holder = $4, renewed = now() "
    "WHERE shard = $1 AND epoch = $2",
    4, claim_types, 1};

static enum status read_epoch(struct session *session, uint64_t *ret_claimed, uint64_t *ret_newest)
{
    char problem[LOG_PROBLEM_BYTES];
    struct values values = {0};
    PGresult *result = NULL;
    values_add_int4(&values, SHARD);
    enum status err = session_select(session, &epoch_of, &values.parameters, CONNECT_TO_CHECK_MS,
                                     READ_MS, &result, problem);
    if (err == STATUS_OK && PQntuples(result) == 0) err = STATUS_LOG_UNFIT;
    if (err == STATUS_OK) {
        *ret_claimed = value_number(result, 0, 0);
        *ret_newest = value_number(result, 0, 1);
    }
    PQclear(result);
    return err;
}

/* A claim whose outcome is unknown is none: the next begins anew. */
static enum status write_epoch(struct session *session, uint64_t before, uint64_t epoch,
                               const char *holder)
{
    char problem[LOG_PROBLEM_BYTES];
    struct values values = {0};
    PGresult *result = NULL;
    values_add_int4(&values, SHARD);
    values_add_int8(&values, before);
    values_add_int8(&values, epoch);
    values_add_bytes(&values, holder, strlen(holder));
    enum log_answer answer = session_demand(session, &claim, &values.parameters,
                                            CONNECT_TO_CHECK_MS, APPEND_MS, &result);
    enum status err = STATUS_OK;
    if (result == NULL || PQresultStatus(result) != PGRES_COMMAND_OK)
        err = session_explain(session, result, problem);
    else if (strcmp(PQcmdTuples(result), "1") != 0)
        err = STATUS_NOT_YET;
    else if (answer == LOG_WARNED)
        err = STATUS_LOG_AWAY;
    PQclear(result);
    return err;
}

enum status postgres_claim(struct log_engine *engine, const char *holder, uint64_t *ret_epoch)
{
    struct postgres *postgres = (struct postgres *)engine;
    struct session *session = &postgres->office_primary;
    uint64_t claimed = 0, newest = 0;
    pthread_mutex_lock(&postgres->office_lock);
    enum status err = read_epoch(session, &claimed, &newest);
    uint64_t epoch = (claimed > newest ? claimed : newest) + 1;
    if (err == STATUS_OK) err = write_epoch(session, claimed, epoch, holder);
    if (err == STATUS_LOG_AWAY) session_leave_host(session);
    pthread_mutex_unlock(&postgres->office_lock);
    if (err == STATUS_OK) *ret_epoch = epoch;
    return err;
}
