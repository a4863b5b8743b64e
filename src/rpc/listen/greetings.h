/* greetings.h -- Lets no peer that leaves, or talks otherwise, keep a listener from the next.
 *
 * nng shakes hands with one peer after the other: each side sends 8 bytes. A listener that fails to
 * takes 100 ms of rest, in which nobody gets in, because it may be the system that failed; before
 * 1.6 it may even be the last that it does. Only where the peer reset the connection it goes on at
 * once. So what peers do to a connection is told to nng as a reset: that they hung up, that they
 * cannot be reached any more, that they greet otherwise than nng's peers. What the system lacks,
 * memory or descriptors, is told as it is.
 *
 * nng calls accept, epoll_wait, readv and sendmsg, which listening_calls.c defines for it. Any
 * thread. */
#ifndef RPC_LISTEN_GREETINGS_H
#define RPC_LISTEN_GREETINGS_H

#include <sys/epoll.h>
#include <sys/types.h>
#include <sys/uio.h>

/** A connection was accepted: what is read of it first is to be a greeting. Of descriptors beyond
 * GREETINGS_FD_MAX nothing is known: a wrong greeting on one of them is left to nng. */
enum { GREETINGS_FD_MAX = 65535 };
void greetings_await(int fd);

/** Looks at what was read of a connection, into the first of its parts at least.
 * @param size  As readv returned it; errno is set if it is -1.
 * @return size, or -1 with errno ECONNRESET if this is the end of the connection. */
ssize_t greetings_read(int fd, const struct iovec *parts, ssize_t size);

/** Makes nng learn of a hang-up by the read or write that it waits for, not as an event.
 * @param count  Events; none if it is negative. */
void greetings_events(struct epoll_event *events, int count);

/** @param error  An errno of accept, readv or sendmsg.
 * @return ECONNRESET if it tells of the peer or of the way to it, error otherwise. */
int greetings_error(int error);

#endif
