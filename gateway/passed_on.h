/* passed_on.h -- What the server's calls get of the request that they are made for: until when it
 * waits, and the headers that go with them as metadata, which are the language and the trace.
 *
 * A traceparent that is not valid by W3C Trace Context, or comes twice, is not passed on, nor is
 * its tracestate. One that is valid is passed on as it is, for the gateway records no spans that
 * others could be children of. If there is none and slow calls are logged, a trace is begun: so the
 * lines of gateway and server about a call can be found together. */
#ifndef GATEWAY_PASSED_ON_H
#define GATEWAY_PASSED_ON_H

#include <onsale/onsale.h>

#include "gateway/exchange.h"
#include "gateway/upstream.h"

/** Fills in the options of a call; the calls of one exchange have the same trace.
 * @param ret_metadata  Used as long as the options. The values are borrowed from the exchange.
 * @param ret_options   With the deadline of a request that names none: later for a long poll, which
 *                      may be silent for as long as it may wait. */
void passed_on_options(struct exchange *exchange, const struct onsale_method *method,
                       struct onsale_metadata ret_metadata[UPSTREAM_METADATA_MAX],
                       struct onsale_call_options *ret_options);

/** Who a stream is for, whose calls are made by subscriptions.h. They have the trace as version 00
 * has it, whatever the version that it came in, and no tracestate.
 * @return Valid as long as the exchange is, and its arena. */
struct upstream_origin passed_on_origin(struct exchange *exchange);

#endif
