/* records.h -- Getting and putting each kind of record.
 *
 * `get` returns whether the record is there and fills `ret` only if it is. `next` gives the first
 * record whose key is greater than the given one (start with zeros), in key order. `put` writes,
 * also over what is there; `append` needs a key greater than all others of its kind. Structs are
 * plain values: nothing is borrowed from the transaction. Writes need a write transaction. */
#ifndef STORE_RECORDS_H
#define STORE_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/catalog.h"
#include "model/event.h"
#include "model/queue.h"
#include "model/reservation.h"
#include "model/seat_block.h"
#include "model/wallet.h"
#include "store/store.h"
#include "store/store_meta.h"
#include "store/timer_list.h"

/* --- counters.c: of the whole store ----------------------------------------------------------- */

struct store_meta meta_get(struct store_txn *txn);
void meta_put(struct store_txn *txn, const struct store_meta *meta);

/* --- catalog.c -------------------------------------------------------------------------------- */

bool concert_get(struct store_txn *txn, uint32_t concert_id, struct concert *ret);
bool concert_next(struct store_txn *txn, uint32_t after_id, struct concert *ret);
void concert_put(struct store_txn *txn, const struct concert *concert);

bool performance_get(struct store_txn *txn, uint32_t performance_id, struct performance *ret);
/** Borrowed until another performance is asked for or put. NULL if it is not there. */
const struct performance *performance_look(struct store_txn *txn, uint32_t performance_id);
bool performance_next(struct store_txn *txn, uint32_t after_id, struct performance *ret);
/** Next performance of one concert. */
bool performance_next_of_concert(struct store_txn *txn, uint32_t concert_id, uint32_t after_id,
                                 struct performance *ret);
void performance_put(struct store_txn *txn, const struct performance *performance);
/** When the first performance of a concert goes on sale; UNIX_MS_NEVER if there is none. */
unix_ms concert_sale_opens_at_ms(struct store_txn *txn, uint32_t concert_id);

bool performance_state_get(struct store_txn *txn, uint32_t performance_id,
                           struct performance_state *ret);
void performance_state_put(struct store_txn *txn, const struct performance_state *state);
/** Borrowed from a write transaction until another performance's is asked for. NULL if it is not
 * there. */
const struct performance_state *performance_state_look(struct store_txn *txn,
                                                       uint32_t performance_id);
/** The same to be changed: it is put when the transaction ends. */
struct performance_state *performance_state_edit(struct store_txn *txn, uint32_t performance_id);

/** The row that a seat is in. */
bool layout_row_of_seat(struct store_txn *txn, uint32_t layout_id, uint32_t seat_index,
                        struct layout_row *ret);
/** First row of a layout whose first_seat_index is at least `from_seat_index`. */
bool layout_row_from(struct store_txn *txn, uint32_t layout_id, uint32_t from_seat_index,
                     struct layout_row *ret);
void layout_row_put(struct store_txn *txn, const struct layout_row *row);

/* --- seats.c ---------------------------------------------------------------------------------- */

bool seat_block_get(struct store_txn *txn, uint32_t performance_id, uint32_t block_index,
                    struct seat_block *ret);
void seat_block_put(struct store_txn *txn, uint32_t performance_id, uint32_t block_index,
                    const struct seat_block *block);
/** Borrowed from a write transaction until another block is asked for. NULL if it is not there. */
const struct seat_block *seat_block_look(struct store_txn *txn, uint32_t performance_id,
                                         uint32_t block_index);
/** The same to be changed: it is put when the transaction ends. */
struct seat_block *seat_block_edit(struct store_txn *txn, uint32_t performance_id,
                                   uint32_t block_index);

/** Every block of a performance in order, as it lies in the store: for whole maps.
 * @param visit  Given the block; return false to stop. */
void seat_blocks_visit(struct store_txn *txn, uint32_t performance_id,
                       bool (*visit)(void *context, uint32_t block_index,
                                     const struct seat_block *block),
                       void *context);

/* --- reservations.c --------------------------------------------------------------------------- */

bool reservation_get(struct store_txn *txn, struct reservation_id id, struct reservation *ret);
bool reservation_next(struct store_txn *txn, struct reservation_id after, struct reservation *ret);
void reservation_put(struct store_txn *txn, const struct reservation *reservation);

/* --- queues.c --------------------------------------------------------------------------------- */

bool queue_get(struct store_txn *txn, uint32_t concert_id, struct queue *ret);
/** The next concert that has a queue, which is not read. @return 0 if there is none. */
uint32_t queue_next_id(struct store_txn *txn, uint32_t after_concert_id);
void queue_put(struct store_txn *txn, const struct queue *queue);

