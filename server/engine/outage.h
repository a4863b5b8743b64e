/* outage.h -- While nobody leads a shop on several machines, nobody can pay for what he holds. So
 * the clock of holds stands as long: when somebody leads again, those that were live last longer by
 * the time that there is no entry of in the log. A leader makes one at least every BEAT_MS.
 *
 * It is a write like others, so replicas do not decide it for themselves. */
#ifndef SERVER_OUTAGE_H
#define SERVER_OUTAGE_H

#include "server/engine/batch.h"

/** Shorter ones are none; and so many holds are given their time back, those that end first: what
 * they change must fit into an entry. Unit: milliseconds, holds. */
enum { OUTAGE_MS_MIN = 1000, OUTAGE_HOLDS_MAX = 65536 };

struct engine;

/** Gives holds the time back that has passed since the newest entry, if that was an outage. In a
 * batch that has just begun. Without memory for it, holds end when they would have. */
void outage_give_back(struct batch *batch);

/** Whether there was one before an entry of this time, if it is made next. The writer's. */
bool outage_is_over(const struct engine *engine, unix_ms now_ms);

/** Makes an entry of its own of that. The writer's, while it leads. @return As engine_write. */
enum status outage_append(struct engine *engine, unix_ms now_ms);

#endif
