/* metrics_text.h -- Metrics as the text that Prometheus reads (exposition format 0.0.4). */
#ifndef METRICS_METRICS_TEXT_H
#define METRICS_METRICS_TEXT_H

#include <stddef.h>

#include "onsale/v1/admin.pb-c.h"

/** What HTTP calls it. */
#define METRICS_TEXT_TYPE "text/plain; version=0.0.4; charset=utf-8"

/** @param ret_size  Set if there is a text: its bytes.
 * @return The text, NUL-terminated, of the caller: free it. NULL if memory is used up. */
char *metrics_text(const Onsale__V1__GetMetricsResponse *metrics, size_t *ret_size);

#endif
