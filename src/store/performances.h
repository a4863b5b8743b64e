/* performances.h -- The performances of concerts: what does not change while they are sold. */
#ifndef STORE_PERFORMANCES_H
#define STORE_PERFORMANCES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "model/catalog.h"
#include "store/store.h"

/** @return Whether the performance is there; *ret is filled only if it is. */
bool performance_get(struct store_txn *txn, uint32_t performance_id, struct performance *ret);

/** Borrowed until another performance is asked for or put. NULL if it is not there. */
const struct performance *performance_look(struct store_txn *txn, uint32_t performance_id);

/** The performance with the next greater id, of all or of one concert; begin with 0. */
bool performance_next(struct store_txn *txn, uint32_t after_id, struct performance *ret);
bool performance_next_of_concert(struct store_txn *txn, uint32_t concert_id, uint32_t after_id,
                                 struct performance *ret);

/** Puts it, also over what is there. In a write. */
void performance_put(struct store_txn *txn, const struct performance *performance);

/** When the first performance of a concert goes on sale; UNIX_MS_NEVER if there is none. */
unix_ms concert_sale_opens_at_ms(struct store_txn *txn, uint32_t concert_id);

/* --- For src/store only ----------------------------------------------------------------------- */

extern const struct cache_kind performances_cache;

#endif
