/* leases.h -- The last poll of each waiting entry, for policies under which polling renews an
 * entry.
 *
 * In memory only: a poll costs no write. After a restart every entry counts as polled at the start.
 * All functions are safe from any thread. A `queue` argument is that of the
 * entry's concert. */
#ifndef SERVER_LEASES_H
#define SERVER_LEASES_H

#include "base/status.h"
#include "base/time.h"
#include "model/queue.h"

struct leases;

/** @param start_ms  Entries made before it are taken as polled then. */
enum status leases_open(unix_ms start_ms, struct leases **ret_leases);

/** Notes what the waiting clock of a queue showed at the start, before anything else is asked.
 * @param queue  Of concerts in the order of their ids; those made later need no note.
 * @return STATUS_OK; STATUS_OUT_OF_MEMORY. */
enum status leases_note_start(struct leases *leases, const struct queue *queue);

/** Forgets all polls: from now on entries made before `start_ms` are taken as polled then. Note the
 * starts of all queues again, in their order. Any thread, beside all others. */
void leases_start_anew(struct leases *leases, unix_ms start_ms);

/** NULL is fine. */
void leases_close(struct leases *leases);

/** Notes that a WAITING entry was polled. Does nothing if the policy counts from the entry.
 * If memory is out, the poll is not noted.
 * @param entry  With the time at which its wait was over before the poll.
 * @return When it is over now. */
unix_ms leases_renew(struct leases *leases, const struct queue *queue,
                     const struct queue_entry *entry, unix_ms now_ms);

/** The reading of the waiting clock at which the wait of a WAITING entry is over: by its record, or
 * later if the policy counts from the last poll.
 * @param entry  As stored. */
unix_ms leases_clock_ms(struct leases *leases, const struct queue *queue,
                        const struct queue_entry *entry);

/** When that is, as things are at now_ms: see queue_clock_reaches. */
unix_ms leases_expiry(struct leases *leases, const struct queue *queue,
                      const struct queue_entry *entry, unix_ms now_ms);

/** Forgets an entry that no longer waits. */
void leases_forget(struct leases *leases, uint32_t concert_id, uint64_t number);

#endif
