/* What is noted of the messages that are read from a socket as nng reads them: a head, then the
 * body. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "rpc/listen/arrivals.h"

enum { HEAD_BYTES = 9, BODY_BYTES = 100, BODIES_MAX = 8 };

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

static bool read_is_last(struct line *line, int number)
{
    uint8_t head[HEAD_BYTES];
    assert_int_equal(read_bytes(line, head, sizeof head), sizeof head);
    assert_int_equal(read_bytes(line, line->bodies[number], BODY_BYTES), BODY_BYTES);
    return arrivals_take(line->bodies[number]).is_last;
}

static void assert_empty(struct line *line)
{
    uint8_t head[HEAD_BYTES];
    assert_int_equal(read_bytes(line, head, sizeof head), -1);
    assert_int_equal(errno, EAGAIN);
}

static void of_messages_that_wait_only_the_last_has_nothing_behind_it(void **state)
{
    struct line *line = *state;
    for (int round = 0; round < 3; round++) {
        send_messages(line, BODIES_MAX);
        for (int i = 0; i < BODIES_MAX; i++)
            assert_int_equal(read_is_last(line, i), i == BODIES_MAX - 1);
        assert_empty(line);
    }
}

static void one_message_at_a_time_has_nothing_behind_it(void **state)
{
    struct line *line = *state;
    for (int i = 0; i < BODIES_MAX; i++) {
        send_messages(line, 1);
        assert_true(read_is_last(line, i));
        if (i % 2 == 0) assert_empty(line);
    }
}

static void a_connection_on_the_descriptor_of_another_begins_anew(void **state)
{
    struct line *line = *state;
    const int ours = line->ours;
    send_messages(line, BODIES_MAX);
    assert_false(read_is_last(line, 0));
    assert_int_equal(hang_up(state), 0);
    assert_int_equal(connect_line(state), 0);
    assert_int_equal(line->ours, ours);
    send_messages(line, 1);
    assert_true(read_is_last(line, 0));
}

/* As a listener without readv_watch.c: whatever it is asked, nothing was noted. */
static void of_a_message_that_was_not_seen_nothing_is_known(void **state)
{
    struct line *line = *state;
    struct arrivals_view view = arrivals_take(line->bodies[0]);
    assert_int_equal(view.waited_ms, 0);
    assert_true(view.is_last);
    send_messages(line, 2);
    assert_false(read_is_last(line, 0));
    assert_true(arrivals_take(line->bodies[0]).is_last); /* each is told of once */
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, connect_line, hang_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(of_messages_that_wait_only_the_last_has_nothing_behind_it),
        CASE(one_message_at_a_time_has_nothing_behind_it),
        CASE(a_connection_on_the_descriptor_of_another_begins_anew),
        CASE(of_a_message_that_was_not_seen_nothing_is_known),
    };
    return cmocka_run_group_tests_name("arrivals", tests, NULL, NULL);
}
