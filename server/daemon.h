/* daemon.h -- The engine with threads, clock and sockets: what onsaled runs.
 *
 *   thread            does
 *   main              waits for signals; once a second closes idle connections, and looks whether
 *                     closed ones are freed
 *   nng's             decode frames, execute reads, send replies
 *   writer            every write: engine_write
 *   watcher           long polls: engine_watch
 *   slow              CheckInvariants and BackUp: engine_run_slow */
#ifndef SERVER_DAEMON_H
#define SERVER_DAEMON_H

#include <stdbool.h>

#include "server/options.h"

struct daemon;

/** Opens the store, starts the threads, listens. Says on the log what went wrong.
 * SIGTERM, SIGINT and SIGHUP must be blocked in the calling thread.
 * @return NULL if it can't be started. */
struct daemon *daemon_start(const struct options *options);

/** Serves until SIGTERM or SIGINT.
 * @return False if it has to be started again: nng frees no connections any more. */
bool daemon_run(struct daemon *daemon);

/** Finishes what was accepted, refuses the rest, and frees everything. NULL is fine. */
void daemon_stop(struct daemon *daemon);

#endif