/* --- queue_entries.c -------------------------------------------------------------------------- */

bool queue_entry_get(struct store_txn *txn, uint32_t concert_id, uint64_t number,
                     struct queue_entry *ret);
bool queue_entry_next(struct store_txn *txn, uint32_t concert_id, uint64_t after_number,
                      struct queue_entry *ret);
void queue_entry_put(struct store_txn *txn, const struct queue_entry *entry);
void queue_entry_delete(struct store_txn *txn, uint32_t concert_id, uint64_t number);

/** Number of a user's newest entry in a concert's queue. */
bool queue_user_get(struct store_txn *txn, uint32_t concert_id, uint64_t user_id,
                    uint64_t *ret_number);
/** The newest entry itself. */
bool queue_entry_of_user(struct store_txn *txn, uint32_t concert_id, uint64_t user_id,
                         struct queue_entry *ret);
void queue_user_put(struct store_txn *txn, uint32_t concert_id, uint64_t user_id, uint64_t number);
void queue_user_delete(struct store_txn *txn, uint32_t concert_id, uint64_t user_id);

/* --- queue_ranks.c: who waits, in order (model/rank.h) ---------------------------------------- */

void queue_rank_add(struct store_txn *txn, uint32_t concert_id, uint64_t number);
void queue_rank_remove(struct store_txn *txn, uint32_t concert_id, uint64_t number);
/** How many with a smaller number wait. */
uint64_t queue_rank_before(struct store_txn *txn, uint32_t concert_id, uint64_t number);
/** The smallest number that waits, in a write transaction. */
bool queue_rank_first(struct store_txn *txn, uint32_t concert_id, uint64_t *ret_number);

/* --- wallets.c -------------------------------------------------------------------------------- */

bool wallet_get(struct store_txn *txn, uint64_t user_id, struct wallet *ret);
bool wallet_next(struct store_txn *txn, uint64_t after_user_id, struct wallet *ret);
void wallet_put(struct store_txn *txn, const struct wallet *wallet);

bool ledger_get(struct store_txn *txn, uint64_t user_id, struct ledger_id id,
                struct ledger_entry *ret);
/** Next entry of one user by id. */
bool ledger_next_of_user(struct store_txn *txn, uint64_t user_id, struct ledger_id after,
                         struct ledger_entry *ret);
/** Puts a new entry, and notes its id as used. */
void ledger_put(struct store_txn *txn, const struct ledger_entry *entry);

/* --- ledger_ids.c: the ids of charges and payments, of all users together --------------------- */

/** Whether any user has an entry with this id, in a write transaction. */
bool ledger_id_is_used(struct store_txn *txn, struct ledger_id id);
/** A user who has an entry with it: there is one only, but in stores of format 1. */
bool ledger_id_get(struct store_txn *txn, struct ledger_id id, uint64_t *ret_user_id);
bool ledger_id_next(struct store_txn *txn, struct ledger_id after, struct ledger_id *ret_id,
                    uint64_t *ret_user_id);

/* --- tickets.c -------------------------------------------------------------------------------- */

bool ticket_get(struct store_txn *txn, uint64_t user_id, uint64_t ticket_id, struct ticket *ret);
/** Next ticket of one user by id. */
bool ticket_next_of_user(struct store_txn *txn, uint64_t user_id, uint64_t after_ticket_id,
                         struct ticket *ret);
/** Puts the tickets of one payment: 1..SEATS_PER_HOLD_MAX with consecutive numbers that differ in
 * nothing else but their seats and prices. They are one record. */
void tickets_put(struct store_txn *txn, const struct ticket *tickets, size_t count);

/* --- events.c --------------------------------------------------------------------------------- */

bool event_get(struct store_txn *txn, uint64_t number, struct event *ret);
bool event_next(struct store_txn *txn, uint64_t after_number, struct event *ret);
void event_append(struct store_txn *txn, const struct event *event);

/* --- timers.c: what is due when --------------------------------------------------------------- */

/** Writes a list, also over what is there. */
void timer_list_put(struct store_txn *txn, const struct timer_list *list);
void timer_list_delete(struct store_txn *txn, const struct timer_list *list);

/** When the first timer of a kind, LINE excepted, is due; UNIX_MS_NEVER if there is none. Looked up
 * once in a transaction. */
unix_ms timer_due(struct store_txn *txn, enum timer_kind kind);

/** The list that is due first, of those of a kind. */
bool timer_list_first(struct store_txn *txn, enum timer_kind kind, struct timer_list *ret);

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

#endif
