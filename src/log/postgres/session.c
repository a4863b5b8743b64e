#include "log/postgres/session.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/require.h"

enum {
    NS_PER_MS = 1000000,
    CONNECT_MS = 1000, /* for all hosts together */
    PAUSE_MS = 50,     /* between two rounds of connecting, and two tries of a host in one */
    POLL_MS_MAX = 1000,
};

int64_t session_now_ns(void)
{
    struct timespec now;
    REQUIRE(clock_gettime(CLOCK_BOOTTIME, &now) == 0);
    return (int64_t)now.tv_sec * 1000 * NS_PER_MS + now.tv_nsec;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Rounded up: who waits until a moment is not to come back before it. */
static int poll_ms(int64_t until_ns)
{
    int64_t left_ns = until_ns - session_now_ns();
    if (left_ns <= 0) return 0;
    int64_t left_ms = (left_ns + NS_PER_MS - 1) / NS_PER_MS;
    return (int)earlier(left_ms, POLL_MS_MAX);
}

void session_init(struct session *session, struct hosts *hosts, bool wants_writes)
{
    *session = (struct session){
        .hosts = hosts,
        .wants_writes = wants_writes,
        .avoided = HOSTS_MAX,
        .tries_ns = INT64_MIN,
    };
}

/* --- Connecting ------------------------------------------------------------------------------- */

static void note_problem(struct session *session, PGconn *conn)
{
    const char *message = PQerrorMessage(conn);
    snprintf(session->problem, sizeof session->problem, "PostgreSQL: %.*s",
             (int)strcspn(message, "\n"), message);
}

static void drop_try(struct session *session, size_t host)
{
    PQfinish(session->tries[host]);
    session->tries[host] = NULL;
}

static void stop_trying(struct session *session)
{
    for (size_t host = 0; host < session->hosts->count; host++)
        drop_try(session, host);
    session->is_trying = false;
}

void session_lose(struct session *session)
{
    stop_trying(session);
    PQclear(session->result);
    PQfinish(session->conn);
    session->result = NULL;
    session->conn = NULL;
    session->phase = SESSION_IDLE;
    session->prepared = 0;
    session->is_set_up = false;
}

void session_leave_host(struct session *session)
{
    if (session->conn != NULL) session->avoided = session->host;
    session_lose(session);
}

/* A warning may come with a commit that is done here and not yet where it can't be lost. */
static void on_notice(void *context, const PGresult *result)
{
    struct session *session = context;
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity == NULL || strcmp(severity, "WARNING") == 0) session->was_warned = true;
}

static void try_host(struct session *session, size_t host)
{
    PGconn *conn = hosts_connect(session->hosts, host, session->wants_writes);
    session->tries[host] = conn;
    session->tried_ns[host] = session_now_ns();
    session->wanted[host] = PGRES_POLLING_WRITING;
    if (conn != NULL) PQsetNoticeReceiver(conn, on_notice, session);
    if (conn == NULL || PQstatus(conn) != CONNECTION_BAD) return;
    note_problem(session, conn);
    drop_try(session, host);
}

static void start_trying(struct session *session)
{
    session->is_trying = true;
    session->tries_ns = session_now_ns();
    for (size_t host = 0; host < session->hosts->count; host++)
        try_host(session, host);
}

static int64_t again_ns(const struct session *session, size_t host)
{
    return session->tried_ns[host] + (int64_t)PAUSE_MS * NS_PER_MS;
}

/* A frozen host holds the round up, and meanwhile another becomes fit.
 * @return When the next host is to be tried again. */
static int64_t try_again(struct session *session)
{
    int64_t next_ns = INT64_MAX;
    for (size_t host = 0; host < session->hosts->count; host++) {
        if (session->tries[host] != NULL) continue;
        if (session_now_ns() >= again_ns(session, host)) try_host(session, host);
        if (session->tries[host] == NULL) next_ns = earlier(next_ns, again_ns(session, host));
    }
    return next_ns;
}

