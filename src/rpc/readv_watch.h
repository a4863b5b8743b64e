/* readv_watch.h -- Definitions of readv and epoll_wait in front of libc's, by which a listener
 * learns how long frames have waited in their sockets (rpc/listen/arrivals.h).
 *
 * Link readv_watch.c into every executable that listens. Without it no wait is known, and timeouts
 * count from when a frame is read. */
#ifndef RPC_READV_WATCH_H
#define RPC_READV_WATCH_H

#include <sys/epoll.h>
#include <sys/types.h>
#include <sys/uio.h>

int epoll_wait(int epoll_fd, struct epoll_event *events, int events_max, int timeout_ms);
ssize_t readv(int fd, const struct iovec *parts, int parts_count);

#endif
