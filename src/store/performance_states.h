/* performance_states.h -- What changes of a performance while it is sold: every claim changes it.
 */
#ifndef STORE_PERFORMANCE_STATES_H
#define STORE_PERFORMANCE_STATES_H

#include <stdbool.h>
#include <stdint.h>

#include "model/catalog.h"
#include "store/store.h"

/** @return Whether the state is there; *ret is filled only if it is. */
bool performance_state_get(struct store_txn *txn, uint32_t performance_id,
                           struct performance_state *ret);
void performance_state_put(struct store_txn *txn, const struct performance_state *state);

/** In a write: borrowed until another performance's is asked for. NULL if it is not there. */
const struct performance_state *performance_state_look(struct store_txn *txn,
                                                       uint32_t performance_id);

/** The same, to be changed. */
struct performance_state *performance_state_edit(struct store_txn *txn, uint32_t performance_id);

/* --- For src/store only ----------------------------------------------------------------------- */

extern const struct cache_kind performance_states_cache;

#endif