static void note_heard(struct session *session)
{
    session->heard_ns = session_now_ns();
    atomic_store(&session->hosts->heard_ns[session->host], session->heard_ns);
}

static bool is_under_way(const struct session *session, size_t host)
{
    return session->tries[host] != NULL && session->wanted[host] != PGRES_POLLING_OK;
}

/* @param hopeful  Only those of hosts that do not keep silent. */
static size_t tries_left(const struct session *session, bool hopeful)
{
    size_t count = 0;
    for (size_t host = 0; host < session->hosts->count; host++)
        if (is_under_way(session, host) && !(hopeful && hosts_is_silent(session->hosts, host)))
            count++;
    return count;
}

/* Who has not answered for a whole round, of which it was not tried again. */
static void note_silent(struct session *session)
{
    int64_t again_from_ns = session->tries_ns + (int64_t)PAUSE_MS * NS_PER_MS;
    for (size_t host = 0; host < session->hosts->count; host++)
        if (is_under_way(session, host) && session->tried_ns[host] < again_from_ns)
            atomic_store(&session->hosts->silent_ns[host], session->tries_ns);
}

static void take(struct session *session, size_t host)
{
    session->conn = session->tries[host];
    session->tries[host] = NULL;
    session->host = host;
    session->avoided = HOSTS_MAX;
    note_heard(session);
    PQsetnonblocking(session->conn, 1);
    stop_trying(session);
}

/* @param is_late  The one that is avoided, too. @return Whether there was one. */
static bool take_fit(struct session *session, bool is_late)
{
    for (size_t host = 0; host < session->hosts->count; host++) {
        if (session->tries[host] == NULL || session->wanted[host] != PGRES_POLLING_OK) continue;
        if (host == session->avoided && !is_late) continue;
        take(session, host);
        return true;
    }
    return false;
}

static void go_on(struct session *session, size_t host)
{
    session->wanted[host] = PQconnectPoll(session->tries[host]);
    if (session->wanted[host] != PGRES_POLLING_FAILED) return;
    note_problem(session, session->tries[host]);
    drop_try(session, host);
}

static void poll_tries(struct session *session, int64_t until_ns)
{
    struct pollfd polled[HOSTS_MAX];
    size_t hosts[HOSTS_MAX];
    nfds_t count = 0;
    for (size_t host = 0; host < session->hosts->count; host++) {
        if (session->tries[host] == NULL || session->wanted[host] == PGRES_POLLING_OK) continue;
        short events = session->wanted[host] == PGRES_POLLING_READING ? POLLIN : POLLOUT;
        polled[count] = (struct pollfd){PQsocket(session->tries[host]), events, 0};
        hosts[count++] = host;
    }
    if (poll(polled, count, poll_ms(until_ns)) <= 0) return;
    for (nfds_t i = 0; i < count; i++)
        if (polled[i].revents != 0) go_on(session, hosts[i]);
}

static enum log_answer give_up(struct session *session)
{
    if (tries_left(session, false) > 0)
        snprintf(session->problem, sizeof session->problem,
                 "PostgreSQL: no host that is fit answered within %d ms", CONNECT_MS);
    stop_trying(session);
    return LOG_UNKNOWN;
}

/* As another session has found out since this one heard of it. */
static bool is_silent(const struct session *session)
{
    return session->conn != NULL && session->phase == SESSION_IDLE &&
           session->heard_ns < atomic_load(&session->hosts->silent_ns[session->host]);
}

enum log_answer session_connect(struct session *session, int64_t until_ns)
{
    if (is_silent(session)) session_leave_host(session);
    if (session->conn != NULL) return LOG_DONE;
    if (!session->is_trying) {
        int64_t next_ns = session->tries_ns == INT64_MIN
                              ? INT64_MIN
                              : session->tries_ns + (int64_t)PAUSE_MS * NS_PER_MS;
        while (session_now_ns() < next_ns) {
            if (session_now_ns() >= until_ns) return LOG_NOT_YET;
            poll(NULL, 0, poll_ms(earlier(next_ns, until_ns)));
        }
        start_trying(session);
    }
    int64_t end_ns = session->tries_ns + (int64_t)CONNECT_MS * NS_PER_MS;
    for (;;) {
        int64_t now_ns = session_now_ns();
        bool is_over = tries_left(session, false) == 0 || now_ns >= end_ns;
        if (now_ns >= end_ns) note_silent(session);
        if (take_fit(session, is_over || tries_left(session, true) == 0)) return LOG_DONE;
        if (is_over) return give_up(session);
        if (now_ns >= until_ns) return LOG_NOT_YET;
        poll_tries(session, earlier(try_again(session), earlier(until_ns, end_ns)));
    }
}

