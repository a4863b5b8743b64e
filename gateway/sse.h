/* sse.h -- Server-sent events: a page follows its place in the queue, the seats of a performance,
 * and how a sale goes, by an answer that does not end.
 *
 *     GET /v1/events/queue                     event: queue   data: onsale.v1.QueueEntry
 *     GET /v1/events/performances/{id}/seats   event: seats   data: onsale.v1.GetSeatMapResponse
 *     GET /v1/events/sale/{concert}            event: sale    data: onsale.v1.QueueStats
 *
 * The first event says how it is, the others what has changed; `id` says up to where, and comes
 * back as Last-Event-ID. A queue entry that is over ends its stream; asked again with that id the
 * answer is 204, upon which a browser does not come again. "event: error" is the last one of a
 * stream that can't go on.
 *
 * The token comes as "Authorization: Bearer TOKEN", or, since a browser's EventSource sends no
 * headers, as ?token=TOKEN; in base64, either alphabet. Seats need an ACTIVE one but for callers
 * of role service. */
#ifndef GATEWAY_SSE_H
#define GATEWAY_SSE_H

#include "gateway/exchange.h"
#include "gateway/origins.h"
#include "gateway/subscriptions.h"

struct sse_door;

/** @param origins  Pages of which may read. @return NULL if there is no memory. */
struct sse_door *sse_door_open(struct loop *loop, struct subscriptions *subscriptions,
                               const struct origins *origins);

/** Ends every stream: browsers come again, and find another gateway. */
void sse_door_drain(struct sse_door *door);

/** No stream may be open. NULL is fine. */
void sse_door_close(struct sse_door *door);

/** For a row of a table of handlers with path prefix SSE_PATH and a door as context. */
#define SSE_PATH "/v1/events/"
void sse_start(const struct handler *handler, struct exchange *exchange);
void sse_refuse(const struct handler *handler, struct exchange *exchange, enum status why);

#endif
