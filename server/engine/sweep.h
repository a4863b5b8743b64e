/* sweep.h -- The sweep reaps what has expired: it writes the events, frees the places and deletes
 * old entries. It need not be in time, for reads and commands compare with the time by themselves.
 *
 * A hundred thousand holds may expire at one instant, and the commands of a batch wait behind its
 * sweep. So a batch reaps a bounded number and the next one goes on; queue entries come first,
 * since others wait for their places. */
#ifndef SERVER_SWEEP_H
#define SERVER_SWEEP_H

#include "server/engine/batch.h"

/** Reaps what is due: SWEEP_ENTRIES_MAX queue entries at most, then `holds_max` holds or, if there
 * are fewer, entries to be deleted.
 * @param holds_max  1..SWEEP_HOLDS_MAX. */
void sweep_run(struct batch *batch, uint32_t holds_max);

/** When there is something to reap: in the past if some is left. UNIX_MS_NEVER for nothing. */
unix_ms sweep_due(struct store_txn *txn);

#endif
