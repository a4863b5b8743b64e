/* sweep.h -- Reaps what ended by the clock. Nothing depends on it being in time: reads and
 * commands compare for themselves. It makes the events, frees the places and deletes the old.
 *
 * A hundred thousand holds may end at one instant, and the commands of a batch wait behind its
 * sweep. So a batch reaps a little and the next one goes on; the entries of queues come first,
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
