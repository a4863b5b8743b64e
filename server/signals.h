/* signals.h -- The signals that the server obeys, taken one by one by its main thread. */
#ifndef SERVER_SIGNALS_H
#define SERVER_SIGNALS_H

#include <stdint.h>

/** Blocks SIGTERM, SIGINT and SIGHUP in this thread and those it starts, and ignores SIGPIPE. */
void signals_block(void);

/** Waits for one of those blocked, and notes meanwhile how time passes for rpc/listen/arrivals.h.
 * @param moment_ns  No longer than this; of system_ticks_ns.
 * @return The signal; below 0 if none came. */
int signals_wait(int64_t moment_ns);

#endif
