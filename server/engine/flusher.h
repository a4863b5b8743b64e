/* flusher.h -- No answer tells of a write that is not on disk. */
#ifndef SERVER_FLUSHER_H
#define SERVER_FLUSHER_H

#include "server/engine/call_list.h"
#include "server/engine/engine.h"

/** Finishes executed calls: those that tell of nothing later than what is on disk now, the others
 * after the flush that makes it so. Any thread.
 *
 * @param calls  With outcome and saw_write set; empty afterwards. */
void flusher_finish(struct engine *engine, struct call_list *calls);

#endif
