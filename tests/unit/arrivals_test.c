/* What is noted of the messages that are read from a socket as nng reads them: a head, then the
 * body. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "rpc/listen/arrivals.h"

enum { HEAD_BYTES = 9, BODY_BYTES = 100, BODIES_MAX = 8, PASSING_MS = 30 };

struct line {
    int ours;
    int peers;
    uint8_t bodies[BODIES_MAX][BODY_BYTES]; /* each read to a place of its own, as nng does */
};

static ssize_t read_bytes(const struct line *line, void *bytes, size_t size)
{
    struct iovec part = {bytes, size};
    return arrivals_readv(line->ours, &part, 1);
}

static int connect_line(void **state)
{
    static struct line line;
    static const uint8_t greeting[8] = {0, 'S', 'P', 0, 0, 0x30, 0, 0};
    uint8_t got[sizeof greeting];
    int both[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, both) != 0) return -1;
    line = (struct line){.ours = both[0], .peers = both[1]};
    if (write(line.peers, greeting, sizeof greeting) != sizeof greeting) return -1;
    *state = &line;
    return read_bytes(&line, got, sizeof got) == sizeof got ? 0 : -1;
}

static int hang_up(void **state)
{
    const struct line *line = *state;
    return close(line->ours) + close(line->peers);
}

static void send_messages(const struct line *line, int count)
{
    uint8_t message[HEAD_BYTES + BODY_BYTES] = {1};
    while (count-- > 0)
        assert_int_equal(write(line->peers, message, sizeof message), sizeof message);
}

/* @return How long it has waited, as far as is known. Unit: milliseconds. */
static uint32_t read_message(struct line *line, int number)
{
    uint8_t head[HEAD_BYTES];
    assert_int_equal(read_bytes(line, head, sizeof head), sizeof head);
    assert_int_equal(read_bytes(line, line->bodies[number], BODY_BYTES), BODY_BYTES);
    return arrivals_take(line->bodies[number]).waited_ms;
}

static int64_t clock_now_ms(void)
{
    static const uint8_t nothing = 0; /* no message was read to it */
    return arrivals_take(&nothing).now_ms;
}

static void let_time_pass(void)
{
    int64_t until_ms = clock_now_ms() + PASSING_MS;
    while (clock_now_ms() < until_ms)
        continue;
}

static void of_messages_that_wait_in_the_buffer_it_is_known_how_long(void **state)
{
    struct line *line = *state;
    send_messages(line, BODIES_MAX);
    read_message(line, 0); /* what is behind it is seen now */
    let_time_pass();
    for (int i = 1; i < BODIES_MAX; i++)
        assert_in_range(read_message(line, i), PASSING_MS - 1, UINT32_MAX);
}

static void a_connection_on_the_descriptor_of_another_begins_anew(void **state)
{
    struct line *line = *state;
    const int ours = line->ours;
    send_messages(line, BODIES_MAX);
    read_message(line, 0);
    let_time_pass();
    int64_t connected_ms = clock_now_ms();
    assert_int_equal(hang_up(state), 0);
    assert_int_equal(connect_line(state), 0);
    assert_int_equal(line->ours, ours);
    send_messages(line, 1);
    uint32_t waited_ms = read_message(line, 0);
    assert_in_range(waited_ms, 0, clock_now_ms() - connected_ms + 1);
}

/* As a listener without listening_calls.c: whatever it is asked, nothing was noted. */
static void of_a_message_that_was_not_seen_nothing_is_known(void **state)
{
    struct line *line = *state;
    assert_int_equal(arrivals_take(line->bodies[0]).waited_ms, 0);
    send_messages(line, 2);
    read_message(line, 0);
    let_time_pass();
    read_message(line, 1);
    assert_int_equal(arrivals_take(line->bodies[1]).waited_ms, 0); /* each is told of once */
}

/* Of connections that ended before anybody asked for what was read. */
static void a_message_is_known_whatever_was_read_before_and_never_asked_for(void **state)
{
    enum { MESSAGES = 1 << 15 };
    struct line *line = *state;
    uint8_t head[HEAD_BYTES];
    uint8_t *places = calloc(MESSAGES, BODY_BYTES);
    assert_non_null(places);
    for (size_t i = 0; i < MESSAGES; i++) {
        send_messages(line, 1);
        assert_int_equal(read_bytes(line, head, sizeof head), sizeof head);
        assert_int_equal(read_bytes(line, places + i * BODY_BYTES, BODY_BYTES), BODY_BYTES);
    }
    of_messages_that_wait_in_the_buffer_it_is_known_how_long(state);
    free(places);
}

/* Comes last: from now on this is a thread that waits for descriptors. */
static void what_comes_while_others_are_read_has_waited_since_then(void **state)
{
    struct line *line = *state;
    struct epoll_event events[2] = {{.events = EPOLLIN}};
    int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    assert_true(epoll_fd >= 0);
    assert_int_equal(epoll_ctl(epoll_fd, EPOLL_CTL_ADD, line->ours, &events[0]), 0);
    assert_int_equal(arrivals_epoll_wait(epoll_fd, events, 2, 0), 0);
    send_messages(line, 1);
    let_time_pass();
    assert_int_equal(arrivals_epoll_wait(epoll_fd, events, 2, 0), 1);
    let_time_pass();
    assert_in_range(read_message(line, 0), 2 * PASSING_MS - 1, UINT32_MAX);
    close(epoll_fd);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, connect_line, hang_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(of_messages_that_wait_in_the_buffer_it_is_known_how_long),
        CASE(a_connection_on_the_descriptor_of_another_begins_anew),
        CASE(of_a_message_that_was_not_seen_nothing_is_known),
        CASE(a_message_is_known_whatever_was_read_before_and_never_asked_for),
        CASE(what_comes_while_others_are_read_has_waited_since_then),
    };
    return cmocka_run_group_tests_name("arrivals", tests, NULL, NULL);
}
