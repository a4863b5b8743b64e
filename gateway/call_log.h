/* call_log.h -- What the log tells of single calls: those that failed, and, if that is wanted,
 * those that took long; never any other. As onsaled's own lines, with the same trace, if there is
 * one.
 *
 * Threads: the loop's. */
#ifndef GATEWAY_CALL_LOG_H
#define GATEWAY_CALL_LOG_H

#include <onsale/onsale.h>
#include <stdbool.h>
#include <stdint.h>

/** A call that has ended. */
struct ended_call {
    const struct onsale_method *method;
    const char *peer; /* address of who asked */
    int64_t took_ms;
    const char *trace_id;             /* "": none */
    const struct onsale_error *error; /* NULL: it succeeded */
};

/** @param slow_ms  Calls that take so long are logged, but no long polls; 0: none is. */
void call_log_set(int64_t slow_ms);

/** Whether slow calls are logged: then each has a trace. */
bool call_log_is_on(void);

/** Logs a call if it failed, with UNKNOWN, INTERNAL, DATA_LOSS or UNAVAILABLE (but not because the
 * server is stopping), or if it was slow. */
void call_log_ended(const struct ended_call *call);

#endif
