/* event_tail.h -- The last events that are wanted. */
#ifndef CLIENT_COMMAND_EVENT_TAIL_H
#define CLIENT_COMMAND_EVENT_TAIL_H

#include "client/command/command.h"

/** Free it with event_tail_free. */
struct event_tail {
    size_t count;
    Onsale__V1__Event **events; /* oldest first; borrowed from the pages */
    uint64_t last_event_number; /* of all events, when the newest was asked for */
    size_t pages_count;
    Onsale__V1__ListEventsResponse **pages;
};

/** Gets the last events.
 * @param wanted   Which ones; as many are looked at as it takes.
 * @param count    Most of them; 0: none, but last_event_number.
 * @param ret_tail Set on ONSALE_OK only.
 * @return Otherwise what run->error tells. */
enum onsale_status event_tail_get(struct run *run, const Onsale__V1__ListEventsRequest *wanted,
                                  uint64_t count, struct event_tail *ret_tail);

void event_tail_free(struct event_tail *tail);

#endif
