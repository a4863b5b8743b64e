/* sends.h -- What connections have to send at the end of a round: one system call for many of them,
 * by io_uring.
 *
 * Where thousands of pages follow something, sending is most of what the gateway does. A send of
 * its own for each is a third dearer: each comes back from the system, where somebody else may be
 * waiting for the processor, and looks everything up anew.
 *
 * Nothing is under way between two calls: the system takes what fits into a socket at once and says
 * how much that was, and waits for none.
 *
 * Threads: the loop's. */
#ifndef GATEWAY_SENDS_H
#define GATEWAY_SENDS_H

#include "gateway/buffer.h"
#include "gateway/loop.h"

struct sends;

/** Bytes for a socket: a member of the owner's struct. */
struct sending {
    /** Called once after sends_add, in this round.
     * @param count  As what byte_stream's `write` returns. */
    void (*sent)(struct sending *sending, ptrdiff_t count);
    int fd;                     /* a non-blocking socket */
    const struct buffer *bytes; /* not empty; those that are in it when it is sent */
    struct sending **place;     /* the sends' own; NULL: it does not wait */
};

/** @return NULL if the system has no io_uring, forbids it, or is out of memory, and if the program
 * was built without: then everybody sends by itself. */
struct sends *sends_open(struct loop *loop);

/** Nobody may wait. NULL is fine. */
void sends_close(struct sends *sends);

/** Sends in a moment, before the loop waits again. One that waits already is sent once. */
void sends_add(struct sends *sends, struct sending *sending);

/** It is not sent, and not called. Before its descriptor is closed or it is freed. */
void sends_forget(struct sending *sending);

#endif
