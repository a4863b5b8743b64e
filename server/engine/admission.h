/* admission.h -- Admission: every change of a queue entry, from entering to its end. A `queue`
 * argument is that of the entry's concert. */
#ifndef SERVER_ADMISSION_H
#define SERVER_ADMISSION_H

#include "model/queue.h"
#include "server/engine/batch.h"

/** Lets in as many as policy, places and credit allow, in the order of their numbers; those at the
 * head whose time is up are ended instead. Arms the timers for the next admission and for the end
 * of the first wait, and saves the queue. To be called after every change of a queue.
 * @param queue  As loaded in this batch, with the change already made; changed. */
void admission_run(struct batch *batch, struct queue *queue);

/** Appends an entry at the end of the line, or lets it in at once if nobody waits and there is
 * room.
 * @param entry  User, secret and what is carried over; the rest is set here. Saved.
 * @param queue  Changed, not saved: admission_run does that. */
void admission_enter(struct batch *batch, struct queue *queue, struct queue_entry *entry);

/** Sets the timer of a WAITING entry.
 * @param clock_ms  When its wait is over, on the waiting clock.
 * @param queue     Changed, not saved: admission_run does that. */
void admission_set_line_timer(struct batch *batch, struct queue *queue,
                              const struct queue_entry *entry, unix_ms clock_ms);

/** Ends an entry that is WAITING or ACTIVE in the store.
 * @param entry   With the time at which it expires or would have expired.
 * @param status  QUEUE_ENTRY_EXPIRED or QUEUE_ENTRY_LEFT.
 * @param queue   Changed, not saved: admission_run does that. */
void admission_end(struct batch *batch, struct queue *queue, struct queue_entry *entry,
                   enum queue_entry_status status);

#endif
