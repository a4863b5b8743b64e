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

/** How long a message has waited since it came in. Each is asked for once.
 * @param body         Where nng has put the first byte after the message's length.
 * @param ret_is_last  Whether nothing was seen behind it in its connection.
 * @return 0 also if nothing is known of it. Unit: milliseconds. */
uint32_t arrivals_waited_ms(const void *body, bool *ret_is_last);

/** Tells that the process does not stand still. Call it every ARRIVALS_TICK_MS or so, from a thread
 * that does nothing else meanwhile: when it was not called for a few of them, frames may have come
 * in that nobody could read. */
void arrivals_tick(void);

enum { ARRIVALS_TICK_MS = 20 };

/** The clock of all this, which never jumps. Unit: milliseconds. */
int64_t arrivals_now_ms(void);

#endif
