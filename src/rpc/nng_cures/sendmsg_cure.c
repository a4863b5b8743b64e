#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "rpc/nng_cures/nng_cures.h"

ssize_t sendmsg(int socket, const struct msghdr *message, int flags)
{
    ssize_t rc = syscall(SYS_sendmsg, socket, message, flags);
    if (rc < 0 && errno == EPIPE) errno = ECONNRESET;
    return rc;
}
