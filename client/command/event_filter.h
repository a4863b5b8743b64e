/* event_filter.h -- What the options of a command say of the events that are wanted. */
#ifndef CLIENT_COMMAND_EVENT_FILTER_H
#define CLIENT_COMMAND_EVENT_FILTER_H

#include "client/command/command.h"

/** Adds to a request what is no field by itself: --kind and --seat.
 * @return ONSALE_OK; else what run->error tells: a kind or a seat that there is not, a seat without
 * its performance. */
enum onsale_status event_filter_fill(struct run *run, Onsale__V1__ListEventsRequest *request);

/** Whether not all events are wanted. Then a call may look at many and list few. */
bool event_filter_is_set(const Onsale__V1__ListEventsRequest *request);

#endif
