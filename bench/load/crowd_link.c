#include "bench/load/crowd_link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/require.h"

enum { GREETING_BYTES = 8, ROOM_BYTES = 64 * 1024, ID_BYTES = 4, LENGTH_BYTES = 8 };

static const uint32_t REQUEST_BIT = UINT32_C(1) << 31;

static int connect_ipc(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    REQUIRE(strlen(path) < sizeof address.sun_path);
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
    close(fd);
    return -1;
}

static int connect_tcp(const char *port)
{
    const int on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)strtoul(port, NULL, 10))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
    close(fd);
    return -1;
}

static bool greet(int fd)
{
    static const uint8_t greeting[GREETING_BYTES] = {0, 'S', 'P', 0, 0, 0x30, 0, 0};
    uint8_t theirs[GREETING_BYTES];
    return send(fd, greeting, sizeof greeting, MSG_NOSIGNAL) == GREETING_BYTES &&
           recv(fd, theirs, sizeof theirs, MSG_WAITALL) == GREETING_BYTES;
}

bool crowd_link_open(struct crowd_link *link, const char *url)
{
    static const char ipc[] = "ipc://";
    bool over_ipc = strncmp(url, ipc, strlen(ipc)) == 0;
    *link = (struct crowd_link){.over_ipc = over_ipc};
    link->fd = over_ipc ? connect_ipc(url + strlen(ipc)) : connect_tcp(strrchr(url, ':') + 1);
    if (link->fd < 0 || !greet(link->fd)) {
        fprintf(stderr, "%s: %s\n", url, strerror(errno));
        if (link->fd >= 0) close(link->fd);
        return false;
    }
    link->out = malloc(ROOM_BYTES);
    link->in = malloc(ROOM_BYTES);
    REQUIRE(link->out != NULL);
    REQUIRE(link->in != NULL);
    link->out_room = link->in_room = ROOM_BYTES;
    return true;
}

void crowd_link_close(struct crowd_link *link)
{
    close(link->fd);
    free(link->out);
    free(link->in);
    *link = (struct crowd_link){.fd = -1};
}

static uint8_t *make_room(uint8_t *bytes, size_t wanted, size_t *room)
{
    if (wanted <= *room) return bytes;
    while (*room < wanted)
        *room *= 2;
    bytes = realloc(bytes, *room);
    REQUIRE(bytes != NULL);
    return bytes;
}

void crowd_link_put(struct crowd_link *link, uint32_t id, const uint8_t *frame, size_t size)
{
    size_t head = link->over_ipc + (size_t)LENGTH_BYTES + ID_BYTES;
    link->out = make_room(link->out, link->out_size + head + size, &link->out_room);
    uint8_t *at = link->out + link->out_size;
    uint64_t length = htobe64(ID_BYTES + size);
    uint32_t wire_id = htonl(id | REQUEST_BIT);
    if (link->over_ipc) *at++ = 1;
    at = mempcpy(at, &length, sizeof length);
    at = mempcpy(at, &wire_id, sizeof wire_id);
    memcpy(at, frame, size);
    link->out_size += head + size;
}

bool crowd_link_flush(struct crowd_link *link)
{
    if (link->out_size == 0) return true;
    ssize_t sent = send(link->fd, link->out, link->out_size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) return errno == EAGAIN;
    link->out_size -= (size_t)sent;
    memmove(link->out, link->out + sent, link->out_size);
    return true;
}

/* @return Bytes of the message at the begin; 0 if it is not all there. */
static size_t message_size(const struct crowd_link *link, const uint8_t *at, size_t left)
{
    uint64_t length;
    size_t head = link->over_ipc + sizeof length;
    if (left < head) return 0;
    memcpy(&length, at + link->over_ipc, sizeof length);
    size_t size = head + be64toh(length);
    return size <= left ? size : 0;
}

bool crowd_link_read(struct crowd_link *link,
                     void (*told)(void *context, uint32_t id, const uint8_t *reply, size_t size),
                     void *context)
{
    size_t head = link->over_ipc + (size_t)LENGTH_BYTES + ID_BYTES;
    size_t at = 0;
    link->in = make_room(link->in, link->in_size + ROOM_BYTES / 2, &link->in_room);
    ssize_t got =
        recv(link->fd, link->in + link->in_size, link->in_room - link->in_size, MSG_DONTWAIT);
    if (got <= 0) return got < 0 && errno == EAGAIN;
    link->in_size += (size_t)got;
    for (size_t size; (size = message_size(link, link->in + at, link->in_size - at)) > 0;
         at += size) {
        uint32_t wire_id;
        REQUIRE(size >= head);
        memcpy(&wire_id, link->in + at + head - ID_BYTES, sizeof wire_id);
        told(context, ntohl(wire_id) & ~REQUEST_BIT, link->in + at + head, size - head);
    }
    link->in_size -= at;
    memmove(link->in, link->in + at, link->in_size);
    return true;
}