/* --- Asking ----------------------------------------------------------------------------------- */

static enum log_answer lost(struct session *session)
{
    note_problem(session, session->conn);
    session_lose(session);
    return LOG_UNKNOWN;
}

static enum log_answer too_late(struct session *session)
{
    snprintf(session->problem, sizeof session->problem, "PostgreSQL: %s:%s gave no answer in time",
             PQhost(session->conn), PQport(session->conn));
    atomic_store(&session->hosts->silent_ns[session->host], session->sent_ns);
    session_leave_host(session);
    return LOG_UNKNOWN;
}

/* @return LOG_DONE: session->result is all of it. */
static enum log_answer take_results(struct session *session, int64_t until_ns)
{
    for (;;) {
        int flushed = PQflush(session->conn);
        if (flushed < 0 || !PQconsumeInput(session->conn)) return lost(session);
        while (!PQisBusy(session->conn)) {
            PGresult *result = PQgetResult(session->conn);
            note_heard(session);
            if (result == NULL) return LOG_DONE;
            if (session->result == NULL || PQresultStatus(result) == PGRES_FATAL_ERROR) {
                PQclear(session->result);
                session->result = result;
            } else {
                PQclear(result);
            }
        }
        int64_t now_ns = session_now_ns();
        if (now_ns >= session->deadline_ns) return too_late(session);
        if (now_ns >= until_ns) return LOG_NOT_YET;
        struct pollfd polled = {PQsocket(session->conn), POLLIN, 0};
        if (flushed > 0) polled.events |= POLLOUT;
        poll(&polled, 1, poll_ms(earlier(until_ns, session->deadline_ns)));
    }
}

static bool is_lost(const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return PQresultStatus(result) == PGRES_FATAL_ERROR &&
           (state == NULL || strncmp(state, "08", 2) == 0 || strncmp(state, "57P", 3) == 0);
}

static const char *name_of(const struct statement *statement, char name[16])
{
    snprintf(name, 16, "s%u", statement->number);
    return name;
}

/* Warnings are heard. And who was left waits for a lock no longer than the one who left it: while
 * no standby is there, backends would add up. */
static const char set_up[] = "SET client_min_messages TO warning; SET lock_timeout TO 900";

static bool send(struct session *session, const struct statement *statement,
                 const struct parameters *parameters)
{
    static const int binary[PARAMETERS_MAX] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    char name[16];
    switch (session->phase) {
    case SESSION_SETTING_UP:
        return PQsendQuery(session->conn, set_up);
    case SESSION_PREPARING:
        return PQsendPrepare(session->conn, name_of(statement, name), statement->sql,
                             statement->parameters, statement->types);
    case SESSION_ASKING:
        return PQsendQueryPrepared(session->conn, name_of(statement, name), statement->parameters,
                                   parameters->values, parameters->lengths, binary,
                                   statement->result_format);
    case SESSION_IDLE:
        break;
    }
    REQUIRE(false);
    return false;
}

static enum session_phase next_phase(const struct session *session,
                                     const struct statement *statement)
{
    if (!session->is_set_up) return SESSION_SETTING_UP;
    bool is_prepared = (session->prepared & (1u << statement->number)) != 0;
    return is_prepared ? SESSION_ASKING : SESSION_PREPARING;
}

static bool start_phase(struct session *session, const struct statement *statement,
                        const struct parameters *parameters, int64_t within_ms)
{
    session->phase = next_phase(session, statement);
    session->sent_ns = session_now_ns();
    session->deadline_ns = session->sent_ns + within_ms * NS_PER_MS;
    session->was_warned = false;
    return send(session, statement, parameters);
}

