#include "service/supervisor.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MESSAGE_BYTES = 512, DECIMAL = 10, NS_PER_USEC = 1000 };

/* "/path" or "@abstract". */
static bool set_address(const char *name, struct supervisor *supervisor)
{
    size_t length = name == NULL ? 0 : strlen(name);
    if (length < 2 || length >= sizeof supervisor->address.sun_path) return false;
    if (name[0] != '/' && name[0] != '@') return false;
    supervisor->address.sun_family = AF_UNIX;
    memcpy(supervisor->address.sun_path, name, length);
    if (name[0] == '@') supervisor->address.sun_path[0] = '\0';
    supervisor->address_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    return true;
}

/* WATCHDOG_PID is there so that a child does not take what is meant for its parent. */
static uint64_t watchdog_usec(void)
{
    const char *pid = getenv("WATCHDOG_PID");
    const char *usec = getenv("WATCHDOG_USEC");
    if (usec == NULL || (pid != NULL && strtoll(pid, NULL, DECIMAL) != getpid())) return 0;
    return strtoull(usec, NULL, DECIMAL);
}

void supervisor_open(struct supervisor *ret_supervisor)
{
    *ret_supervisor = (struct supervisor){.fd = -1};
    if (!set_address(getenv("NOTIFY_SOCKET"), ret_supervisor)) return;
    ret_supervisor->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    ret_supervisor->watchdog_usec = watchdog_usec();
}

void supervisor_close(struct supervisor *supervisor)
{
    if (supervisor->fd >= 0) close(supervisor->fd);
    supervisor->fd = -1;
}

void supervisor_tell(const struct supervisor *supervisor, const char *format, ...)
{
    char text[MESSAGE_BYTES];
    va_list arguments;
    if (supervisor->fd < 0) return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    sendto(supervisor->fd, text, strlen(text), MSG_NOSIGNAL,
           (const struct sockaddr *)&supervisor->address, supervisor->address_size);
}

void supervisor_tell_reloading(const struct supervisor *supervisor, int64_t ticks_ns)
{
    supervisor_tell(supervisor, "RELOADING=1\nMONOTONIC_USEC=%lld",
                    (long long)(ticks_ns / NS_PER_USEC));
}

void supervisor_feed_watchdog(const struct supervisor *supervisor)
{
    if (supervisor->watchdog_usec > 0) supervisor_tell(supervisor, "WATCHDOG=1");
}
