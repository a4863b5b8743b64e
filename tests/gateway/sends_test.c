/* Sending to many at once, and connections over real sockets, which send so or each by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "gateway/byte_stream.h"
#include "gateway/connection.h"
#include "gateway/http_limits.h"
#include "gateway/sends.h"

enum { LINES = 400, LINE_BYTES_MAX = 256 * 1024, SOCKET_BYTES = 16 * 1024 };

/* --- Sends -------------------------------------------------------------------------------------
 */

/* Both ends of a socket, and what is to be sent through it. */
struct line {
    struct sending sending; /* the first member */
    struct stage *stage;
    struct buffer bytes;
    int reader;
    size_t told;     /* times */
    ptrdiff_t count; /* that it was told */
    size_t again;    /* times that it sends anew when it is told */
};

struct stage {
    struct loop *loop;
    struct sends *sends;
    struct line lines[LINES];
};

static void line_sent(struct sending *sending, ptrdiff_t count)
{
    struct line *line = (struct line *)sending;
    line->told++;
    line->count = count;
    if (line->again == 0) return;
    line->again--;
    sends_add(line->stage->sends, sending);
}

static void line_open(struct line *line, struct stage *stage)
{
    int fds[2], bytes = SOCKET_BYTES;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    assert_int_equal(setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes), 0);
    *line = (struct line){.stage = stage, .reader = fds[1]};
    line->sending = (struct sending){.sent = line_sent, .fd = fds[0], .bytes = &line->bytes};
    buffer_init(&line->bytes, LINE_BYTES_MAX);
}

static void line_close(struct line *line)
{
    sends_forget(&line->sending);
    buffer_deinit(&line->bytes);
    close(line->sending.fd);
    if (line->reader >= 0) close(line->reader);
}

static int open_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    assert_non_null(stage);
    stage->loop = loop_open();
    assert_non_null(stage->loop);
    stage->sends = sends_open(stage->loop);
    for (size_t i = 0; i < LINES; i++)
        line_open(&stage->lines[i], stage);
    *state = stage;
    return 0;
}

static int close_stage(void **state)
{
    struct stage *stage = *state;
    for (size_t i = 0; i < LINES; i++)
        line_close(&stage->lines[i]);
    loop_finish(stage->loop);
    sends_close(stage->sends);
    loop_close(stage->loop);
    free(stage);
    return 0;
}

/* Where the system has no io_uring, and in containers that forbid it, there is nothing to test. */
static struct stage *stage_with_ring(void **state)
{
    struct stage *stage = *state;
    if (stage->sends == NULL) skip();
    return stage;
}

static void line_say(struct line *line, const void *bytes, size_t size)
{
    assert_true(buffer_add(&line->bytes, bytes, size));
    sends_add(line->stage->sends, &line->sending);
}

static void assert_reads(int fd, const void *bytes, size_t size)
{
    char read_bytes[64];
    assert_true(size < sizeof read_bytes);
    assert_int_equal(recv(fd, read_bytes, sizeof read_bytes, 0), size);
    assert_memory_equal(read_bytes, bytes, size);
}

static void assert_reads_nothing(int fd)
{
    char byte;
    assert_int_equal(recv(fd, &byte, 1, 0), -1);
}

static void each_of_many_sends_its_own_and_is_told_once(void **state)
{
    struct stage *stage = stage_with_ring(state);
    for (size_t i = 0; i < LINES; i++)
        line_say(&stage->lines[i], &i, sizeof i);
    loop_finish(stage->loop);
    for (size_t i = 0; i < LINES; i++) {
        assert_int_equal(stage->lines[i].told, 1);
        assert_int_equal(stage->lines[i].count, sizeof i);
        assert_reads(stage->lines[i].reader, &i, sizeof i);
        assert_reads_nothing(stage->lines[i].reader);
    }
}

static void what_is_added_before_it_is_sent_goes_with_it(void **state)
{
    struct line *line = &stage_with_ring(state)->lines[0];
    line_say(line, "one", 3);
    line_say(line, "two", 3);
    loop_finish(line->stage->loop);
    assert_int_equal(line->told, 1);
    assert_reads(line->reader, "onetwo", 6);
}

static void who_is_told_may_send_again(void **state)
{
    struct stage *stage = stage_with_ring(state);
    for (size_t i = 0; i < LINES; i++) {
        stage->lines[i].again = 2;
        line_say(&stage->lines[i], "x", 1);
    }
    loop_finish(stage->loop);
    for (size_t i = 0; i < LINES; i++) {
        assert_int_equal(stage->lines[i].told, 3);
        assert_reads(stage->lines[i].reader, "xxx", 3);
    }
}

