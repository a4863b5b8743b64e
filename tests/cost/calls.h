/* calls.h -- The calls whose cost is counted, and those that fill the shop before. Call i of a kind
 * is the same in every run. */
#ifndef COST_CALLS_H
#define COST_CALLS_H

#include <onsale/onsale.h>
#include <stddef.h>

#include "tests/cost/shop.h"

struct call_kind {
    const struct onsale_method *method;
    /* Makes the request of call i, in the shop's arena. */
    const ProtobufCMessage *(*request)(struct shop *shop, size_t i);
};

extern const struct call_kind import_calls;
extern const struct call_kind policy_calls;
extern const struct call_kind create_user_calls; /* user i + 1 */
extern const struct call_kind charge_calls;      /* user i + 1 */
extern const struct call_kind enter_calls;       /* user i + 1 */
extern const struct call_kind poll_calls;        /* those who wait, without an order */
extern const struct call_kind hold_calls;        /* buyer i takes a seat somewhere in the hall */
extern const struct call_kind pay_calls;         /* buyer i pays it */
extern const struct call_kind seat_map_calls;    /* the whole map */
extern const struct call_kind unchanged_calls;   /* the map, for one who knows it */

#endif
