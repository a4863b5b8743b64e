/* reader.h -- Executes reads on the thread that received them, in one snapshot. */
#ifndef SERVER_READER_H
#define SERVER_READER_H

#include <stdbool.h>

#include "server/engine/call_list.h"
#include "server/engine/engine.h"

/** Executes calls in order on one snapshot and notes their outcomes. Any thread.
 * @param now_ms  From engine_report_now_ms. */
void reader_execute(struct engine *engine, struct call_list *calls, unix_ms now_ms);

/** Executes reads and finishes those that have something to tell; the long polls among the others
 * wait for it. Any thread.
 * @param now_ms  From engine_report_now_ms. */
void reader_serve(struct engine *engine, struct call_list *calls, unix_ms now_ms);

/** Finishes reads that were executed just now, with something to tell; those that a leader can't be
 * sure of are executed again, once it can, and those that only a leader may answer are refused by
 * who leads no more. Any thread. @param calls  Empty afterwards. */
void reader_finish(struct engine *engine, struct call_list *calls);

/** Whether a read would miss what was acknowledged already: then the writer commits first. */
bool reader_is_behind(const struct engine *engine);

#endif
