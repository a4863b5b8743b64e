/* event_walk.h -- The events that are wanted, one after the other.
 *
 *     struct event_walk walk = {.run = run, .request = request};
 *     for (const Onsale__V1__Event *event; (event = event_walk_next(&walk)) != NULL;) ...
 *     return !walk.is_refused; */
#ifndef CLIENT_COMMAND_EVENT_WALK_H
#define CLIENT_COMMAND_EVENT_WALK_H

#include "client/command/connection.h"

/** Zeroed but for the first members. */
struct event_walk {
    struct run *run;
    Onsale__V1__ListEventsRequest *request; /* of the command's method: which events */
    uint64_t limit;                         /* most of them; 0: all */
    bool follows;                           /* goes on as events happen, over restarts */
    bool is_snapshot; /* ends with the last event that there is to begin with */
    bool is_at_end;   /* of what there is: events may happen */
    bool is_refused;  /* why, run->error tells */
    struct connection connection;
    uint64_t listed;
    uint64_t end; /* number of the last event there is */
    Onsale__V1__ListEventsResponse *page;
    size_t next;
};

/** The next event; it lives until the one after it is asked for. What was printed is flushed before
 * waiting. @return NULL: there is none, or is_refused. */
const Onsale__V1__Event *event_walk_next(struct event_walk *walk);

/** The last events, in order. They live as long as the run. */
struct event_tail {
    size_t count;
    Onsale__V1__Event **events; /* oldest first */
    uint64_t last_event_number; /* of all events, when the newest was asked for */
};

/** Gets the last events.
 * @param wanted   Which ones; as many are looked at as it takes.
 * @param count    Most of them; 0: none, but last_event_number.
 * @param ret_tail Set if true is returned only.
 * @return False: run->error tells why. */
bool event_tail_get(struct run *run, const Onsale__V1__ListEventsRequest *wanted, uint64_t count,
                    struct event_tail *ret_tail);

#endif
