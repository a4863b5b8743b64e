#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/http2_filter.h"

enum { BYTES_MAX = 256, HEADERS = 1, RST_STREAM = 3, SETTINGS = 4, PING = 6, CODE_BYTES = 4 };
enum { DATA = 0, PRIORITY = 2, WINDOW_UPDATE = 8, CONTINUATION = 9, UNKNOWN = 200 };

struct bytes {
    uint8_t at[BYTES_MAX];
    size_t size;
};

static void add(struct bytes *bytes, const void *more, size_t size)
{
    assert_true(size <= BYTES_MAX - bytes->size);
    memcpy(bytes->at + bytes->size, more, size);
    bytes->size += size;
}

static void add_frame(struct bytes *bytes, uint8_t type, uint8_t stream, uint8_t size)
{
    static const uint8_t zeros[BYTES_MAX];
    const uint8_t head[HTTP2_FRAME_HEAD_BYTES] = {0, 0, size, type, 0, 0, 0, 0, stream};
    add(bytes, head, sizeof head);
    add(bytes, zeros, size);
}

static struct bytes preface(void)
{
    struct bytes bytes = {0};
    add(&bytes, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", HTTP2_PREFACE_BYTES);
    return bytes;
}

static bool keep(void *context, const uint8_t *bytes, size_t size)
{
    assert_true(size > 0);
    add(context, bytes, size);
    return true;
}

/* Gives the filter the bytes in two parts, for every way to cut them, and then one by one. */
static void expect(const struct bytes *sent, const struct bytes *expected, size_t controls)
{
    for (size_t cut = 0; cut <= sent->size; cut++) {
        struct http2_filter filter = {0};
        struct bytes passed = {0};
        assert_true(http2_filter_take(&filter, sent->at, cut, keep, &passed));
        assert_true(http2_filter_take(&filter, sent->at + cut, sent->size - cut, keep, &passed));
        assert_int_equal(passed.size, expected->size);
        assert_memory_equal(passed.at, expected->at, expected->size);
        assert_int_equal(filter.controls, controls);
    }
    struct http2_filter filter = {0};
    struct bytes passed = {0};
    for (size_t i = 0; i < sent->size; i++)
        assert_true(http2_filter_take(&filter, sent->at + i, 1, keep, &passed));
    assert_int_equal(passed.size, expected->size);
    assert_memory_equal(passed.at, expected->at, expected->size);
}

static void what_is_in_order_is_passed_as_it_is(void **state)
{
    (void)state;
    struct bytes sent = preface();
    add_frame(&sent, SETTINGS, 0, 6);
    add_frame(&sent, HEADERS, 1, 20);
    add_frame(&sent, RST_STREAM, 1, CODE_BYTES);
    add_frame(&sent, PING, 0, 8);
    expect(&sent, &sent, 3);
}

static void every_frame_that_asks_for_nothing_is_counted(void **state)
{
    static const uint8_t ends[HTTP2_FRAME_HEAD_BYTES] = {0, 0, 0, DATA, 1, 0, 0, 0, 1};
    static const uint8_t counted[] = {DATA, PRIORITY, WINDOW_UPDATE, UNKNOWN};
    (void)state;
    struct bytes sent = preface();
    add_frame(&sent, HEADERS, 1, 3);
    add_frame(&sent, CONTINUATION, 1, 0);
    add_frame(&sent, DATA, 1, 1);
    add(&sent, ends, sizeof ends);
    expect(&sent, &sent, 0);
    for (size_t i = 0; i < sizeof counted; i++) {
        add_frame(&sent, counted[i], 1, 0);
        expect(&sent, &sent, i + 1);
    }
}

static void the_reset_of_a_stream_that_was_never_opened_is_dropped(void **state)
{
    (void)state;
    struct bytes sent = preface(), expected = preface();
    for (int i = 0; i < 2; i++) {
        struct bytes *bytes = i == 0 ? &sent : &expected;
        add_frame(bytes, HEADERS, 5, 3);
        if (i == 0) add_frame(bytes, RST_STREAM, 7, CODE_BYTES);
        add_frame(bytes, RST_STREAM, 3, CODE_BYTES); /* closed by the opening of 5 */
        if (i == 0) add_frame(bytes, RST_STREAM, 9, CODE_BYTES);
        add_frame(bytes, HEADERS, 9, 0);
        add_frame(bytes, RST_STREAM, 9, CODE_BYTES);
    }
    expect(&sent, &expected, 4);
}

static void resets_that_are_wrong_otherwise_are_left_to_nghttp2(void **state)
{
    (void)state;
    struct bytes sent = preface();
    add_frame(&sent, RST_STREAM, 0, CODE_BYTES);
    add_frame(&sent, RST_STREAM, 2, CODE_BYTES);
    add_frame(&sent, RST_STREAM, 1, CODE_BYTES + 1);
    expect(&sent, &sent, 3);
}

static bool refuse(void *context, const uint8_t *bytes, size_t size)
{
    (void)bytes, (void)size;
    ++*(int *)context;
    return false;
}

static void nothing_is_passed_once_it_was_refused(void **state)
{
    (void)state;
    struct bytes sent = preface();
    struct http2_filter filter = {0};
    int calls = 0;
    add_frame(&sent, RST_STREAM, 1, CODE_BYTES);
    add_frame(&sent, PING, 0, 8);
    assert_false(http2_filter_take(&filter, sent.at, sent.size, refuse, &calls));
    assert_int_equal(calls, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_in_order_is_passed_as_it_is),
        cmocka_unit_test(every_frame_that_asks_for_nothing_is_counted),
        cmocka_unit_test(the_reset_of_a_stream_that_was_never_opened_is_dropped),
        cmocka_unit_test(resets_that_are_wrong_otherwise_are_left_to_nghttp2),
        cmocka_unit_test(nothing_is_passed_once_it_was_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
