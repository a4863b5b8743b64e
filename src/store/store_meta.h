/* store_meta.h -- Counters of a whole store, as one record has them. */
#ifndef STORE_STORE_META_H
#define STORE_STORE_META_H

#include <stdint.h>

#include "base/time.h"

struct store_meta {
    unix_ms now_ms; /* time of the last batch: the next one's is not less */
    uint64_t last_batch;
    uint64_t last_event;
    uint64_t last_ticket;
    uint64_t users;
    uint64_t reservations;
    uint64_t applied_epoch; /* the place in the log of the write that put this: whatever copy of */
    uint64_t applied_index; /* a store it is in says how far it is. Without a log, of epoch 0 */
};

#endif
