/* passed_on.h -- The headers of a request that go to the server as metadata of its calls: the
 * language, and the trace.
 *
 * A traceparent that is not valid by W3C Trace Context, or comes twice, is not passed on, nor is
 * its tracestate. One that is valid is passed on as it is, for the gateway records no spans that
 * others could be children of. If there is none and slow calls are logged, a trace is begun: so the
 * lines of gateway and server about a call can be found together. */
#ifndef GATEWAY_PASSED_ON_H
#define GATEWAY_PASSED_ON_H

#include <onsale/onsale.h>

#include "gateway/exchange.h"

enum { PASSED_ON_MAX = 8 };

/** Gathers them; the calls of one exchange have the same trace.
 * @param ret_metadata  The values are borrowed from the exchange.
 * @return How many there are. */
uint32_t passed_on_gather(struct exchange *exchange,
                          struct onsale_metadata ret_metadata[PASSED_ON_MAX]);

#endif
