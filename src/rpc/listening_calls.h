/* listening_calls.h -- Definitions of what nng calls of the system, in front of libc's: by them a
 * listener learns how long frames have waited in their sockets (rpc/listen/arrivals.h), and goes on
 * whatever its peers do (rpc/listen/greetings.h).
 *
 * Link listening_calls.c into every executable that listens: from a library the linker would drop
 * it. Without it no wait is known, timeouts count from when a frame is read, and peers that hang up
 * keep others waiting. */
#ifndef RPC_LISTENING_CALLS_H
#define RPC_LISTENING_CALLS_H

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

int accept(int listening_fd, struct sockaddr *restrict address, socklen_t *restrict address_size);
int epoll_wait(int epoll_fd, struct epoll_event *events, int events_max, int timeout_ms);
ssize_t readv(int fd, const struct iovec *parts, int parts_count);
ssize_t sendmsg(int fd, const struct msghdr *message, int flags);

#endif
