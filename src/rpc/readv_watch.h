/* readv_watch.h -- Lets a listener know how long frames have waited in their sockets.
 *
 * The definitions in readv_watch.c come before libc's, so nng's reads and waits are seen: see
 * rpc/listen/arrivals.h. Link that file into every executable that listens; without it nothing is
 * known of the wait, and calls count from when they are read. */
#ifndef RPC_READV_WATCH_H
#define RPC_READV_WATCH_H

#include <sys/epoll.h>
#include <sys/types.h>
#include <sys/uio.h>

int epoll_wait(int epoll_fd, struct epoll_event *events, int events_max, int timeout_ms);
ssize_t readv(int fd, const struct iovec *parts, int parts_count);

#endif
