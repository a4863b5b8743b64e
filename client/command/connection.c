#include "client/command/connection.h"

#include <time.h>

#include "client/command/failure.h"
#include "client/command/output.h"

enum { PAUSE_MS = 250 };

/* For programs a line of JSON, like the events themselves. */
static void tell(const struct run *run, const char *state, const char *text, const char *reason)
{
    fflush(stdout);
    if (run->json)
        json_write_line(json_pack("{soso}", "connection", json_from_text(state), "reason",
                                  json_from_text(reason)),
                        stderr);
    else
        output_line(stderr, "%s%s%s%s", text, reason[0] == '\0' ? "" : " (", reason,
                    reason[0] == '\0' ? "" : ")");
}

/* Whether it is worth another try, after a call that took so long. */
static bool is_worth_waiting(struct connection *connection, const struct run *run, int64_t took_ms)
{
    if (failure_exit_code((int)run->error.code) != EXIT_CODE_UNREACHABLE) return false;
    if (!connection->was_there && run->timeout_ms == 0) return false;
    if (connection->is_away) connection->away_ms += took_ms;
    return run->timeout_ms == 0 || connection->away_ms < run->timeout_ms;
}

static void tell_it_is_away(struct connection *connection, const struct run *run)
{
    if (connection->is_away) return;
    connection->is_away = true;
    connection->away_ms = 0;
    tell(run, "waiting", "waiting for the server ...", onsale_status_text(run->error.status));
}

static void tell_it_is_there(struct connection *connection, const struct run *run)
{
    if (connection->is_away)
        tell(run, "connected", connection->was_there ? "connected again" : "connected", "");
    connection->was_there = true;
    connection->is_away = false;
}

void *connection_call(struct connection *connection, struct run *run,
                      const ProtobufCMessage *request, const struct onsale_call_options *options)
{
    uint32_t wait_ms = *connection->wait_ms;
    void *answer;
    for (;;) {
        int64_t began_ms = onsale_now_ms();
        if (connection->is_away) *connection->wait_ms = 0;
        answer = run_ask(run, run->command->method, request, options);
        if (answer != NULL ||
            !is_worth_waiting(connection, run, onsale_now_ms() - began_ms + PAUSE_MS))
            break;
        tell_it_is_away(connection, run);
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000L}, NULL);
    }
    if (answer != NULL) tell_it_is_there(connection, run);
    *connection->wait_ms = wait_ms;
    return answer;
}
