/* intake.h -- Where the calls of a frame go: executed at once, or to the part that executes them.
 */
#ifndef SERVER_INTAKE_H
#define SERVER_INTAKE_H

#include "rpc/dispatch.h"

/** Sorts the calls of a frame: executes reads and first looks of long polls, queues the others for
 * the writer and the slow worker, and refuses what does not fit into their queues. Any thread.
 *
 * @param engine  struct engine, as the dispatcher's application has it. */
void intake_start(void *engine, struct rpc_call *first);

/** Executes the calls of a frame whose turn has begun: see turns.h. Any thread that hands in
 * frames. */
void intake_go_on(void *engine, struct rpc_call *first);

/** How many records the answer of a call may have, known before it is executed: at least 1. */
uint32_t intake_records_asked(const struct rpc_call *rpc);

#endif
