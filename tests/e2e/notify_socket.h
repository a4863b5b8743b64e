/* notify_socket.h -- The supervisor's side of the sd_notify protocol: a datagram socket that a
 * server is told of by NOTIFY_SOCKET. */
#ifndef TESTS_E2E_NOTIFY_SOCKET_H
#define TESTS_E2E_NOTIFY_SOCKET_H

#include <stdbool.h>

struct notify_socket {
    int fd;
};

/** Makes one in a folder and names it in this process's environment, for servers to come.
 * @param watchdog_usec  Of WATCHDOG_USEC; 0: they are not watched. */
void notify_socket_open(struct notify_socket *notify, const char *folder, long watchdog_usec);

/** Also takes it out of the environment. */
void notify_socket_close(struct notify_socket *notify);

/** Waits for a message with this text; those before it are forgotten.
 * @return false if none comes for half a minute. */
bool notify_socket_hears(struct notify_socket *notify, const char *text);

/** Whether there is, now, a message with this text; all that is there is taken. */
bool notify_socket_has(struct notify_socket *notify, const char *text);

/** Waits for so long. @return Whether nothing was said meanwhile. */
bool notify_socket_is_silent(struct notify_socket *notify, int wait_ms);

#endif