static void a_full_socket_takes_what_fits_and_then_nothing(void **state)
{
    struct line *line = &stage_with_ring(state)->lines[0];
    char *much = calloc(1, LINE_BYTES_MAX);
    assert_non_null(much);
    line_say(line, much, LINE_BYTES_MAX);
    free(much);
    loop_finish(line->stage->loop);
    assert_true(line->count > 0);
    assert_true(line->count < LINE_BYTES_MAX);
    for (int i = 0; i < 100 && line->count > 0; i++) {
        sends_add(line->stage->sends, &line->sending);
        loop_finish(line->stage->loop);
    }
    assert_int_equal(line->count, STREAM_WAITS);
}

static void who_has_hung_up_is_found_out_and_bothers_nobody(void **state)
{
    struct stage *stage = stage_with_ring(state);
    close(stage->lines[1].reader);
    stage->lines[1].reader = -1;
    for (size_t i = 0; i < 3; i++)
        line_say(&stage->lines[i], "x", 1);
    loop_finish(stage->loop);
    assert_int_equal(stage->lines[0].count, 1);
    assert_int_equal(stage->lines[1].count, STREAM_FAILED);
    assert_int_equal(stage->lines[2].count, 1);
}

static void who_is_forgotten_sends_nothing_and_is_not_told(void **state)
{
    struct stage *stage = stage_with_ring(state);
    for (size_t i = 0; i < 3; i++)
        line_say(&stage->lines[i], "x", 1);
    sends_forget(&stage->lines[1].sending);
    loop_finish(stage->loop);
    assert_int_equal(stage->lines[1].told, 0);
    assert_reads_nothing(stage->lines[1].reader);
    assert_reads(stage->lines[2].reader, "x", 1);
}

static void forget_next(struct sending *sending, ptrdiff_t count)
{
    line_sent(sending, count);
    sends_forget(&((struct line *)sending + 1)->sending);
}

static void who_is_forgotten_by_another_that_is_told_is_not_told(void **state)
{
    struct stage *stage = stage_with_ring(state);
    stage->lines[0].sending.sent = forget_next;
    for (size_t i = 0; i < 3; i++)
        line_say(&stage->lines[i], "x", 1);
    loop_finish(stage->loop);
    assert_int_equal(stage->lines[0].told, 1);
    assert_int_equal(stage->lines[1].told, 0);
    assert_int_equal(stage->lines[2].told, 1);
}

/* --- Connections -------------------------------------------------------------------------------
 */

enum { STREAM_BYTES = 200 * 1024, PIECE_BYTES = 1000 };

/* A connection over a socket that takes little, and its reader. */
struct page {
    struct loop *loop;
    struct sends *sends;
    struct memory_budget budget;
    struct connection_settings settings;
    struct connection *connection; /* NULL: it has ended */
    int reader;
    size_t read; /* bytes */
};

static struct exchange *waiting;

static void wait(const struct handler *handler, struct exchange *exchange)
{
    (void)handler;
    waiting = exchange;
}

static const struct handler handlers[] = {{.path_prefix = "/", .start = wait}, {0}};

static void page_gone(struct connection *connection, void *context)
{
    struct page *page = context;
    assert_ptr_equal(page->connection, connection);
    page->connection = NULL;
}

static void page_work(struct page *page)
{
    if (page->connection != NULL)
        page->connection->watch.ready(&page->connection->watch, EPOLLIN | EPOLLOUT);
    loop_finish(page->loop);
}

static void page_open(struct page *page, bool is_with_others)
{
    static const char request[] = "GET / HTTP/1.0\r\n\r\n";
    const struct peer someone = {.address = "socket"};
    int fds[2], bytes = SOCKET_BYTES;
    *page = (struct page){.loop = loop_open()};
    assert_non_null(page->loop);
    page->sends = is_with_others ? sends_open(page->loop) : NULL;
    if (is_with_others && page->sends == NULL) {
        loop_close(page->loop);
        skip();
    }
    memory_budget_init(&page->budget, HTTP_MEMORY_BYTES_MAX);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    assert_int_equal(setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes), 0);
    page->reader = fds[1];
    page->settings = (struct connection_settings){
        .loop = page->loop,
        .sends = page->sends,
        .handlers = handlers,
        .budget = &page->budget,
        .closed = page_gone,
        .context = page,
    };
    page->connection = connection_open(&page->settings, plain_stream_open(fds[0]), &someone);
    assert_non_null(page->connection);
    assert_int_equal(send(page->reader, request, sizeof request - 1, 0), sizeof request - 1);
    page_work(page);
    exchange_begin(waiting, 200, NULL, 0);
}

static void page_close(struct page *page)
{
    if (page->connection != NULL) connection_close(page->connection);
    loop_finish(page->loop);
    assert_null(page->connection);
    assert_int_equal(memory_budget_used(&page->budget), 0);
    sends_close(page->sends);
    loop_close(page->loop);
    close(page->reader);
}

static uint8_t byte_at(size_t at)
{
    return (uint8_t)(at * 31 + at / 251);
}

