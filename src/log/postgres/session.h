/* session.h -- A connection to one of the hosts, and one query at a time on it, neither of which
 * ever waits longer than it is told. For src/log/postgres.
 *
 * All hosts are connected to at once, and the first that is fit is taken. One that is not fit is
 * tried again while another has not answered. One that did not answer in time is taken again only
 * when no other is fit, or may be so: one that keeps silent is not waited for. Other sessions, too,
 * leave it before they ask, unless it has answered them since: each would wait as long, one after
 * the other. */
#ifndef LOG_POSTGRES_SESSION_H
#define LOG_POSTGRES_SESSION_H

#include "log/engine.h"
#include "log/postgres/hosts.h"

enum { PARAMETERS_MAX = 10, STATEMENTS_MAX = 16 };

/** A statement, prepared on a connection when it is needed there first. */
struct statement {
    unsigned number; /* below STATEMENTS_MAX, another for each */
    const char *sql;
    int parameters;
    const Oid *types;
    int result_format; /* 1: binary */
};

struct parameters {
    const char *values[PARAMETERS_MAX];
    int lengths[PARAMETERS_MAX];
};

enum session_phase { SESSION_IDLE, SESSION_SETTING_UP, SESSION_PREPARING, SESSION_ASKING };

struct session {
    struct hosts *hosts; /* of all sessions of a log */
    bool wants_writes;
    PGconn *conn; /* NULL: not connected */
    size_t host;  /* of it */
    uint32_t prepared;
    bool is_set_up;
    enum session_phase phase;
    int64_t sent_ns, deadline_ns; /* of the query under way */
    int64_t heard_ns;             /* when it had an answer last, or connected */
    bool was_warned;              /* since it began */
    PGresult *result;             /* of it, so far */

    PGconn *tries[HOSTS_MAX]; /* while it connects */
    int64_t tried_ns[HOSTS_MAX];
    PostgresPollingStatusType wanted[HOSTS_MAX];
    bool is_trying;
    int64_t tries_ns; /* when it began to */
    size_t avoided;   /* host that was too slow; HOSTS_MAX: none */
    char problem[LOG_PROBLEM_BYTES];
};

/** CLOCK_BOOTTIME. */
int64_t session_now_ns(void);

void session_init(struct session *session, struct hosts *hosts, bool wants_writes);

/** Ends the connection, and the query under way with it. */
void session_lose(struct session *session);

/** The same, and takes another host the next time, if one is fit. */
void session_leave_host(struct session *session);

/** Connects, if it isn't, or the host keeps silent.
 * @return LOG_DONE; LOG_NOT_YET; LOG_UNKNOWN: none is fit, session->problem says why. */
enum log_answer session_connect(struct session *session, int64_t until_ns);

/** Sends a query, or goes on with the one that was sent, on the connection that there is.
 * @param within_ms   How long the query may take until the connection counts as lost.
 * @param ret_result  On LOG_DONE and LOG_WARNED: what was answered, maybe an error; to be cleared.
 * @return LOG_DONE; LOG_WARNED; LOG_NOT_YET; LOG_UNKNOWN: the connection was lost, session->problem
 * says why. */
enum log_answer session_ask(struct session *session, const struct statement *statement,
                            const struct parameters *parameters, int64_t within_ms,
                            int64_t until_ns, PGresult **ret_result);

/** Connects and asks, and waits for both as long as they may take.
 * @return LOG_DONE, LOG_WARNED or LOG_UNKNOWN. */
enum log_answer session_demand(struct session *session, const struct statement *statement,
                               const struct parameters *parameters, int64_t connect_ms,
                               int64_t within_ms, PGresult **ret_result);

/** The same for a statement that answers with lines.
 * @param ret_result  On STATUS_OK only; to be cleared.
 * @return STATUS_OK; as session_explain, with the problem. */
enum status session_select(struct session *session, const struct statement *statement,
                           const struct parameters *parameters, int64_t connect_ms,
                           int64_t within_ms, PGresult **ret_result,
                           char ret_problem[LOG_PROBLEM_BYTES]);

/** What an answer that is an error says of the log. LOG_DAMAGED never.
 * @return STATUS_LOG_UNFIT: it has no such table, or no permission for it; else STATUS_LOG_AWAY. */
enum status session_explain(struct session *session, const PGresult *result,
                            char ret_problem[LOG_PROBLEM_BYTES]);

#endif
