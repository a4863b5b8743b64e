#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "log/postgres/inside.h"

static const Oid shop_types[] = {TYPE_INT4};
static const struct statement shop_of = {
    STATEMENT_SHOP, "SELECT version, shop, first_idx FROM onsale_shop WHERE shard = $1", 1,
    shop_types, 1};

static enum status take(const PGresult *result, uint8_t ret_shop[LOG_SHOP_BYTES],
                        uint64_t *ret_first_index, char problem[LOG_PROBLEM_BYTES])
{
    if (PQntuples(result) == 0) {
        snprintf(problem, LOG_PROBLEM_BYTES,
                 "the tables of the log say of no shop that it is theirs (onsaled --log-init)");
        return STATUS_LOG_UNFIT;
    }
    uint64_t version = value_number(result, 0, 0);
    if (version != SCHEMA_VERSION || PQgetlength(result, 0, 1) != LOG_SHOP_BYTES) {
        snprintf(problem, LOG_PROBLEM_BYTES,
                 "the tables of the log are of version %" PRIu64 ", and this onsaled knows %d",
                 version, SCHEMA_VERSION);
        return STATUS_LOG_UNFIT;
    }
    memcpy(ret_shop, PQgetvalue(result, 0, 1), LOG_SHOP_BYTES);
    *ret_first_index = value_number(result, 0, 2);
    return STATUS_OK;
}

enum status postgres_read_shop(struct session *session, int64_t connect_ms,
                               uint8_t ret_shop[LOG_SHOP_BYTES], uint64_t *ret_first_index,
                               char ret_problem[LOG_PROBLEM_BYTES])
{
    struct values values = {0};
    PGresult *result = NULL;
    values_add_int4(&values, SHARD);
    enum status err = session_select(session, &shop_of, &values.parameters, connect_ms, READ_MS,
                                     &result, ret_problem);
    if (err == STATUS_OK) err = take(result, ret_shop, ret_first_index, ret_problem);
    PQclear(result);
    return err;
}
