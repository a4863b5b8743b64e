#include "client/command/connection.h"

#include <time.h>

#include "client/command/failure.h"
#include "client/command/json.h"
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

static int64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void pause_for_a_moment(void)
{
    nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000L}, NULL);
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

enum onsale_status connection_call(struct connection *connection, struct run *run,
                                   const ProtobufCMessage *request,
                                   const struct onsale_call_options *options,
                                   ProtobufCMessage **ret_answer)
{
    uint32_t wait_ms = *connection->wait_ms;
    enum onsale_status status;
    for (bool goes_on = true; goes_on;) {
        int64_t began_ms = monotonic_ms();
        if (connection->is_away) *connection->wait_ms = 0;
        status = onsale_channel_call(run->channel, run->command->method, request, options,
                                     ret_answer, &run->error);
        goes_on = status != ONSALE_OK &&
                  is_worth_waiting(connection, run, monotonic_ms() - began_ms + PAUSE_MS);
        if (goes_on) tell_it_is_away(connection, run);
        if (goes_on) pause_for_a_moment();
    }
    if (status == ONSALE_OK) tell_it_is_there(connection, run);
    *connection->wait_ms = wait_ms;
    return status;
}
