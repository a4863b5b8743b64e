#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/http1_head.h"

enum { HEADERS_MAX = 4, BYTES_MAX = 1024 };

struct reading {
    char bytes[BYTES_MAX];
    struct header headers[HEADERS_MAX];
    struct http1_head head;
};

static unsigned read_head(struct reading *reading, const char *text)
{
    size_t size = strlen(text);
    memcpy(reading->bytes, text, size);
    assert_int_equal(http1_head_find_end((const uint8_t *)text, size, 0), size);
    return http1_head_parse(reading->bytes, size, reading->headers, HEADERS_MAX, &reading->head);
}

static void a_head_is_read(void **state)
{
    (void)state;
    struct reading reading;
    assert_int_equal(read_head(&reading, "POST /a?b=c HTTP/1.1\r\nHost: x:80\r\n"
                                         "Content-Length: 12\r\nX-Some:\t a b \t\r\n\r\n"),
                     0);
    assert_string_equal(reading.head.method, "POST");
    assert_string_equal(reading.head.target, "/a?b=c");
    assert_string_equal(reading.head.host, "x:80");
    assert_int_equal(reading.head.content_length, 12);
    assert_true(reading.head.keeps_alive);
    assert_int_equal(reading.head.headers_count, 3);
    assert_string_equal(reading.head.headers[2].name, "x-some");
    assert_string_equal(reading.head.headers[2].value, "a b");
}

static void the_end_of_a_head_is_found_wherever_it_is_cut(void **state)
{
    (void)state;
    static const char text[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET";
    const size_t end = sizeof text - 1 - strlen("GET");
    for (size_t cut = 0; cut < sizeof text - 1; cut++) {
        size_t first = http1_head_find_end((const uint8_t *)text, cut, 0);
        assert_int_equal(first, cut < end ? 0 : end);
        if (first == 0)
            assert_int_equal(http1_head_find_end((const uint8_t *)text, sizeof text - 1, cut), end);
    }
}

static void connections_end_as_they_say(void **state)
{
    (void)state;
    struct reading reading;
    assert_int_equal(
        read_head(&reading, "GET / HTTP/1.1\r\nHost: x\r\nConnection: te, Close\r\n\r\n"), 0);
    assert_false(reading.head.keeps_alive);
    assert_int_equal(read_head(&reading, "GET / HTTP/1.0\r\n\r\n"), 0);
    assert_false(reading.head.keeps_alive);
    assert_int_equal(read_head(&reading, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), 0);
    assert_true(reading.head.keeps_alive);
}

struct refused {
    unsigned status;
    const char *text;
};

#define HOST "Host: x\r\n"

/* What another reader could take for something else, first of all. */
static const struct refused refused_heads[] = {
    {400, "POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 1\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"},
    {411, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"},
    {411, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding : chunked\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\n" HOST "Content-Length: 1, 1\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\n" HOST "Content-Length: +1\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\n" HOST "Content-Length: 0x1\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\n" HOST "Content-Length: 9999999999999999\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "A: b\r\n c\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "A: b\nContent-Length: 1\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "A: b\rContent-Length: 1\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST HOST "\r\n"},
    {400, "GET / HTTP/1.1\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST ": b\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "A\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "A B: c\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "A: \x01\r\n\r\n"},
    {400, "GET  / HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET / HTTP/1.1 \r\n" HOST "\r\n"},
    {400, "GET /a b HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET http://x/ HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET * HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET /#a HTTP/1.1\r\n" HOST "\r\n"},
    {400, "G@T / HTTP/1.1\r\n" HOST "\r\n"},
    {400, " GET / HTTP/1.1\r\n" HOST "\r\n"},
    {400, "\r\nGET / HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET /\r\n\r\n"},
    {400, "GET / http/1.1\r\n" HOST "\r\n"},
    {400, "\r\n\r\n"},
    {505, "GET / HTTP/2.0\r\n" HOST "\r\n"},
    {400, "GET / HTTP/1.10\r\n" HOST "\r\n"},
    {417, "GET / HTTP/1.1\r\n" HOST "Expect: tea\r\n\r\n"},
    {431, "GET / HTTP/1.1\r\n" HOST "A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n"},
};

static void what_may_be_misread_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused_heads / sizeof refused_heads[0]; i++) {
        struct reading reading;
        unsigned status = read_head(&reading, refused_heads[i].text);
        if (status != refused_heads[i].status) print_error("%s\n", refused_heads[i].text);
        assert_int_equal(status, refused_heads[i].status);
    }
}

static void a_nul_is_refused_wherever_it_stands(void **state)
{
    (void)state;
    static const char text[] = "GET /abc HTTP/1.1\r\nHost: x\r\nA: b\r\n\r\n";
    const size_t size = sizeof text - 1;
    for (size_t i = 0; i < size - 4; i++) {
        struct reading reading;
        memcpy(reading.bytes, text, size);
        reading.bytes[i] = '\0';
        assert_int_not_equal(
            http1_head_parse(reading.bytes, size, reading.headers, HEADERS_MAX, &reading.head), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_is_read),
        cmocka_unit_test(the_end_of_a_head_is_found_wherever_it_is_cut),
        cmocka_unit_test(connections_end_as_they_say),
        cmocka_unit_test(what_may_be_misread_is_refused),
        cmocka_unit_test(a_nul_is_refused_wherever_it_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
