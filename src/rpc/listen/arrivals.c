#include "rpc/listen/arrivals.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "rpc/listen/arrival.h"

/* ThreadSanitizer learns from its own of these two that what was done before epoll_ctl or a write
 * comes before what is done after the wait or the read. */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SANITIZER_WATCHES
#endif
#endif
#ifdef SANITIZER_WATCHES
ssize_t __interceptor_readv(int fd, const struct iovec *parts, int parts_count);
int __interceptor_epoll_wait(int epoll_fd, struct epoll_event *events, int events_max,
                             int timeout_ms);
#define system_readv __interceptor_readv
#define system_epoll_wait __interceptor_epoll_wait
#else
static ssize_t system_readv(int fd, const struct iovec *parts, int parts_count)
{
    return syscall(SYS_readv, fd, parts, parts_count);
}

static int system_epoll_wait(int epoll_fd, struct epoll_event *events, int events_max,
                             int timeout_ms)
{
    return (int)syscall(SYS_epoll_pwait, epoll_fd, events, events_max, timeout_ms, NULL, 0);
}
#endif

enum { NS_PER_MS = 1000000, GREETING_BYTES = 8, HEAD_BYTES_MAX = 9 };

/* Descriptors beyond are not watched. Only pages of those in use take memory. */
enum { CONNECTIONS_MAX_WATCHED = 8192 };

/* Messages that were read and not asked for yet, a few for each connection at most. Of those that
 * nobody will ask for the oldest are pushed out; one that was counts as unknown. */
enum { SETS_BITS = 12, SETS = 1 << SETS_BITS, WAYS = 4 };

struct watched {
    atomic_flag busy;
    struct arrival arrival;
};

struct noted_set {
    atomic_flag busy;
    struct {
        const void *body;
        int64_t at_ns;
    } notes[WAYS];
};

/* A stall is a time without ticks. It ends with one, or is not over yet. A thread of a busy machine
 * may miss a few. */
enum { STALL_TICKS = 12, STALL_NS = STALL_TICKS * ARRIVALS_TICK_MS * NS_PER_MS };

static _Atomic int64_t ticked_ns; /* 0: never */
static _Atomic int64_t stall_began_ns;
static _Atomic int64_t stall_ended_ns;

/* A thread that never waits for descriptors reads on where others have begun, so what it reads so
 * soon after a stall was there. */
enum { READ_ON_NS = 500 * NS_PER_MS };

/* Of a thread that waits for descriptors to become readable: what it reads now may have come in
 * since then, because it was stalled while it waited, or read others before; and whether more of
 * them were readable. */
static _Thread_local int64_t round_stalled_since_ns = ARRIVAL_NOT_STALLED;
static _Thread_local int64_t round_came_since_ns;
static _Thread_local int64_t round_began_ns;
static _Thread_local bool round_goes_on;

static struct watched connections[CONNECTIONS_MAX_WATCHED];
static struct noted_set messages[SETS];

/* Held for a few instructions and one ioctl, by hardly ever more than one thread. */
static void enter(atomic_flag *busy)
{
    while (atomic_flag_test_and_set_explicit(busy, memory_order_acquire))
        continue;
}

static void leave(atomic_flag *busy)
{
    atomic_flag_clear_explicit(busy, memory_order_release);
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 * NS_PER_MS + now.tv_nsec;
}

void arrivals_tick(void)
{
    int64_t current_ns = now_ns();
    int64_t before_ns = atomic_load(&ticked_ns);
    if (before_ns != 0 && current_ns - before_ns > STALL_NS) {
        atomic_store(&stall_began_ns, before_ns);
        atomic_store(&stall_ended_ns, current_ns);
    }
    atomic_store(&ticked_ns, current_ns);
}

static int64_t stalled_since_ns(int64_t current_ns)
{
    int64_t before_ns = atomic_load(&ticked_ns);
    if (before_ns != 0 && current_ns - before_ns > STALL_NS) return before_ns;
    if (round_began_ns != 0) return round_stalled_since_ns;
    bool is_recent = current_ns - atomic_load(&stall_ended_ns) < READ_ON_NS;
    return is_recent ? atomic_load(&stall_began_ns) : ARRIVAL_NOT_STALLED;
}

/* Since when what is read now may have been there, if nothing else is known of it. */
static int64_t there_since_ns(int64_t current_ns)
{
    int64_t since_ns = stalled_since_ns(current_ns);
    return round_began_ns == 0 || since_ns < round_came_since_ns ? since_ns : round_came_since_ns;
}

/* What can be read without a wait came in while others were read. */
enum { WAITS_NS = NS_PER_MS };

int arrivals_epoll_wait(int epoll_fd, struct epoll_event *events, int events_max, int timeout_ms)
{
    int64_t waits_since_ns = now_ns();
    int64_t before_ns = round_began_ns == 0 ? waits_since_ns : round_began_ns;
    int count = system_epoll_wait(epoll_fd, events, events_max, timeout_ms);
    int error = errno;
    if (!round_goes_on) round_stalled_since_ns = ARRIVAL_NOT_STALLED;
    if (atomic_load(&stall_ended_ns) > round_began_ns)
        round_stalled_since_ns = atomic_load(&stall_began_ns);
    round_began_ns = now_ns();
    bool has_waited = round_began_ns - waits_since_ns >= WAITS_NS;
    if (!round_goes_on) round_came_since_ns = has_waited ? round_began_ns : before_ns;
    round_stalled_since_ns = stalled_since_ns(round_began_ns);
    round_goes_on = count < 0 || count == events_max; /* a stop interrupts it */
    errno = error;
    return count;
}

