/* plain_stream.c -- A byte_stream that is the socket itself. */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway/byte_stream.h"

static ptrdiff_t outcome_of(ssize_t count)
{
    if (count >= 0) return count;
    return errno == EAGAIN || errno == EINTR ? STREAM_WAITS : STREAM_FAILED;
}

static ptrdiff_t plain_read(struct byte_stream *stream, void *bytes, size_t size)
{
    return outcome_of(recv(stream->fd, bytes, size, 0));
}

static bool plain_holds_more(const struct byte_stream *stream)
{
    (void)stream;
    return false;
}

static ptrdiff_t plain_write(struct byte_stream *stream, const void *bytes, size_t size)
{
    return outcome_of(send(stream->fd, bytes, size, MSG_NOSIGNAL));
}

static void plain_finish(struct byte_stream *stream)
{
    shutdown(stream->fd, SHUT_WR);
}

static uint32_t plain_wants(const struct byte_stream *stream)
{
    (void)stream;
    return 0;
}

static const char *plain_protocol(const struct byte_stream *stream)
{
    (void)stream;
    return NULL;
}

static void plain_close(struct byte_stream *stream)
{
    close(stream->fd);
    free(stream);
}

static const struct byte_stream_type plain_type = {
    .is_socket = true,
    .read = plain_read,
    .holds_more = plain_holds_more,
    .write = plain_write,
    .finish = plain_finish,
    .wants = plain_wants,
    .protocol = plain_protocol,
    .close = plain_close,
};

struct byte_stream *plain_stream_open(int fd)
{
    struct byte_stream *stream = malloc(sizeof *stream);
    if (stream == NULL) {
        close(fd);
        return NULL;
    }
    *stream = (struct byte_stream){&plain_type, fd};
    return stream;
}