/* @return Whether the query has ended, with its own answer or an error of what goes before it. */
static bool end_phase(struct session *session, const struct statement *statement)
{
    enum session_phase phase = session->phase;
    session->phase = SESSION_IDLE;
    if (phase == SESSION_ASKING || PQresultStatus(session->result) != PGRES_COMMAND_OK) return true;
    if (phase == SESSION_SETTING_UP) session->is_set_up = true;
    if (phase == SESSION_PREPARING) session->prepared |= 1u << statement->number;
    PQclear(session->result);
    session->result = NULL;
    return false;
}

enum log_answer session_ask(struct session *session, const struct statement *statement,
                            const struct parameters *parameters, int64_t within_ms,
                            int64_t until_ns, PGresult **ret_result)
{
    REQUIRE(statement->number < STATEMENTS_MAX);
    REQUIRE(statement->parameters <= PARAMETERS_MAX);
    REQUIRE(session->conn != NULL);
    bool has_ended = false;
    while (!has_ended) {
        if (session->phase == SESSION_IDLE &&
            !start_phase(session, statement, parameters, within_ms))
            return lost(session);
        enum log_answer answer = take_results(session, until_ns);
        if (answer != LOG_DONE) return answer;
        if (session->result == NULL || is_lost(session->result)) return lost(session);
        has_ended = end_phase(session, statement);
    }
    *ret_result = session->result;
    session->result = NULL;
    return session->was_warned ? LOG_WARNED : LOG_DONE;
}

enum log_answer session_demand(struct session *session, const struct statement *statement,
                               const struct parameters *parameters, int64_t connect_ms,
                               int64_t within_ms, PGresult **ret_result)
{
    int64_t until_ns = session_now_ns() + connect_ms * NS_PER_MS;
    enum log_answer answer = session_connect(session, until_ns);
    if (answer == LOG_NOT_YET)
        snprintf(session->problem, sizeof session->problem, "PostgreSQL: not connected yet");
    if (answer != LOG_DONE) return LOG_UNKNOWN;
    return session_ask(session, statement, parameters, within_ms, INT64_MAX, ret_result);
}

/* --- Errors ----------------------------------------------------------------------------------- */

static bool is_of(const char *state, const char *states)
{
    return state != NULL && strstr(states, state) != NULL;
}

enum status session_explain(struct session *session, const PGresult *result,
                            char ret_problem[LOG_PROBLEM_BYTES])
{
    if (result == NULL) {
        snprintf(ret_problem, LOG_PROBLEM_BYTES, "%s", session->problem);
        return STATUS_LOG_AWAY;
    }
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *what = "PostgreSQL";
    bool is_unfit = true;
    if (is_of(state, "42P01 3F000"))
        what = "the database has no tables of a log (onsaled --log-init makes them)";
    else if (is_of(state, "42703 42883 42804"))
        what = "the tables of the log are not those of this version";
    else if (is_of(state, "42501"))
        what = "PostgreSQL gives no permission";
    else
        is_unfit = false;
    snprintf(ret_problem, LOG_PROBLEM_BYTES, "%s: %s", what,
             message == NULL ? PQresStatus(PQresultStatus(result)) : message);
    return is_unfit ? STATUS_LOG_UNFIT : STATUS_LOG_AWAY;
}

enum status session_select(struct session *session, const struct statement *statement,
                           const struct parameters *parameters, int64_t connect_ms,
                           int64_t within_ms, PGresult **ret_result,
                           char ret_problem[LOG_PROBLEM_BYTES])
{
    PGresult *result = NULL;
    session_demand(session, statement, parameters, connect_ms, within_ms, &result);
    if (result != NULL && PQresultStatus(result) == PGRES_TUPLES_OK) {
        *ret_result = result;
        return STATUS_OK;
    }
    enum status err = session_explain(session, result, ret_problem);
    PQclear(result);
    return err;
}
