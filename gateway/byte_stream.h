/* byte_stream.h -- Where the bytes of a connection come from and go to: a socket, or TLS over one.
 * Nothing here blocks.
 *
 * Threads: the loop's. */
#ifndef GATEWAY_BYTE_STREAM_H
#define GATEWAY_BYTE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What a byte_stream says instead of a number of bytes. */
enum {
    STREAM_ENDED = 0,   /* the peer will send nothing more */
    STREAM_WAITS = -1,  /* nothing now: come again when what it wants is there */
    STREAM_FAILED = -2, /* the connection is broken */
};

struct byte_stream;

struct byte_stream_type {
    /* What is written is what the descriptor sends: others may do it, see sends.h. */
    bool is_socket;

    /** @return Bytes read, 1..size; STREAM_ENDED, STREAM_WAITS or STREAM_FAILED. */
    ptrdiff_t (*read)(struct byte_stream *stream, void *bytes, size_t size);

    /** Whether it holds bytes that can be read although the descriptor may have none. */
    bool (*holds_more)(const struct byte_stream *stream);

    /** @return Bytes taken, 1..size; STREAM_WAITS or STREAM_FAILED. */
    ptrdiff_t (*write)(struct byte_stream *stream, const void *bytes, size_t size);

    /** Nothing more will be written: tells the peer, who may still send. */
    void (*finish)(struct byte_stream *stream);

    /** What the descriptor is to be waited for so that reading or writing goes on, beside what the
     * connection itself waits for.
     * @return EPOLLIN, EPOLLOUT, both or 0. */
    uint32_t (*wants)(const struct byte_stream *stream);

    /** The protocol that was agreed on, for example "h2"; NULL if none was, or not yet. */
    const char *(*protocol)(const struct byte_stream *stream);

    /** Whether the peer has shown a certificate that was found good and is for this name; with
     * NULL, for any. NULL: there are no certificates. */
    bool (*is_named)(const struct byte_stream *stream, const char *name);

    /** Closes the descriptor and frees the stream. */
    void (*close)(struct byte_stream *stream);
};

/** The first member of each kind. */
struct byte_stream {
    const struct byte_stream_type *type;
    int fd; /* to wait for; -1: none, as in tests */
};

/** A stream that is the socket itself.
 * @param fd  Non-blocking; the stream's from now on, also on failure.
 * @return NULL if there is no memory. */
struct byte_stream *plain_stream_open(int fd);

#endif
