/* closing_watch.h -- Detects that nng no longer frees closed connections.
 *
 * Such a server still answers connected clients but soon accepts no others, and only a restart
 * helps. Pure: it counts calls by its owner, so a clock that jumps or a process that was stopped
 * for a while does not count as waiting. */
#ifndef SERVER_CLOSING_WATCH_H
#define SERVER_CLOSING_WATCH_H

#include <stddef.h>
#include <stdint.h>

/** So many looks, one a second, without any connection freed although some were closed. */
enum { CLOSING_LOOKS_LATE = 5, CLOSING_LOOKS_STUCK = 10 };

enum closing { CLOSING_WELL, CLOSING_LATE, CLOSING_STUCK };

/** Zeroed at the start. */
struct closing_watch {
    uint64_t freed;
    unsigned looks;
};

/** @param closing  Connections that were closed and are not freed.
 * @param freed     Connections freed since the start.
 * @return CLOSING_WELL if there is nothing to free or any was freed since the last look;
 * CLOSING_LATE: it takes too long, new callers had better go elsewhere; CLOSING_STUCK: give up. */
enum closing closing_watch_look(struct closing_watch *watch, size_t closing, uint64_t freed);

#endif
