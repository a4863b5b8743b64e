/* leases.h -- When waiting entries were polled last, where the policy renews them by polling.
 *
 * Kept in memory only: a poll costs no disk write. After a restart every entry counts as polled at
 * the start. All functions are safe from any thread. */
#ifndef SERVER_LEASES_H
#define SERVER_LEASES_H

#include "base/status.h"
#include "base/time.h"
#include "model/queue.h"

struct leases;

/** @param start_ms  Entries made before it are taken as polled then. */
enum status leases_open(unix_ms start_ms, struct leases **ret_leases);

/** NULL is fine. */
void leases_close(struct leases *leases);

/** Notes that a WAITING entry was polled. Does nothing if the policy counts from the entry.
 * If memory is out, the poll is not noted.
 * @param entry  With the expiry that it had before the poll.
 * @return When the entry expires now. */
unix_ms leases_renew(struct leases *leases, const struct queue *queue,
                     const struct queue_entry *entry, unix_ms now_ms);

/** When a WAITING entry expires: by its record, or later if the policy counts from the last poll.
 */
unix_ms leases_expiry(struct leases *leases, const struct queue *queue,
                      const struct queue_entry *entry);

/** Forgets an entry that no longer waits. */
void leases_forget(struct leases *leases, uint32_t concert_id, uint64_t number);

#endif
