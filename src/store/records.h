/* records.h -- All kinds of records, each in its own header.
 *
 * `get` returns whether the record is there and fills `ret` only if it is. `next` gives the first
 * record whose key is greater than the given one (start with zeros), in key order. `put` writes,
 * also over what is there; `append` needs a key greater than all others of its kind. Structs are
 * plain values: nothing is borrowed from the transaction, but by functions that say so (`look`,
 * `edit`). Writes need a write transaction. */
#ifndef STORE_RECORDS_H
#define STORE_RECORDS_H

#include "store/concerts.h"
#include "store/counters.h"
#include "store/events.h"
#include "store/layout_rows.h"
#include "store/ledger.h"
#include "store/ledger_ids.h"
#include "store/performance_states.h"
#include "store/performances.h"
#include "store/queue_entries.h"
#include "store/queue_ranks.h"
#include "store/queue_users.h"
#include "store/queues.h"
#include "store/reservations.h"
#include "store/seats.h"
#include "store/tickets.h"
#include "store/timers.h"
#include "store/wallets.h"

#endif
