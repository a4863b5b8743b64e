/* watcher.h -- Long polls: reads that are answered when there is something new. */
#ifndef SERVER_WATCHER_H
#define SERVER_WATCHER_H

#include <stdbool.h>

#include "rpc/dispatch.h"
#include "server/engine/call_list.h"
#include "server/engine/engine.h"

/** Checks where a long poll came from and fixes until when it may wait. Any thread.
 * @return STATUS_OK; STATUS_ARGUMENT_INVALID naming wait_ms; STATUS_WATCH_SOCKET_NEEDED. */
enum status watcher_prepare(struct rpc_call *rpc, unix_ms now_ms);

/** Whether a long poll must be answered now, changed or not. */
bool watcher_is_over(const struct engine *engine, const struct rpc_call *rpc, unix_ms now_ms);

/** Executes a long poll as a read, and keeps nothing of a look in vain. Any thread.
 * @return As the method; STATUS_NOT_YET: it waits, rpc->watch says for what. */
enum status watcher_execute(struct engine *engine, struct store_txn *txn, unix_ms now_ms,
                            struct rpc_call *rpc);

/** Takes those with STATUS_NOT_YET out of calls that were executed. */
struct call_list watcher_take_waiting(struct call_list *calls);

/** Lets long polls wait; those beyond WATCHERS_MAX are refused with WATCHERS_FULL. Any thread. */
void watcher_add(struct engine *engine, struct call_list *waiting);

/** A peer is gone: its long polls give up their places. Any thread.
 * @param engine  struct engine, as the dispatcher's application has it. */
void watcher_peer_gone(void *engine, const struct rpc_peer *peer);

#endif
