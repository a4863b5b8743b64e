/* call_log.h -- What the log tells of single calls: each act of administration, with who did it and
 * what it has changed; those that failed; and, if that is wanted, those that took long. */
#ifndef SERVER_CALL_LOG_H
#define SERVER_CALL_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "rpc/dispatch.h"
#include "server/engine/call.h"

/** Logs a call if it was an act of administration: a method of the admin socket that changes
 * something or writes a file, whether it succeeded or was refused. */
void call_log_act(const struct rpc_call *call, enum status status);

/** Whether a call that ended so has failed by the server's fault: INTERNAL, UNKNOWN and DATA_LOSS,
 * and STORAGE_FAILED. Refusals are no failures. */
bool call_log_is_failure(enum status status);

/** Logs a call that took long or failed, with where its time went and the trace that its caller
 * named. */
void call_log_slow(const struct rpc_call *call, enum status status, struct call_times times);
void call_log_failed(const struct rpc_call *call, enum status status, struct call_times times);

#endif
