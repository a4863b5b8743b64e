/* timers.h -- What is due when: lists of timers that one batch set for one moment. */
#ifndef STORE_TIMERS_H
#define STORE_TIMERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "store/bytes.h"
#include "store/store.h"
#include "store/timer_list.h"

/** Puts a list, also over what is there, and deletes one. In a write. */
void timer_list_put(struct store_txn *txn, const struct timer_list *list);
void timer_list_delete(struct store_txn *txn, const struct timer_list *list);

/** When the first timer of a kind, LINE excepted, is due; UNIX_MS_NEVER if there is none. Looked up
 * once in a transaction. */
unix_ms timer_due(struct store_txn *txn, enum timer_kind kind);

/** The list that is due first, of those of a kind. */
bool timer_list_first(struct store_txn *txn, enum timer_kind kind, struct timer_list *ret);

/** The list that is due first after a moment. */
bool timer_list_after(struct store_txn *txn, enum timer_kind kind, unix_ms after_ms,
                      struct timer_list *ret);

/** The same for the line of a queue. */
bool timer_line_first(struct store_txn *txn, uint32_t concert_id, struct timer_list *ret);

/** Every list of a kind that is due at until_ms or before, in the order in which they are due and
 * were set. Nothing may be written meanwhile.
 * @param visit  Return false to stop. */
void timer_lists_visit(struct store_txn *txn, enum timer_kind kind, unix_ms until_ms,
                       bool (*visit)(void *context, const struct timer_list *list), void *context);

/** The same for the line of a queue, with a time on its waiting clock. */
void timer_line_visit(struct store_txn *txn, uint32_t concert_id, unix_ms until_ms,
                      bool (*visit)(void *context, const struct timer_list *list), void *context);

/* --- For src/store only ----------------------------------------------------------------------- */

/** MEMO_TIMERS: every poll asks whether any is due. */
struct timers_due {
    uint32_t known; /* a bit for each kind */
    unix_ms due_ms[TIMER_KINDS];
};

/** Unpacks a list from its key and body; of a damaged one the transaction fails. */
bool timer_list_open(struct store_txn *txn, struct reader key, struct reader value,
                     struct timer_list *ret);

#endif
