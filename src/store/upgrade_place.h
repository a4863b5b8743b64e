/* upgrade_place.h -- Where an upgrade goes on: see upgrade.h. For src/store only. */
#ifndef STORE_UPGRADE_PLACE_H
#define STORE_UPGRADE_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "store/record.h"

/** Stored in the meta tree as "upgrade" while one is under way. Its form
 * is for all formats the same. */
struct upgrade_place {
    uint32_t format; /* that the step leads to */
    uint32_t number; /* of the step among those to this format, from 0 */
    uint64_t done;   /* records that the step has gone through */
    struct key last; /* the last of them; empty if none */
};

bool upgrade_place_get(struct store_txn *txn, struct upgrade_place *ret);
void upgrade_place_put(struct store_txn *txn, const struct upgrade_place *place);
void upgrade_place_delete(struct store_txn *txn);

#endif
