/* How calls of gRPC end: as headers and trailers of an exchange that keeps them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/grpc_reply.h"
#include "gateway/upstream.h"

enum { TEXT_BYTES = 16 * 1024 };

/* What was answered, as text: "begin 200 name=value ...\n", "write N\n", "end name=value ...\n". */
struct kept {
    struct exchange exchange; /* the first member */
    struct arena arena;
    struct header headers[1];
    char text[TEXT_BYTES];
};

static void keep_text(struct kept *kept, const char *text)
{
    assert_true(strlen(kept->text) + strlen(text) < TEXT_BYTES);
    memcpy(kept->text + strlen(kept->text), text, strlen(text) + 1);
}

static void keep_headers(struct kept *kept, const struct header *headers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        keep_text(kept, " ");
        keep_text(kept, headers[i].name);
        keep_text(kept, "=");
        keep_text(kept, headers[i].value);
    }
    keep_text(kept, "\n");
}

static void begin(struct exchange *exchange, unsigned status, const struct header *headers,
                  size_t headers_count, const void *body, size_t body_size, bool is_whole)
{
    struct kept *kept = (struct kept *)(void *)exchange;
    (void)body, (void)body_size;
    assert_int_equal(status, 200);
    keep_text(kept, is_whole ? "whole" : "begin");
    keep_headers(kept, headers, headers_count);
}

static void write_bytes(struct exchange *exchange, const void *bytes, size_t size)
{
    char line[32];
    (void)bytes;
    snprintf(line, sizeof line, "write %zu\n", size);
    keep_text((struct kept *)(void *)exchange, line);
}

static void end(struct exchange *exchange, const struct header *trailers, size_t trailers_count)
{
    struct kept *kept = (struct kept *)(void *)exchange;
    keep_text(kept, "end");
    keep_headers(kept, trailers, trailers_count);
}

static const struct exchange_protocol protocol = {.begin = begin, .write = write_bytes, .end = end};

static struct kept *start(const char *language)
{
    static struct kept kept;
    memset(&kept, 0, sizeof kept);
    arena_init(&kept.arena, 64 * 1024);
    kept.headers[0] = (struct header){"accept-language", language};
    kept.exchange = (struct exchange){
        .request = {.headers = kept.headers, .headers_count = 1},
        .arena = &kept.arena,
        .protocol = &protocol,
    };
    return &kept;
}

static struct onsale_error busy(void)
{
    struct onsale_error error;
    upstream_error(&error, STATUS_WRITER_BUSY, false);
    error.retry_after_ms = 250;
    return error;
}

static void assert_has(const struct kept *kept, const char *text)
{
    if (strstr(kept->text, text) == NULL) print_error("no '%s' in %s\n", text, kept->text);
    assert_non_null(strstr(kept->text, text));
}

static void an_answer_is_a_message_and_its_end(void **state)
{
    (void)state;
    struct kept *kept = start("en");
    grpc_send(&kept->exchange, (const uint8_t *)"abc", 3);
    grpc_end(&kept->exchange, NULL);
    assert_string_equal(kept->text, "begin content-type=application/grpc\nwrite 8\n"
                                    "end grpc-status=0\n");
    arena_deinit(&kept->arena);
}

static void a_refusal_without_messages_is_headers_alone(void **state)
{
    (void)state;
    struct kept *kept = start("en");
    struct onsale_error error = busy();
    grpc_end(&kept->exchange, &error);
    assert_has(kept, "whole content-type=application/grpc");
    assert_has(kept, " grpc-status=8 grpc-message=more writes wait than fit "
                     "onsale-reason=WRITER_BUSY ");
    arena_deinit(&kept->arena);
}

static void a_refusal_after_messages_is_trailers(void **state)
{
    (void)state;
    struct kept *kept = start("en");
    struct onsale_error error = busy();
    grpc_send(&kept->exchange, (const uint8_t *)"abc", 3);
    grpc_end(&kept->exchange, &error);
    assert_has(kept, "write 8\nend grpc-status=8 ");
    arena_deinit(&kept->arena);
}

static void when_to_come_again_is_pushed_back(void **state)
{
    (void)state;
    struct kept *kept = start("en");
    struct onsale_error error = busy();
    grpc_end(&kept->exchange, &error);
    assert_has(kept, " grpc-retry-pushback-ms=250 ");
    arena_deinit(&kept->arena);
    kept = start("en");
    error.retry_after_ms = 0;
    grpc_end(&kept->exchange, &error);
    assert_null(strstr(kept->text, "pushback"));
    arena_deinit(&kept->arena);
}

static void what_the_library_says_is_told_in_the_callers_language(void **state)
{
    (void)state;
    struct kept *kept = start("ko-KR");
    struct onsale_error error;
    upstream_error(&error, STATUS_DEADLINE_EXCEEDED, false);
    grpc_end(&kept->exchange, &error);
    assert_has(kept, "grpc-message=%EC%9D%91");
    arena_deinit(&kept->arena);
    kept = start("ko-KR");
    snprintf(error.message, sizeof error.message, "said by the server");
    grpc_end(&kept->exchange, &error);
    assert_has(kept, "grpc-message=said by the server ");
    arena_deinit(&kept->arena);
}

static void details_that_clients_would_not_take_are_left_out(void **state)
{
    (void)state;
    struct kept *kept = start("en");
    struct onsale_error error = busy();
    error.details_count = ONSALE_DETAILS_MAX;
    for (size_t i = 0; i < ONSALE_DETAILS_MAX; i++)
        error.details[i] =
            (struct onsale_detail){"onsale.v1.SeatsTaken", 0, ONSALE_DETAIL_BYTES_MAX};
    grpc_end(&kept->exchange, &error);
    assert_has(kept, "onsale-reason=WRITER_BUSY");
    assert_null(strstr(kept->text, "details-bin"));
    arena_deinit(&kept->arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_a_message_and_its_end),
        cmocka_unit_test(a_refusal_without_messages_is_headers_alone),
        cmocka_unit_test(a_refusal_after_messages_is_trailers),
        cmocka_unit_test(when_to_come_again_is_pushed_back),
        cmocka_unit_test(what_the_library_says_is_told_in_the_callers_language),
        cmocka_unit_test(details_that_clients_would_not_take_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
