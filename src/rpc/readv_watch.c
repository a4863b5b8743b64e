#include "rpc/readv_watch.h"

#include "rpc/listen/arrivals.h"

int epoll_wait(int epoll_fd, struct epoll_event *events, int events_max, int timeout_ms)
{
    return arrivals_epoll_wait(epoll_fd, events, events_max, timeout_ms);
}

ssize_t readv(int fd, const struct iovec *parts, int parts_count)
{
    return arrivals_readv(fd, parts, parts_count);
}
