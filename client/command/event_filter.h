/* event_filter.h -- What the options of a command say of the events that are wanted. */
#ifndef CLIENT_COMMAND_EVENT_FILTER_H
#define CLIENT_COMMAND_EVENT_FILTER_H

#include "client/command/command.h"

/** Adds to a request what is no field by itself: --kind and --seat.
 * @return False: run->error tells of a kind or a seat that there is not, a seat without its
 * performance. */
bool event_filter_fill(struct run *run, Onsale__V1__ListEventsRequest *request);

/** Wants the events of one seat of the request's performance. */
void event_filter_set_seat(struct run *run, Onsale__V1__ListEventsRequest *request,
                           uint32_t seat_index);

/** Whether not all events are wanted. Then a call may look at many and list few. */
bool event_filter_is_set(const Onsale__V1__ListEventsRequest *request);

#endif
