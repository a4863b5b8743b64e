/* execute.h -- Executes one call in one transaction: its policy first, then the method. */
#ifndef SERVER_EXECUTE_H
#define SERVER_EXECUTE_H

#include "server/engine/call.h"

/** Makes a struct call, the only place that does, checks the method's policy, makes the response
 * and calls the handler.
 *
 * @param now_ms  The transaction's time.
 * @param batch   Of a write; NULL for reads.
 * @return What the call is to be finished with; STATUS_NOT_YET for a long poll that waits on. */
enum status execute_call(struct engine *engine, struct store_txn *txn, unix_ms now_ms,
                         struct batch *batch, struct rpc_call *rpc);

#endif
