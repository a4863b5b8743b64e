#include "rpc/listening_calls.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "rpc/listen/arrivals.h"
#include "rpc/listen/greetings.h"

int accept(int listening_fd, struct sockaddr *restrict address, socklen_t *restrict address_size)
{
    int fd = (int)syscall(SYS_accept, listening_fd, address, address_size);
    if (fd < 0)
        errno = greetings_error(errno);
    else
        greetings_await(fd);
    return fd;
}

int epoll_wait(int epoll_fd, struct epoll_event *events, int events_max, int timeout_ms)
{
    int count = arrivals_epoll_wait(epoll_fd, events, events_max, timeout_ms);
    greetings_events(events, count);
    return count;
}

ssize_t readv(int fd, const struct iovec *parts, int parts_count)
{
    return greetings_read(fd, parts, arrivals_readv(fd, parts, parts_count));
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    ssize_t size = syscall(SYS_sendmsg, fd, message, flags);
    if (size < 0) errno = greetings_error(errno);
    return size;
}
