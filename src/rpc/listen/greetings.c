#include "rpc/listen/greetings.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { GREETING_BYTES = 8, PROTOCOL_AT = 4, PROTOCOL_BYTES = 2 };

/* The bytes that are to come yet. Of a connection that was closed before they came it is what the
 * next with its descriptor begins with, which is a greeting as well if nng dials it. */
static atomic_uchar awaited[GREETINGS_FD_MAX + 1];

static bool is_watched(int fd)
{
    return fd >= 0 && fd <= GREETINGS_FD_MAX;
}

void greetings_await(int fd)
{
    if (is_watched(fd)) atomic_store_explicit(&awaited[fd], GREETING_BYTES, memory_order_relaxed);
}

/* Which protocol is nng's to compare. */
static bool fits(uint8_t byte, int position)
{
    static const uint8_t greeting[GREETING_BYTES] = {0, 'S', 'P', 0, 0, 0, 0, 0};
    bool is_protocol = position >= PROTOCOL_AT && position < PROTOCOL_AT + PROTOCOL_BYTES;
    return is_protocol || byte == greeting[position];
}

/* nng reads no more than the rest of the greeting, into one part, until it has all. */
static bool goes_on(int fd, const struct iovec *part, ssize_t size)
{
    int to_come = atomic_load_explicit(&awaited[fd], memory_order_relaxed);
    bool fit = true;
    for (ssize_t i = 0; i < size && (size_t)i < part->iov_len && to_come > 0; i++, to_come--)
        fit &= fits(((const uint8_t *)part->iov_base)[i], GREETING_BYTES - to_come);
    atomic_store_explicit(&awaited[fd], (unsigned char)to_come, memory_order_relaxed);
    return fit;
}

static ssize_t reset(void)
{
    errno = ECONNRESET;
    return -1;
}

ssize_t greetings_read(int fd, const struct iovec *parts, ssize_t size)
{
    if (size == 0) return reset();
    if (size < 0) {
        errno = greetings_error(errno);
        return size;
    }
    if (!is_watched(fd) || atomic_load_explicit(&awaited[fd], memory_order_relaxed) == 0)
        return size;
    return goes_on(fd, parts, size) ? size : reset();
}

void greetings_events(struct epoll_event *events, int count)
{
    for (int i = 0; i < count; i++)
        if ((events[i].events & (EPOLLIN | EPOLLOUT)) != 0)
            events[i].events &= ~(uint32_t)(EPOLLHUP | EPOLLERR);
}

int greetings_error(int error)
{
    switch (error) {
    case EPIPE:
    case ECONNABORTED:
    case ETIMEDOUT:
    case EHOSTUNREACH:
    case EHOSTDOWN:
    case ENETUNREACH:
    case ENETDOWN:
    case ENONET:
    case ECONNREFUSED:
    case ENOTCONN:
    case EPROTO:
    case ENOPROTOOPT:
    case EACCES:
    case EPERM:
        return ECONNRESET;
    default:
        return error;
    }
}
