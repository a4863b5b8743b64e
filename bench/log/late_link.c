/* late_link -- A link to PostgreSQL that is as long as one likes: what either side sends arrives so
 * much later, in order, and nothing is kept back because of it.
 * Usage: late_link FROM TO MICROSECONDS
 * Listens on the socket FROM/.s.PGSQL.5432 and passes on to TO/.s.PGSQL.5432, until SIGTERM. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/require.h"
#include "bench/measure/clock.h"

enum { CHUNK_BYTES = 256 * 1024, EVENTS = 64, NS_PER_US = 1000, BLOCKED_US = 50 };

/* Bytes on their way. */
struct chunk {
    struct chunk *next;
    uint64_t due_ns;
    size_t size, sent;
    char bytes[];
};

/* One end of a connection. What comes from here is on its way to the other end. */
struct end {
    struct end *other;
    int fd;
    bool has_ended; /* nothing more comes from here */
    struct chunk *first, *last;
};

/* Both ends; of all connections there is a list. */
struct link {
    struct link *next;
    struct end ends[2];
};

static struct link *links;
static uint64_t delay_ns;

static struct sockaddr_un address_in(const char *folder)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int length = snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.5432", folder);
    REQUIRE(length < (int)sizeof address.sun_path);
    return address;
}

static void watch(int epoll, int fd, void *whose)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.ptr = whose};
    REQUIRE(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0);
}

static void accept_one(int epoll, int listener, const struct sockaddr_un *to)
{
    int near = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    int far = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(far >= 0);
    if (near < 0 || connect(far, (const struct sockaddr *)to, sizeof *to) != 0) {
        close(far);
        if (near >= 0) close(near);
        return;
    }
    struct link *link = calloc(1, sizeof *link);
    REQUIRE(link != NULL);
    *link = (struct link){
        links,
        {{&link->ends[1], near, false, NULL, NULL}, {&link->ends[0], far, false, NULL, NULL}}};
    links = link;
    watch(epoll, near, &link->ends[0]);
    watch(epoll, far, &link->ends[1]);
}

static void take(int epoll, struct end *end)
{
    struct chunk *chunk = malloc(sizeof *chunk + CHUNK_BYTES);
    REQUIRE(chunk != NULL);
    ssize_t size = recv(end->fd, chunk->bytes, CHUNK_BYTES, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
        free(chunk);
        return;
    }
    *chunk = (struct chunk){NULL, clock_now_ns() + delay_ns, size > 0 ? (size_t)size : 0, 0};
    chunk = realloc(chunk, sizeof *chunk + chunk->size + 1);
    REQUIRE(chunk != NULL);
    if (end->first == NULL)
        end->first = chunk;
    else
        end->last->next = chunk;
    end->last = chunk;
    if (size > 0) return;
    end->has_ended = true;
    epoll_ctl(epoll, EPOLL_CTL_DEL, end->fd, NULL);
}

/* The end of what an end sends is a chunk of no bytes. */
static void pass_on(struct end *end, uint64_t now_ns)
{
    while (end->first != NULL && end->first->due_ns <= now_ns) {
        struct chunk *chunk = end->first;
        if (chunk->size == 0) shutdown(end->other->fd, SHUT_WR);
        while (chunk->sent < chunk->size) {
            ssize_t size = send(end->other->fd, chunk->bytes + chunk->sent,
                                chunk->size - chunk->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
            chunk->sent = size < 0 ? chunk->size : chunk->sent + (size_t)size;
        }
        end->first = chunk->next;
        free(chunk);
    }
}

static void pass_all_on(void)
{
    uint64_t now_ns = clock_now_ns();
    for (struct link **at = &links; *at != NULL;) {
        struct link *link = *at;
        struct end *ends = link->ends;
        pass_on(&ends[0], now_ns);
        pass_on(&ends[1], now_ns);
        bool is_over = ends[0].has_ended && ends[1].has_ended && ends[0].first == NULL &&
                       ends[1].first == NULL;
        if (!is_over) {
            at = &link->next;
            continue;
        }
        *at = link->next;
        close(ends[0].fd);
        close(ends[1].fd);
        free(link);
    }
}

/* @return Until the next bytes are due; a second if there are none. What is due already is what the
 * socket had no room for. */
static struct timespec next_due(void)
{
    uint64_t now_ns = clock_now_ns(), due_ns = now_ns + NS_PER_SECOND;
    for (const struct link *link = links; link != NULL; link = link->next)
        for (size_t i = 0; i < 2; i++)
            if (link->ends[i].first != NULL && link->ends[i].first->due_ns < due_ns)
                due_ns = link->ends[i].first->due_ns;
    uint64_t wait_ns = due_ns > now_ns ? due_ns - now_ns : BLOCKED_US * NS_PER_US;
    return (struct timespec){(time_t)(wait_ns / NS_PER_SECOND), (long)(wait_ns % NS_PER_SECOND)};
}

static int listen_in(const char *folder)
{
    struct sockaddr_un address = address_in(folder);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(listener >= 0);
    REQUIRE(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    REQUIRE(listen(listener, EVENTS) == 0);
    return listener;
}

int main(int argc, char **argv)
{
    REQUIRE(argc == 4);
    struct sockaddr_un to = address_in(argv[2]);
    int epoll = epoll_create1(EPOLL_CLOEXEC), listener = listen_in(argv[1]);
    REQUIRE(epoll >= 0);
    delay_ns = strtoull(argv[3], NULL, 10) * NS_PER_US;
    watch(epoll, listener, NULL);
    for (;;) {
        struct epoll_event events[EVENTS];
        struct timespec wait = next_due();
        int count = epoll_pwait2(epoll, events, EVENTS, &wait, NULL);
        for (int i = 0; i < count; i++)
            if (events[i].data.ptr == NULL)
                accept_one(epoll, listener, &to);
            else
                take(epoll, events[i].data.ptr);
        pass_all_on();
    }
}
