/* What comes back of a call over gRPC, whole or in pieces, from gateways good and bad. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "client/command/gateway_answer.h"

static int64_t taken[8];
static size_t taken_count;

static void take(struct run *run, const ProtobufCMessage *message)
{
    (void)run;
    assert_true(taken_count < sizeof taken / sizeof taken[0]);
    taken[taken_count++] = ((const Onsale__V1__GetBalanceResponse *)(const void *)message)->balance;
}

struct fixture {
    struct run run;
    struct gateway_call call;
    struct gateway_answer answer;
};

static void begin(struct fixture *fixture, bool is_stream)
{
    *fixture = (struct fixture){
        .call = {.response = &onsale__v1__get_balance_response__descriptor,
                 .is_stream = is_stream,
                 .take = take},
    };
    fixture->answer = (struct gateway_answer){.run = &fixture->run, .call = &fixture->call};
    taken_count = 0;
}

static void header(struct fixture *fixture, const char *line)
{
    char copy[512];
    size_t length = strlen(line);
    memcpy(copy, line, length); /* without a NUL */
    assert_int_equal(gateway_answer_header(copy, 1, length, &fixture->answer), length);
}

/* @param piece  Bytes that come at once. @return Whether all were taken. */
static bool body(struct fixture *fixture, const char *bytes, size_t size, size_t piece)
{
    char copy[64];
    memcpy(copy, bytes, size);
    for (size_t at = 0; at < size; at += piece) {
        size_t part = size - at < piece ? size - at : piece;
        if (gateway_answer_body(copy + at, 1, part, &fixture->answer) != part) return false;
    }
    return true;
}

static enum onsale_status end(struct fixture *fixture)
{
    return gateway_answer_end(&fixture->answer, 200);
}

/* Balances of 5 and 300. */
static const char five[] = "\0\0\0\0\2\x08\x05";
static const char both[] = "\0\0\0\0\2\x08\x05\0\0\0\0\3\x08\xac\x02";

static void an_answer_is_taken_in_whatever_pieces_it_comes(void **state)
{
    (void)state;
    for (size_t piece = 1; piece <= sizeof both; piece++) {
        struct fixture fixture;
        begin(&fixture, true);
        header(&fixture, "HTTP/2 200\r\n");
        assert_true(body(&fixture, both, sizeof both - 1, piece));
        header(&fixture, "Grpc-Status: 0\r\n");
        assert_int_equal(end(&fixture), ONSALE_OK);
        assert_int_equal(taken_count, 2);
        assert_true(taken[0] == 5 && taken[1] == 300);
    }
}

static void a_refusal_is_told_as_the_server_tells_it(void **state)
{
    struct fixture fixture;
    (void)state;
    begin(&fixture, false);
    header(&fixture, "grpc-status: 9\r\n");
    header(&fixture, "grpc-message: 100%25 %EC%A2%8C%EC%84%9D %zz\r\n");
    header(&fixture, "onsale-reason:SEAT_TAKEN\r\n");
    header(&fixture, "grpc-retry-pushback-ms: 250\r\n");
    assert_int_equal(end(&fixture), ONSALE_SEAT_TAKEN);
    assert_string_equal(fixture.run.error.message, "100% 좌석 %zz");
    assert_string_equal(fixture.run.error.reason, "SEAT_TAKEN");
    assert_int_equal(fixture.run.error.code, ONSALE__RPC__V1__CODE__CODE_FAILED_PRECONDITION);
    assert_int_equal(fixture.run.error.retry_after_ms, 250);
}

static enum onsale_status end_with(const char *status)
{
    struct fixture fixture;
    begin(&fixture, false);
    header(&fixture, status);
    return end(&fixture);
}

static void what_is_no_status_is_no_success(void **state)
{
    (void)state;
    assert_int_equal(end_with("grpc-status: \r\n"), ONSALE_UNKNOWN_REASON);
    assert_int_equal(end_with("grpc-status: ok\r\n"), ONSALE_UNKNOWN_REASON);
    assert_int_equal(end_with("grpc-status: 0x\r\n"), ONSALE_UNKNOWN_REASON);
    assert_int_equal(end_with("grpc-status: 17\r\n"), ONSALE_UNKNOWN_REASON);
    assert_int_equal(end_with("grpc-status: -1\r\n"), ONSALE_UNKNOWN_REASON);
    assert_int_equal(end_with("grpc-status: 14\r\n"), ONSALE_UNKNOWN_REASON);
    assert_int_equal(end_with("server: nginx\r\n"), ONSALE_SERVER_UNREACHABLE);
}

static void assert_malformed(const char *bytes, size_t size, bool is_stream)
{
    struct fixture fixture;
    begin(&fixture, is_stream);
    body(&fixture, bytes, size, size);
    header(&fixture, "grpc-status: 0\r\n");
    assert_int_equal(end(&fixture), ONSALE_REPLY_MALFORMED);
}

static void what_is_no_answer_is_refused(void **state)
{
    (void)state;
    assert_malformed(five, sizeof five - 2, false); /* cut off */
    assert_malformed(both, sizeof both - 1, false); /* two, where one is due */
    assert_malformed("", 0, false);
    assert_malformed("\1\0\0\0\2\x08\x05", 7, true); /* compressed, which nobody asked for */
    assert_malformed("\0\xff\0\0\0\0", 6, true);     /* 4 GiB */
    assert_malformed("\0\0\0\0\2\x08\xff", 7, true); /* no message */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_taken_in_whatever_pieces_it_comes),
        cmocka_unit_test(a_refusal_is_told_as_the_server_tells_it),
        cmocka_unit_test(what_is_no_status_is_no_success),
        cmocka_unit_test(what_is_no_answer_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
