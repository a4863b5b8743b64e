/* supervisor.h -- Tells who started the server how it is, by systemd's sd_notify protocol: a line
 * each in a datagram to the socket that NOTIFY_SOCKET names.
 *
 * The protocol is stable and all of it is here; libsystemd would bring libcap, libgcrypt, lzma and
 * zstd into a process that needs none of them. Without NOTIFY_SOCKET nothing is sent. Nothing here
 * waits: a message that can't be sent at once is lost, as the next one follows. */
#ifndef SERVICE_SUPERVISOR_H
#define SERVICE_SUPERVISOR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

struct supervisor {
    int fd; /* -1: there is none */
    struct sockaddr_un address;
    socklen_t address_size;
    uint64_t watchdog_usec; /* it wants to hear of us so often; 0: it does not watch */
};

/** Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. */
void supervisor_open(struct supervisor *ret_supervisor);

/** Zeroed ones are not fine. */
void supervisor_close(struct supervisor *supervisor);

/** Says one thing or several, "READY=1" or "STOPPING=1\nSTATUS=...". Safe from any thread. */
__attribute__((format(printf, 2, 3))) void supervisor_tell(const struct supervisor *supervisor,
                                                           const char *format, ...);

/** Says that options are being read again; "READY=1" says that they were. */
void supervisor_tell_reloading(const struct supervisor *supervisor, int64_t ticks_ns);

/** Says that the server makes progress, if it is to be watched. Call it every second, if so. */
void supervisor_feed_watchdog(const struct supervisor *supervisor);

#endif
