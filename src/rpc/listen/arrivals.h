/* arrivals.h -- When the messages that nng gives us came in. nng shows neither its descriptors nor
 * when it reads. But it reads by readv, and waits by epoll_wait, which readv_watch.c
 * defines in their place: each message is noted by the address of its body, where a listener finds
 * it again. Safe from any thread. */
#ifndef RPC_LISTEN_ARRIVALS_H
#define RPC_LISTEN_ARRIVALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/uio.h>

/** As readv(2), and notes what was read. */
ssize_t arrivals_readv(int fd, const struct iovec *parts, int parts_count);

/** As epoll_wait(2), by which nng learns what it can read. */
int arrivals_epoll_wait(int epoll_fd, struct epoll_event *events, int events_max, int timeout_ms);

/** What is known of a message when it is taken from nng. */
struct arrivals_view {
    int64_t now_ms;     /* of a clock that never jumps */
    uint32_t waited_ms; /* since it came in; 0 also if nothing is known of it */
    bool is_last;       /* nothing was seen behind it in its connection */
};

/** Tells of a message that it was read. Each is asked for once.
 * @param body  Where nng has put the first byte after the message's length. */
struct arrivals_view arrivals_take(const void *body);

/** Tells that the process does not stand still. Call it every ARRIVALS_TICK_MS or so, from a thread
 * that does nothing else meanwhile: when it was not called for a few of them, frames may have come
 * in that nobody could read. */
void arrivals_tick(void);

enum { ARRIVALS_TICK_MS = 20 };

#endif
