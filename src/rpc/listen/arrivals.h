/* arrivals.h -- When the messages that nng delivers arrived. nng tells neither its descriptors nor
 * when it reads. But it reads with readv and waits with epoll_wait, and listening_calls.c defines
 * both in front of libc: each message is recorded by the address of its body, where the listener
 * finds it again. Safe from any thread. */
#ifndef RPC_LISTEN_ARRIVALS_H
#define RPC_LISTEN_ARRIVALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/uio.h>

/** As readv(2), and notes what was read. */
ssize_t arrivals_readv(int fd, const struct iovec *parts, int parts_count);

/** As epoll_wait(2), with which nng waits for readable sockets. */
int arrivals_epoll_wait(int epoll_fd, struct epoll_event *events, int events_max, int timeout_ms);

/** What is known of a message when it is taken from nng. */
struct arrivals_view {
    int64_t now_ms;     /* of CLOCK_MONOTONIC, as is: */
    int64_t came_ns;    /* when it came in; now if nothing is known of it */
    uint32_t waited_ms; /* since it came in; 0 also if nothing is known of it */
};

/** Takes what is known of a message. Once a message.
 * @param body  Where nng has put the first byte after the message's length. */
struct arrivals_view arrivals_take(const void *body);

/** A sign that the process runs. Call it every ARRIVALS_TICK_MS or so, from a thread that does
 * nothing else meanwhile: after a gap of a few of them, frames may have come in while nothing could
 * read them. */
void arrivals_tick(void);

enum { ARRIVALS_TICK_MS = 20 };

#endif
