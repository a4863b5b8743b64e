/* entry_wait.h -- A long poll of a queue entry that costs the server none: it follows the entry
 * among the subscriptions until it differs from what is known, or the wait is over.
 *
 * Threads: the loop's. */
#ifndef GATEWAY_ENTRY_WAIT_H
#define GATEWAY_ENTRY_WAIT_H

#include <onsale/onsale.h>

#include "gateway/upstream.h"

struct entry_wait;
struct subscriptions;

/** Told how it ended, once, never before entry_wait_open has returned, and not if it was closed:
 * the wait is gone.
 * @param error     NULL on success.
 * @param response  A WaitQueueEntryResponse, packed; valid during the call. */
typedef void entry_wait_done(void *context, const struct onsale_error *error,
                             const uint8_t *response, size_t response_size);

/** Waits.
 * @param request   Its wait_ms is not looked at. Copied.
 * @param origin    For whom; lives as long as the wait.
 * @param until_ms  End of the wait on onsale_now_ms's clock, within about WHEEL_MS (topic.h).
 * @return NULL if there is no memory. */
struct entry_wait *entry_wait_open(struct subscriptions *subscriptions,
                                   const Onsale__V1__WaitQueueEntryRequest *request,
                                   const struct upstream_origin *origin, int64_t until_ms,
                                   entry_wait_done *done, void *context);

/** Gives it up. */
void entry_wait_close(struct entry_wait *wait);

/** The gateway stops: every wait is told how things are, which ends it early. */
void entry_waits_end(struct subscriptions *subscriptions);

#endif