static void write_piece(size_t from)
{
    uint8_t piece[PIECE_BYTES];
    for (size_t i = 0; i < sizeof piece; i++)
        piece[i] = byte_at(from + i);
    exchange_write(waiting, piece, sizeof piece);
}

/* Skips the head. @return False: there is nothing. */
static bool read_piece(struct page *page)
{
    uint8_t bytes[3000];
    ssize_t count = recv(page->reader, bytes, sizeof bytes, 0);
    const uint8_t *from = bytes;
    if (count <= 0) return false;
    if (page->read == 0) {
        from = memmem(bytes, (size_t)count, "\r\n\r\n", 4);
        assert_non_null(from);
        from += 4;
    }
    for (; from < bytes + count; from++)
        assert_int_equal(*from, byte_at(page->read++));
    return true;
}

/* It takes less than it is told, and so it is sent in parts. */
static void read_slowly(bool is_with_others)
{
    struct page page;
    page_open(&page, is_with_others);
    size_t written = 0;
    for (; written < STREAM_BYTES; written += PIECE_BYTES) {
        write_piece(written);
        page_work(&page);
        if (written % (6 * PIECE_BYTES) == 0) read_piece(&page);
    }
    assert_true(buffer_size(&page.connection->out) > 0);
    assert_true((page.connection->events & EPOLLOUT) != 0);
    while (read_piece(&page))
        page_work(&page);
    assert_int_equal(page.read, written);
    assert_int_equal(page.connection->events, EPOLLIN);
    page_close(&page);
}

static void a_slow_reader_gets_all_in_order(void **state)
{
    (void)state;
    read_slowly(false);
}

static void a_slow_reader_gets_all_in_order_also_with_others(void **state)
{
    (void)state;
    read_slowly(true);
}

static void never_read(bool is_with_others)
{
    struct page page;
    page_open(&page, is_with_others);
    for (size_t i = 0; i < 2 * 1024 && page.connection != NULL; i++) {
        write_piece(i * PIECE_BYTES);
        page_work(&page);
        if (page.connection != NULL)
            assert_true(exchange_unsent(waiting) <=
                        ANSWER_UNSENT_BYTES_MAX + LINE_BYTES_MAX + 2 * PIECE_BYTES);
    }
    assert_null(page.connection);
    page_close(&page);
}

static void who_never_reads_is_cut_off(void **state)
{
    (void)state;
    never_read(false);
}

static void who_never_reads_is_cut_off_also_with_others(void **state)
{
    (void)state;
    never_read(true);
}

static void hang_up(bool is_with_others)
{
    struct page page;
    page_open(&page, is_with_others);
    shutdown(page.reader, SHUT_RDWR);
    write_piece(0);
    loop_finish(page.loop);
    assert_null(page.connection);
    page_close(&page);
}

static void who_has_hung_up_is_closed(void **state)
{
    (void)state;
    hang_up(false);
}

static void who_has_hung_up_is_closed_also_with_others(void **state)
{
    (void)state;
    hang_up(true);
}

static void one_that_is_closed_before_it_is_sent_is_not_sent(void **state)
{
    struct page page;
    (void)state;
    page_open(&page, true);
    loop_finish(page.loop);
    char head[256];
    assert_true(recv(page.reader, head, sizeof head, 0) > 0);
    write_piece(0);
    page.connection->flush.run(&page.connection->flush); /* it waits among the sends now */
    assert_non_null(page.connection->sending.place);
    connection_close(page.connection);
    loop_finish(page.loop);
    assert_int_equal(recv(page.reader, head, sizeof head, 0), 0);
    page_close(&page);
}

int main(void)
{
#define WITH_STAGE(test) cmocka_unit_test_setup_teardown(test, open_stage, close_stage)
    const struct CMUnitTest tests[] = {
        WITH_STAGE(each_of_many_sends_its_own_and_is_told_once),
        WITH_STAGE(what_is_added_before_it_is_sent_goes_with_it),
        WITH_STAGE(who_is_told_may_send_again),
        WITH_STAGE(a_full_socket_takes_what_fits_and_then_nothing),
        WITH_STAGE(who_has_hung_up_is_found_out_and_bothers_nobody),
        WITH_STAGE(who_is_forgotten_sends_nothing_and_is_not_told),
        WITH_STAGE(who_is_forgotten_by_another_that_is_told_is_not_told),
        cmocka_unit_test(a_slow_reader_gets_all_in_order),
        cmocka_unit_test(a_slow_reader_gets_all_in_order_also_with_others),
        cmocka_unit_test(who_never_reads_is_cut_off),
        cmocka_unit_test(who_never_reads_is_cut_off_also_with_others),
        cmocka_unit_test(who_has_hung_up_is_closed),
        cmocka_unit_test(who_has_hung_up_is_closed_also_with_others),
        cmocka_unit_test(one_that_is_closed_before_it_is_sent_is_not_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
