#include "tests/log/by_hand.h"

#include <libpq-fe.h>
#include <stdio.h>

#include "base/require.h"

static void drop_tables(const char *url)
{
    char to_write[2048];
    snprintf(to_write, sizeof to_write, "%s target_session_attrs=read-write", url);
    PGconn *conn = PQconnectdb(to_write);
    PGresult *result = PQexec(conn, "SET client_min_messages = error; "
                                    "DROP TABLE IF EXISTS onsale_shop, onsale_leader, onsale_log");
    REQUIRE(PQresultStatus(result) == PGRES_COMMAND_OK);
    PQclear(result);
    PQfinish(conn);
}

void by_hand_make_tables(const char *url)
{
    uint8_t shop[LOG_SHOP_BYTES] = {0};
    char problem[LOG_PROBLEM_BYTES];
    drop_tables(url);
    enum status err = STATUS_LOG_AWAY;
    while (err == STATUS_LOG_AWAY)
        err = log_postgres_init(url, shop, 1, shop, problem);
    if (err != STATUS_OK) fprintf(stderr, "%s\n", problem);
    REQUIRE(err == STATUS_OK);
}

struct log *by_hand_open(const char *url, bool is_plain)
{
    char problem[LOG_PROBLEM_BYTES];
    struct log *log = NULL;
    struct log_postgres_settings settings = {.url = url, .is_plain = is_plain};
    REQUIRE(log_postgres_open(&settings, problem, &log) == STATUS_OK);
    return log;
}
