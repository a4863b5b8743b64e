#include "tests/lib/raw_peer.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/require.h"

enum { READ_SECONDS_MAX = 10, GREETING_BYTES = 8, IPC_MESSAGE = 1 };

static const uint8_t greeting_of_req[GREETING_BYTES] = {0, 'S', 'P', 0, 0, 0x30, 0, 0};

static bool connect_ipc(int fd, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    REQUIRE(strlen(path) < sizeof address.sun_path);
    strcpy(address.sun_path, path);
    return connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
}

static struct sockaddr_in local_address(uint16_t port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static bool connect_tcp(int fd, const char *host_and_port)
{
    char host[INET_ADDRSTRLEN];
    const char *port = strchr(host_and_port, ':');
    REQUIRE(port != NULL);
    struct sockaddr_in address = local_address((uint16_t)strtoul(port + 1, NULL, 10));
    REQUIRE((size_t)(port - host_and_port) < sizeof host);
    snprintf(host, sizeof host, "%.*s", (int)(port - host_and_port), host_and_port);
    REQUIRE(inet_pton(AF_INET, host, &address.sin_addr) == 1);
    return connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
}

bool raw_peer_connect(struct raw_peer *peer, const char *url)
{
    static const char ipc[] = "ipc://", tcp[] = "tcp://";
    peer->over_ipc = strncmp(url, ipc, strlen(ipc)) == 0;
    REQUIRE(peer->over_ipc || strncmp(url, tcp, strlen(tcp)) == 0);
    peer->fd = socket(peer->over_ipc ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(peer->fd >= 0);
    struct timeval patience = {.tv_sec = READ_SECONDS_MAX};
    REQUIRE(setsockopt(peer->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0);
    bool connected = peer->over_ipc ? connect_ipc(peer->fd, url + strlen(ipc))
                                    : connect_tcp(peer->fd, url + strlen(tcp));
    if (!connected) raw_peer_close(peer);
    return connected;
}

static bool read_exactly(struct raw_peer *peer, void *ret_bytes, size_t size)
{
    return recv(peer->fd, ret_bytes, size, MSG_WAITALL) == (ssize_t)size;
}

bool raw_peer_open(struct raw_peer *peer, const char *url)
{
    uint8_t greeting[GREETING_BYTES];
    if (!raw_peer_connect(peer, url)) return false;
    raw_peer_write(peer, greeting_of_req, sizeof greeting_of_req);
    if (read_exactly(peer, greeting, sizeof greeting)) return true;
    raw_peer_close(peer);
    return false;
}

void raw_peer_close(struct raw_peer *peer)
{
    close(peer->fd);
    peer->fd = -1;
}

void raw_peer_reset(struct raw_peer *peer)
{
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    REQUIRE(setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) == 0);
    raw_peer_close(peer);
}

void raw_peer_write(struct raw_peer *peer, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    while (size > 0) {
        ssize_t rc = send(peer->fd, at, size, MSG_NOSIGNAL);
        if (rc < 0 && (errno == EPIPE || errno == ECONNRESET)) return;
        REQUIRE(rc > 0);
        at += rc;
        size -= (size_t)rc;
    }
}

void raw_peer_announce(struct raw_peer *peer, uint64_t size)
{
    uint8_t kind = IPC_MESSAGE;
    uint64_t length = htobe64(size);
    if (peer->over_ipc) raw_peer_write(peer, &kind, sizeof kind);
    raw_peer_write(peer, &length, sizeof length);
}

void raw_peer_send(struct raw_peer *peer, uint32_t id, const uint8_t *bytes, size_t size)
{
    uint32_t marked = htobe32(id | UINT32_C(0x80000000));
    raw_peer_announce(peer, sizeof marked + size);
    raw_peer_write(peer, &marked, sizeof marked);
    raw_peer_write(peer, bytes, size);
}

uint8_t *raw_peer_receive(struct raw_peer *peer, uint32_t *ret_id, size_t *ret_size)
{
    uint8_t kind;
    uint64_t length;
    uint32_t marked;
    if (peer->over_ipc && !read_exactly(peer, &kind, sizeof kind)) return NULL;
    if (!read_exactly(peer, &length, sizeof length) || !read_exactly(peer, &marked, sizeof marked))
        return NULL;
    size_t size = be64toh(length) - sizeof marked;
    uint8_t *bytes = malloc(size + 1);
    REQUIRE(bytes != NULL);
    if (!read_exactly(peer, bytes, size)) {
        free(bytes);
        return NULL;
    }
    *ret_id = be32toh(marked) & UINT32_C(0x7fffffff);
    *ret_size = size;
    return bytes;
}

bool raw_peer_is_open(const struct raw_peer *peer)
{
    uint8_t byte;
    if (peer->fd < 0) return false;
    ssize_t rc = recv(peer->fd, &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT);
    return rc > 0 || (rc < 0 && errno == EAGAIN);
}

bool raw_peer_is_hung_up(struct raw_peer *peer)
{
    uint8_t bytes[4096];
    ssize_t rc;
    do
        rc = recv(peer->fd, bytes, sizeof bytes, 0);
    while (rc > 0);
    return rc == 0 || errno == ECONNRESET;
}

uint16_t raw_peer_free_port(void)
{
    struct sockaddr_in address = local_address(0);
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(fd >= 0);
    REQUIRE(bind(fd, (struct sockaddr *)&address, size) == 0);
    REQUIRE(getsockname(fd, (struct sockaddr *)&address, &size) == 0);
    close(fd);
    return ntohs(address.sin_port);
}
