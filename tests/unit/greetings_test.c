#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rpc/listen/greetings.h"

enum { FD = 7, GREETING_BYTES = 8 };

static const uint8_t greeting[GREETING_BYTES] = {0, 'S', 'P', 0, 0, 0x30, 0, 0};

/* As nng reads: what is still to come of the greeting, of which `size` bytes are there. */
static ssize_t read_part(const uint8_t *bytes, int position, int size)
{
    uint8_t got[GREETING_BYTES];
    struct iovec part = {got, (size_t)(GREETING_BYTES - position)};
    memcpy(got, bytes + position, (size_t)size);
    return greetings_read(FD, &part, size);
}

static ssize_t read_greeting(const uint8_t *bytes)
{
    greetings_await(FD);
    return read_part(bytes, 0, GREETING_BYTES);
}

static void assert_reset(ssize_t size)
{
    assert_int_equal(size, -1);
    assert_int_equal(errno, ECONNRESET);
}

static void a_greeting_of_any_protocol_is_read(void **state)
{
    static const uint8_t other[GREETING_BYTES] = {0, 'S', 'P', 0, 0xff, 0xff, 0, 0};
    (void)state;
    assert_int_equal(read_greeting(greeting), GREETING_BYTES);
    assert_int_equal(read_greeting(other), GREETING_BYTES);
}

static void a_greeting_in_any_two_parts_is_read(void **state)
{
    (void)state;
    for (int first = 1; first < GREETING_BYTES; first++) {
        greetings_await(FD);
        assert_int_equal(read_part(greeting, 0, first), first);
        assert_int_equal(read_part(greeting, first, GREETING_BYTES - first),
                         GREETING_BYTES - first);
    }
}

static void a_byte_that_no_greeting_has_there_resets(void **state)
{
    static const int positions[] = {0, 1, 2, 3, 6, 7};
    (void)state;
    for (size_t i = 0; i < sizeof positions / sizeof *positions; i++) {
        uint8_t wrong[GREETING_BYTES];
        memcpy(wrong, greeting, sizeof wrong);
        wrong[positions[i]] ^= 1;
        assert_reset(read_greeting(wrong));
        greetings_await(FD);
        for (int at = 0; at < positions[i]; at++)
            assert_int_equal(read_part(wrong, at, 1), 1);
        assert_reset(read_part(wrong, positions[i], 1));
    }
}

static void what_comes_behind_a_greeting_is_anything(void **state)
{
    static const uint8_t message[GREETING_BYTES] = {0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4};
    (void)state;
    assert_int_equal(read_greeting(greeting), GREETING_BYTES);
    assert_int_equal(read_part(message, 0, GREETING_BYTES), GREETING_BYTES);
}

static void the_end_of_a_connection_is_a_reset(void **state)
{
    (void)state;
    greetings_await(FD);
    assert_reset(read_part(greeting, 0, 0));
    greetings_await(FD);
    assert_int_equal(read_part(greeting, 0, 3), 3);
    assert_reset(read_part(greeting, 3, 0));
    assert_int_equal(read_greeting(greeting), GREETING_BYTES);
    assert_reset(read_part(greeting, 0, 0));
}

static void descriptors_that_are_not_watched_are_read(void **state)
{
    static const int fds[] = {-1, GREETINGS_FD_MAX, GREETINGS_FD_MAX + 1};
    uint8_t bytes[] = {1, 2, 3};
    struct iovec part = {bytes, sizeof bytes};
    (void)state;
    greetings_await(fds[0]);
    greetings_await(fds[2]);
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
        assert_int_equal(greetings_read(fds[i], &part, sizeof bytes), sizeof bytes);
}

static void what_the_peer_or_the_way_to_it_did_is_a_reset(void **state)
{
    static const int peers[] = {EPIPE, ECONNRESET, ECONNABORTED, ETIMEDOUT, EHOSTUNREACH, ENOTCONN};
    static const int others[] = {EAGAIN, EINTR, EMFILE, ENFILE, ENOMEM, ENOBUFS, EBADF};
    (void)state;
    for (size_t i = 0; i < sizeof peers / sizeof *peers; i++)
        assert_int_equal(greetings_error(peers[i]), ECONNRESET);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(greetings_error(others[i]), others[i]);
    errno = EHOSTUNREACH;
    assert_reset(greetings_read(FD, NULL, -1));
    errno = EAGAIN;
    assert_int_equal(greetings_read(FD, NULL, -1), -1);
    assert_int_equal(errno, EAGAIN);
}

static void a_hang_up_is_an_event_only_of_who_reads_and_writes_nothing(void **state)
{
    struct epoll_event events[] = {
        {.events = EPOLLIN | EPOLLHUP},
        {.events = EPOLLOUT | EPOLLERR | EPOLLHUP},
        {.events = EPOLLHUP},
        {.events = EPOLLIN},
    };
    (void)state;
    greetings_events(events, 4);
    assert_int_equal(events[0].events, EPOLLIN);
    assert_int_equal(events[1].events, EPOLLOUT);
    assert_int_equal(events[2].events, EPOLLHUP);
    assert_int_equal(events[3].events, EPOLLIN);
    greetings_events(events, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_greeting_of_any_protocol_is_read),
        cmocka_unit_test(a_greeting_in_any_two_parts_is_read),
        cmocka_unit_test(a_byte_that_no_greeting_has_there_resets),
        cmocka_unit_test(what_comes_behind_a_greeting_is_anything),
        cmocka_unit_test(the_end_of_a_connection_is_a_reset),
        cmocka_unit_test(descriptors_that_are_not_watched_are_read),
        cmocka_unit_test(what_the_peer_or_the_way_to_it_did_is_a_reset),
        cmocka_unit_test(a_hang_up_is_an_event_only_of_who_reads_and_writes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
