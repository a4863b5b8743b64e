#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "base/require.h"
#include "log/plant.h"
#include "log/postgres/inside.h"

enum { SERVER_VERSION_MIN = 120000 };

/* As text: settings are. */
static const struct statement settings = {
    STATEMENT_SETTINGS,
    "SELECT current_setting('server_version_num'), pg_is_in_recovery()::text, "
    "current_setting('transaction_read_only'), current_setting('fsync'), "
    "current_setting('full_page_writes'), current_setting('synchronous_commit'), "
    "current_setting('synchronous_standby_names')",
    0, NULL, 0};
enum { VERSION, RECOVERY, READ_ONLY, FSYNC, FULL_PAGES, COMMIT, STANDBYS };

/* Who may not see the state of standbys sees NULL. */
static const struct statement standbys = {
    STATEMENT_STANDBYS,
    "SELECT count(*)::text, count(sync_state)::text, "
    "count(CASE WHEN state = 'streaming' AND sync_state IN ('sync', 'quorum') THEN 1 END)::text "
    "FROM pg_stat_replication",
    0, NULL, 0};
enum { ALL, SEEN, SYNCHRONOUS };

static enum status unfit(const char *what, char problem[LOG_PROBLEM_BYTES])
{
    snprintf(problem, LOG_PROBLEM_BYTES, "PostgreSQL is not fit to lead with: %s", what);
    return STATUS_LOG_UNFIT;
}

static enum status ask(struct session *session, const struct statement *statement,
                       PGresult **ret_result, char problem[LOG_PROBLEM_BYTES])
{
    const struct parameters none = {0};
    return session_select(session, statement, &none, CONNECT_TO_CHECK_MS, READ_MS, ret_result,
                          problem);
}

static bool is_one_of(const PGresult *result, int column, const char *value, const char *other)
{
    const char *is = PQgetvalue(result, 0, column);
    return strcmp(is, value) == 0 || (other != NULL && strcmp(is, other) == 0);
}

static enum status judge_settings(const PGresult *is, bool trusts_engine,
                                  char problem[LOG_PROBLEM_BYTES])
{
    if (!is_one_of(is, RECOVERY, "false", NULL)) return unfit("it is in recovery", problem);
    if (!is_one_of(is, READ_ONLY, "off", NULL)) return unfit("it is read-only", problem);
    if (strtol(PQgetvalue(is, 0, VERSION), NULL, 10) < SERVER_VERSION_MIN)
        return unfit("it is older than version 12", problem);
    if (trusts_engine) return STATUS_OK;
    if (!is_one_of(is, FSYNC, "on", NULL)) return unfit("fsync is off", problem);
    if (!is_one_of(is, FULL_PAGES, "on", NULL)) return unfit("full_page_writes is off", problem);
    if (!is_one_of(is, COMMIT, "on", "remote_apply"))
        return unfit("synchronous_commit is neither on nor remote_apply", problem);
    if (is_one_of(is, STANDBYS, "", NULL))
        return unfit("synchronous_standby_names is empty, so a commit is on one machine", problem);
    return STATUS_OK;
}

static enum status judge_standbys(const PGresult *is, char problem[LOG_PROBLEM_BYTES])
{
    if (!is_one_of(is, SYNCHRONOUS, "0", NULL)) return STATUS_OK;
    if (strcmp(PQgetvalue(is, 0, ALL), PQgetvalue(is, 0, SEEN)) != 0)
        return unfit("this user may not see the standbys (GRANT pg_monitor)", problem);
    return unfit("no synchronous standby is connected", problem);
}

static enum status check_fit(struct session *session, bool trusts_engine,
                             char problem[LOG_PROBLEM_BYTES])
{
    PGresult *result = NULL;
    enum status err = ask(session, &settings, &result, problem);
    if (err == STATUS_OK) err = judge_settings(result, trusts_engine, problem);
    PQclear(result);
    if (err != STATUS_OK || trusts_engine) return err;
    result = NULL;
    err = ask(session, &standbys, &result, problem);
    if (err == STATUS_OK) err = judge_standbys(result, problem);
    PQclear(result);
    return err;
}

static enum status check_shop(struct postgres *postgres, struct session *session,
                              char problem[LOG_PROBLEM_BYTES])
{
    uint8_t shop[LOG_SHOP_BYTES];
    uint64_t first_index = 0;
    enum status err = postgres_read_shop(session, CONNECT_TO_CHECK_MS, shop, &first_index, problem);
    if (err != STATUS_OK || id_is_zero(postgres->shop)) return err;
    if (memcmp(shop, postgres->shop, sizeof shop) == 0) return STATUS_OK;
    char is[ID_TEXT_BYTES], wanted[ID_TEXT_BYTES];
    id_print(shop, is);
    id_print(postgres->shop, wanted);
    snprintf(problem, LOG_PROBLEM_BYTES, "the log is that of another shop: %s, not %s", is, wanted);
    return STATUS_LOG_UNFIT;
}

enum status postgres_check(struct log_engine *engine, bool to_lead,
                           char ret_problem[LOG_PROBLEM_BYTES])
{
    struct postgres *postgres = (struct postgres *)engine;
    struct session *session = to_lead ? &postgres->office_primary : &postgres->office_any;
    pthread_mutex_lock(&postgres->office_lock);
    enum status err = check_shop(postgres, session, ret_problem);
    if (err == STATUS_OK && to_lead && log_rule_is_kept(LOG_RULE_FIT))
        err = check_fit(session, postgres->trusts_engine, ret_problem);
    pthread_mutex_unlock(&postgres->office_lock);
    return err;
}
