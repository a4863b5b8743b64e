/* sendmsg_cure.h -- Keeps a listener of nng before 1.6 alive when a peer connects and closes at
 * once.
 *
 * There, the handshake write of such a peer fails with EPIPE, which nng takes for "the listener was
 * closed", and it never accepts again. The definition of sendmsg in sendmsg_cure.c comes before
 * libc's and reports ECONNRESET instead. Link that file into every executable that listens. */
#ifndef RPC_SENDMSG_CURE_H
#define RPC_SENDMSG_CURE_H

#include <sys/socket.h>
#include <sys/types.h>

ssize_t sendmsg(int socket, const struct msghdr *message, int flags);

#endif
