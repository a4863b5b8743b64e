/* flusher.h -- Answers calls once the writes that their answers depend on are on disk. */
#ifndef SERVER_FLUSHER_H
#define SERVER_FLUSHER_H

#include "server/engine/call_list.h"
#include "server/engine/engine.h"

/** Finishes executed calls: at once if they depend on flushed writes only, else after the flush of
 * the last one. Any thread.
 *
 * @param calls  With outcome and saw_write set; empty afterwards. */
void flusher_finish(struct engine *engine, struct call_list *calls);

/** Finishes what was flushed, and refuses the others with NOT_LEADER. The writer's, with the role's
 * `answering`, when it stops leading. */
void flusher_refuse_unflushed(struct engine *engine);

/** Flushes what was applied, and measures how long that takes. @return As store_flush. Any thread.
 */
enum status flusher_flush(struct engine *engine);

#endif
