#include "tests/e2e/notify_socket.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/require.h"
#include "tests/e2e/wait_until.h"

enum { MESSAGE_BYTES = 1024, DECIMAL_BYTES = 32 };

void notify_socket_open(struct notify_socket *notify, const char *folder, long watchdog_usec)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char usec[DECIMAL_BYTES];
    snprintf(address.sun_path, sizeof address.sun_path, "%s/notify", folder);
    notify->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    REQUIRE(notify->fd >= 0);
    REQUIRE(bind(notify->fd, (struct sockaddr *)&address, sizeof address) == 0);
    REQUIRE(setenv("NOTIFY_SOCKET", address.sun_path, 1) == 0);
    snprintf(usec, sizeof usec, "%ld", watchdog_usec);
    REQUIRE(watchdog_usec == 0 || setenv("WATCHDOG_USEC", usec, 1) == 0);
}

void notify_socket_close(struct notify_socket *notify)
{
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
    close(notify->fd);
}

/* @return false if there is none now. */
static bool take(struct notify_socket *notify, char message[MESSAGE_BYTES])
{
    ssize_t got = recv(notify->fd, message, MESSAGE_BYTES - 1, 0);
    if (got < 0) return false;
    message[got] = '\0';
    return true;
}

struct hearing {
    struct notify_socket *notify;
    const char *text;
};

static bool is_heard(void *context)
{
    struct hearing *hearing = context;
    char message[MESSAGE_BYTES];
    while (take(hearing->notify, message))
        if (strstr(message, hearing->text) != NULL) return true;
    return false;
}

bool notify_socket_hears(struct notify_socket *notify, const char *text)
{
    struct hearing hearing = {notify, text};
    return wait_until(is_heard, &hearing);
}

bool notify_socket_has(struct notify_socket *notify, const char *text)
{
    char message[MESSAGE_BYTES];
    bool found = false;
    while (take(notify, message))
        if (strstr(message, text) != NULL) found = true;
    return found;
}

bool notify_socket_is_silent(struct notify_socket *notify, int wait_ms)
{
    struct pollfd socket = {.fd = notify->fd, .events = POLLIN};
    return poll(&socket, 1, wait_ms) == 0;
}
