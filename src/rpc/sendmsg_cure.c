#include "rpc/sendmsg_cure.h"

#include <errno.h>
#include <nng/nng.h>
#include <sys/syscall.h>
#include <unistd.h>

/* nng has cured itself since 1.6. */
#if NNG_MAJOR_VERSION == 1 && NNG_MINOR_VERSION < 6
ssize_t sendmsg(int socket, const struct msghdr *message, int flags)
{
    ssize_t rc = syscall(SYS_sendmsg, socket, message, flags);
    if (rc < 0 && errno == EPIPE) errno = ECONNRESET;
    return rc;
}
#endif
