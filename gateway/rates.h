/* rates.h -- How often each peer asks, and how much it has under way: token buckets by name.
 *
 * Threads: the loop's. */
#ifndef GATEWAY_RATES_H
#define GATEWAY_RATES_H

#include "gateway/access.h"

struct rates;
struct rate;

/** @return NULL if there is no memory. */
struct rates *rates_open(void);

/** Nothing may be under way. NULL is fine. */
void rates_close(struct rates *rates);

/** A request begins.
 * @param who              Name or address.
 * @param ret_rate         Set if true is returned: to be given back when the request has ended.
 *                         NULL: nothing limits it.
 * @param ret_retry_after_ms  Set if false is returned: when one would be let in, if there is no
 *                         other.
 * @return False if it is one too many. */
bool rates_take(struct rates *rates, const char *who, const struct rate_limit *limit,
                int64_t now_ms, struct rate **ret_rate, uint32_t *ret_retry_after_ms);

/** It has ended. NULL is fine. */
void rates_give(struct rate *rate);

/** Forgets those who have asked for nothing for long: to be called once a second. */
void rates_tick(struct rates *rates, int64_t now_ms);

#endif
