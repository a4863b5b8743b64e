/* codec_parts.h -- The parts of records that are packed by hand, since bytes count: what
 * records.def calls PART. For src/store only. */
#ifndef STORE_CODEC_PARTS_H
#define STORE_CODEC_PARTS_H

#include "model/catalog.h"
#include "model/queue.h"
#include "model/reservation.h"
#include "model/seat_block.h"
#include "model/wallet.h"
#include "store/bytes.h"
#include "store/timer_list.h"

enum { TIMER_ITEM_BYTES = 16 };

void performance_stops_pack(struct writer *value, const struct performance_state *state);
void performance_stops_unpack(struct reader *value, struct performance_state *ret);
void performance_stops_default(struct performance_state *ret);

void seat_words_pack(struct writer *value, const struct seat_block *block);
void seat_words_unpack(struct reader *value, struct seat_block *ret);

void reservation_seats_pack(struct writer *value, const struct reservation *reservation);
void reservation_seats_unpack(struct reader *value, struct reservation *ret);

void queue_entry_head_pack(struct writer *value, const struct queue_entry *entry);
void queue_entry_head_unpack(struct reader *value, struct queue_entry *ret);

void ledger_payment_pack(struct writer *value, const struct ledger_entry *entry);
void ledger_payment_unpack(struct reader *value, struct ledger_entry *ret);

/** @param ret  Knows its kind, which is in the key. */
void timer_items_pack(struct writer *value, const struct timer_list *list);
void timer_items_unpack(struct reader *value, struct timer_list *ret);

#endif