static struct noted_set *set_of(const void *body)
{
    static const uint64_t golden = UINT64_C(0x9e3779b97f4a7c15); /* all bits of the address count */
    return &messages[((uint64_t)(uintptr_t)body * golden) >> (64 - SETS_BITS)];
}

static void note(const void *body, int64_t at_ns)
{
    struct noted_set *set = set_of(body);
    enter(&set->busy);
    unsigned way = 0;
    for (unsigned i = 1; i < WAYS; i++)
        if (set->notes[i].at_ns < set->notes[way].at_ns) way = i;
    for (unsigned i = 0; i < WAYS; i++)
        if (set->notes[i].body == body) way = i;
    set->notes[way].body = body;
    set->notes[way].at_ns = at_ns;
    leave(&set->busy);
}

struct arrivals_view arrivals_take(const void *body)
{
    struct noted_set *set = set_of(body);
    int64_t current_ns = now_ns();
    int64_t at_ns = current_ns;
    struct arrivals_view view = {.now_ms = current_ns / NS_PER_MS};
    enter(&set->busy);
    for (unsigned i = 0; i < WAYS; i++)
        if (set->notes[i].body == body) {
            at_ns = set->notes[i].at_ns;
            set->notes[i].body = NULL;
            set->notes[i].at_ns = 0; /* the first to be replaced */
        }
    leave(&set->busy);
    view.came_ns = at_ns < current_ns ? at_ns : current_ns;
    if (at_ns < current_ns) view.waited_ms = (uint32_t)((current_ns - at_ns) / NS_PER_MS);
    return view;
}

/* Both sides of a connection begin with it, and no length looks like it. */
static bool is_greeting(const struct iovec *part, ssize_t size)
{
    return size == GREETING_BYTES && part->iov_len == GREETING_BYTES &&
           memcmp(part->iov_base, "\0SP\0", 4) == 0;
}

static void look_at_buffer(struct arrival *arrival, int fd, int64_t current_ns)
{
    int unread;
    if (arrival_wants_mark(arrival, current_ns) && ioctl(fd, FIONREAD, &unread) == 0 && unread >= 0)
        arrival_mark(arrival, (uint64_t)unread, current_ns, there_since_ns(current_ns));
}

/* The length of a message. When that came in nobody asks, but when nothing had come. So where
 * something is known to be there, the time is not needed. */
static ssize_t read_head(struct arrival *arrival, int fd, const struct iovec *part)
{
    int64_t current_ns = arrival_has_more(arrival) ? 0 : now_ns();
    ssize_t size = system_readv(fd, part, 1);
    int error = errno;
    bool is_begin = size > 0 && is_greeting(part, size);
    bool is_empty = size < 0 && error == EAGAIN;
    if ((is_begin || is_empty) && current_ns == 0) current_ns = now_ns(); /* another connection's */
    if (is_begin) {
        memset(arrival, 0, sizeof *arrival);
        arrival->passed.at_ns = current_ns; /* nothing came before */
    } else if (is_empty) {
        arrival_mark(arrival, 0, current_ns, ARRIVAL_NOT_STALLED);
    } else if (size > 0) {
        arrival_read(arrival, (uint64_t)size);
    }
    errno = error;
    return size;
}

/* Looks at what is left behind it, if it is time. */
static ssize_t read_body(struct arrival *arrival, int fd, const struct iovec *parts,
                         int parts_count, int64_t *ret_at_ns)
{
    int64_t current_ns = now_ns();
    *ret_at_ns = arrival_of_next_ns(arrival, current_ns, there_since_ns(current_ns));
    ssize_t size = system_readv(fd, parts, parts_count);
    int error = errno;
    if (size > 0) {
        arrival_read(arrival, (uint64_t)size);
        look_at_buffer(arrival, fd, current_ns);
    } else if (size < 0 && error == EAGAIN) {
        arrival_mark(arrival, 0, current_ns, ARRIVAL_NOT_STALLED);
    }
    errno = error;
    return size;
}

ssize_t arrivals_readv(int fd, const struct iovec *parts, int parts_count)
{
    if (fd < 0 || fd >= CONNECTIONS_MAX_WATCHED || parts_count < 1)
        return system_readv(fd, parts, parts_count);
    struct watched *connection = &connections[fd];
    bool is_head = parts_count == 1 && parts->iov_len <= HEAD_BYTES_MAX;
    int64_t at_ns;
    enter(&connection->busy);
    ssize_t size = is_head ? read_head(&connection->arrival, fd, parts)
                           : read_body(&connection->arrival, fd, parts, parts_count, &at_ns);
    leave(&connection->busy);
    if (size > 0 && !is_head) note(parts->iov_base, at_ns);
    return size;
}
