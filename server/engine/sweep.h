/* sweep.h -- Tidies up what ended by the clock. Nobody depends on it being in time: reads and
 * commands compare for themselves. It makes the events, frees the places and deletes the old. */
#ifndef SERVER_SWEEP_H
#define SERVER_SWEEP_H

#include "server/engine/batch.h"

/** Fires the timers that are due, in order, SWEEP_PER_BATCH_MAX at most. */
void sweep_run(struct batch *batch);

#endif
