/* present.h -- From records of the store to messages of the wire.
 *
 * Messages are made in the arena; each function returns NULL if the arena is used up. */
#ifndef SERVER_PRESENT_H
#define SERVER_PRESENT_H

#include "base/arena.h"
#include "model/catalog.h"
#include "model/event.h"
#include "model/queue.h"
#include "model/reservation.h"
#include "model/wallet.h"
#include "onsale/v1/admin.pb-c.h"
#include "onsale/v1/catalog.pb-c.h"
#include "onsale/v1/event.pb-c.h"
#include "onsale/v1/payment.pb-c.h"
#include "onsale/v1/queue.pb-c.h"
#include "onsale/v1/reservation.pb-c.h"
#include "onsale/v1/wallet.pb-c.h"
#include "store/store.h"

/** @param entry         With the time at which it expires.
 * @param expired_ahead  WAITING entries ahead whose time is up but that are not reaped yet. */
Onsale__V1__QueueEntry *present_queue_entry(struct arena *arena, struct store_txn *txn,
                                            const struct queue *queue,
                                            const struct queue_entry *entry, uint64_t expired_ahead,
                                            unix_ms now_ms);

Onsale__V1__LedgerEntry *present_ledger_entry(struct arena *arena,
                                              const struct ledger_entry *entry);

/** The seat with its labels, read from the layout of the performance. */
Onsale__V1__Seat *present_seat(struct arena *arena, struct store_txn *txn,
                               const struct performance *performance, uint32_t seat_index);

Onsale__V1__Reservation *present_reservation(struct arena *arena, struct store_txn *txn,
                                             const struct reservation *reservation, unix_ms now_ms);

/** The payment with its tickets, entry->tickets_count of them. */
Onsale__V1__Payment *present_payment(struct arena *arena, struct store_txn *txn,
                                     const struct ledger_entry *entry,
                                     const struct ticket *tickets);

/** The same, with the tickets as they are stored. */
Onsale__V1__Payment *present_stored_payment(struct arena *arena, struct store_txn *txn,
                                            const struct ledger_entry *entry);

Onsale__V1__Ticket *present_ticket(struct arena *arena, struct store_txn *txn,
                                   const struct ticket *ticket);

Onsale__V1__Concert *present_concert(struct arena *arena, const struct concert *concert);

/** @param state  With the seats that can be held now.
 * @param queue  Of its concert. */
Onsale__V1__Performance *present_performance(struct arena *arena,
                                             const struct performance *performance,
                                             const struct performance_state *state,
                                             const struct queue *queue);

Onsale__V1__SaleStops *present_sale_stops(struct arena *arena, uint32_t performance_id,
                                          bool holding_stopped, bool paying_stopped);

Onsale__V1__Event *present_event(struct arena *arena, const struct event *event);

Onsale__V1__QueuePolicy *present_queue_policy(struct arena *arena,
                                              const struct queue_policy *policy);

/** An array of `count` message pointers in the arena, for a repeated field. */
void *present_array(struct arena *arena, size_t count);

#endif
