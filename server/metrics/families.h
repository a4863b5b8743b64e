/* families.h -- The families of metrics that metrics.def lists, with their numbers. */
#ifndef SERVER_METRICS_FAMILIES_H
#define SERVER_METRICS_FAMILIES_H

#include "onsale/v1/admin.pb-c.h"
#include "server/metrics/view.h"

/** Fills in all of them. @return STATUS_OK; STATUS_OUT_OF_MEMORY. */
enum status families_tell(struct arena *arena, const struct metrics_view *view,
                          Onsale__V1__GetMetricsResponse *response);

#endif
