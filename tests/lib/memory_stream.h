/* memory_stream.h -- A connection of the gateway without a socket: bytes are given to it and taken
 * from it, and it is told the time. */
#ifndef TESTS_LIB_MEMORY_STREAM_H
#define TESTS_LIB_MEMORY_STREAM_H

#include "gateway/connection.h"

/** A connection, its loop and its peer. */
struct memory_peer {
    struct loop *loop;
    struct memory_budget budget;
    struct connection_settings settings;
    struct connection *connection; /* NULL: it has ended */
    struct memory_stream *stream;
    size_t reads_max; /* bytes of one read; 0: all there are */
    bool is_deaf;     /* takes nothing */
    bool has_hung_up;
    struct buffer given; /* to the connection, not read yet */
    struct buffer taken; /* from it */
};

/** Opens the connection. @param handlers  Outlive it. */
void memory_peer_init(struct memory_peer *peer, const struct handler *handlers);

/** Closes it, if it is open. */
void memory_peer_deinit(struct memory_peer *peer);

/** Sends bytes, and lets the connection work. */
void memory_peer_send(struct memory_peer *peer, const void *bytes, size_t size);

/** The same with a text. */
void memory_peer_say(struct memory_peer *peer, const char *text);

/** Hangs up, and lets the connection work. */
void memory_peer_hang_up(struct memory_peer *peer);

/** Lets the connection work, without anything new. */
void memory_peer_work(struct memory_peer *peer);

/** Tells the connection that so much time has gone by since now. */
void memory_peer_wait(struct memory_peer *peer, int64_t ms);

/** What the connection has sent since this was asked last, as a text; valid until the next call. */
const char *memory_peer_heard(struct memory_peer *peer);

#endif
