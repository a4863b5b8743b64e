/* log.h -- The order of all writes of a shop, kept where several machines can read it and none can
 * lose it.
 *
 * The log is a row of entries, numbered from 1 without gaps. An entry is what one write changed, as
 * the journal of a single machine has it, so whoever applies all entries in order has the leader's
 * store. One replica leads at a time, and appends; the others follow, and read. Nothing but the log
 * says who leads: a leader is one whose START entry has been acknowledged and not been followed by
 * another's.
 *
 * Leaders are told apart by epochs, which only grow. An entry is valid if its index is the next one
 * and its epoch is not below that of the newest START before it: every reader comes to the same
 * verdict. What is not valid counts as not there, and a leader may put its own in its place.
 *
 * An append is acknowledged when it can't be lost any more. One whose outcome is unknown, for
 * whatever reason, is repeated as it was until it is known: log_flush does not say that it failed.
 * It ends when the entry is acknowledged, or when another epoch has its index: then this replica
 * was deposed, and what it staged and was not acknowledged never happened.
 *
 *   who                      what
 *   the writer               log_lead, log_stage, log_follow
 *   any thread, one at a time  log_flush
 *   any thread, one at a time  log_report, log_needed, log_trim
 *   any thread               log_check, beside everything
 *                            log_acknowledged, log_lease_ns, log_news_ns, log_seen
 *
 * The rules are in append.h and reader.h, whatever the engine: memory/ for tests, with faults;
 * postgres/. A server without a log, which is a shop on one machine, has its journal in the data
 * folder (src/journal) and none of this. */
#ifndef LOG_LOG_H
#define LOG_LOG_H

#include <stdbool.h>

#include "base/status.h"
#include "log/entry.h"

struct log;

/* Times in nanoseconds are of CLOCK_BOOTTIME, which goes on while a machine sleeps; in a
 * simulation, of its clock. */

/** Claims an epoch above all that were claimed before. No entry says so yet: the caller reads to
 * the end (log_follow with to_end), stages START at the index after it, and flushes; what comes
 * between makes that flush end with STATUS_DEPOSED, and the caller begins anew. What was staged
 * before is dropped. No log_flush may run. Who follows at a host that lags hears nothing of a
 * leader that is well: before a claim it reads to the end without taking anything, and looks
 * whether that was news (log_news_ns).
 * @param holder  Who it is, for people.
 * @return STATUS_OK; STATUS_NOT_YET: another claims at the same time, give it time;
 * STATUS_LOG_AWAY: the log can't be reached, nothing was claimed for sure; STATUS_LOG_UNFIT: it has
 * no such table. */
enum status log_lead(struct log *log, const char *holder, uint64_t *ret_epoch);

/** Takes an entry, copied, for the next flush. Its epoch must be the claimed one; the first after
 * log_lead must be a START, and each index the next one. Never waits for the log.
 * @return STATUS_OK; STATUS_OUT_OF_MEMORY: it was not taken. */
enum status log_stage(struct log *log, const struct log_entry *entry);

/** Appends all that was staged before the call, and waits until it is acknowledged.
 * @param patience_ms  How long it waits before it comes back to say so; 0 only looks.
 * @return STATUS_OK; STATUS_NOT_YET: unknown so far, call it again, it goes on where it was;
 * STATUS_DEPOSED, from then on for good, until log_lead. */
enum status log_flush(struct log *log, int64_t patience_ms);

/** Calls `visit` for each valid entry after a place, in order, until one is not STATUS_OK or there
 * is no more. Waits for nothing but the log's answer.
 * @param after   What the caller has. An entry that is gone because it was trimmed is a problem.
 * @param to_end  False: entries that were acknowledged, as far as the log tells. True: all that are
 *                there, also those of which nobody knows: for a new leader, whose START makes them
 *                so. From the host that took the claim.
 * @param ret_problem  On a status that `visit` did not return, what is wrong, for people.
 * @return What `visit` returned last; STATUS_OK; STATUS_LOG_AWAY; STATUS_LOG_NEWER: an entry is of
 * a later version, nothing of its row was visited; STATUS_LOG_DAMAGED: an entry can't be read, was
 * trimmed, or has been missing for LOG_GAP_MS_MAX, or `after` is not a place of this log;
 * STATUS_LOG_UNFIT: it has no such table; STATUS_OUT_OF_MEMORY. */
enum status log_follow(struct log *log, struct log_place after, bool to_end,
                       enum status (*visit)(void *context, const struct log_entry *entry),
                       void *context, char ret_problem[LOG_PROBLEM_BYTES]);

/** Looks whether the log is one that this shop can rely on: the right shop, a version that is
 * known, and, to lead, an engine that acknowledges only what can't be lost. At the start and every
 * minute.
 * @return STATUS_OK; STATUS_LOG_AWAY; STATUS_LOG_UNFIT, both with the problem. */
enum status log_check(struct log *log, bool to_lead, char ret_problem[LOG_PROBLEM_BYTES]);

/** Says in the log that a replica has a checkpoint at this index: after a crash it reads on from
 * there, and needs no entry before. Not less than it needs, whenever that is.
 * @param node  Its name, another for each replica.
 * @return STATUS_OK; STATUS_LOG_AWAY; STATUS_LOG_UNFIT: the log has no table for it, being of an
 * older version, until it is made again (log_postgres_init). */
enum status log_report(struct log *log, const char *node, uint64_t index);

/** The least index that a replica has reported, of those that did so in the last `silent_ms`. 0:
 * none did. @return As log_report. */
enum status log_needed(struct log *log, int64_t silent_ms, uint64_t *ret_index);

/** Removes entries from the front, a bounded number of rows: those that end below an index and are
 * of a time before. Whatever is left is whole, and who needs more is told that it was trimmed.
 * @param ret_rows  How many; fewer than LOG_TRIM_ROWS: there are no more.
 * @return STATUS_OK; STATUS_LOG_AWAY: some may be gone; STATUS_LOG_UNFIT. */
enum status log_trim(struct log *log, uint64_t below_index, unix_ms before_ms, size_t *ret_rows);

/** Index of the newest entry that was acknowledged to this leader; 0 if none was. Any thread. */
uint64_t log_acknowledged(const struct log *log);

/** When the newest append that was acknowledged had first been sent; 0 if none was. Until so much
 * later nobody else can have led: see the read lease in docs/CLUSTER.md. Any thread. */
int64_t log_lease_ns(const struct log *log);

/** When log_follow last brought something new, acknowledged or not; 0: never. Any thread. */
int64_t log_news_ns(const struct log *log);

/** When log_follow first saw the row that ends with an entry, the last that it read to the end:
 * whoever appended it has sent it before. Now, if the newest that was seen is another, which is
 * gone. The thread's that follows. */
int64_t log_heard_ns(const struct log *log, struct log_place last);

/** Index of the newest entry that log_follow has seen or log_flush has had acknowledged; entries
 * that are not acknowledged count. 0: none. Any thread. */
uint64_t log_seen(const struct log *log);

/** NULL is fine. */
void log_close(struct log *log);

#endif
