#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#include "gateway/grpc_frame.h"

enum { MESSAGE_MAX = 10000, BODY_BYTES = 20000 };

struct taken {
    const uint8_t *message;
    size_t size;
    uint8_t *unpacked;
    size_t taken;
};

static enum grpc_frame take(const uint8_t *body, size_t size, const char *encoding,
                            struct taken *ret_taken)
{
    return grpc_frame_take(body, size, encoding, MESSAGE_MAX, &ret_taken->message, &ret_taken->size,
                           &ret_taken->unpacked, &ret_taken->taken);
}

/* A frame with zeros, packed by gzip. @return Its bytes. */
static size_t zip_zeros(size_t size, uint8_t *ret_body)
{
    uint8_t *zeros = calloc(1, size);
    z_stream zip = {.next_in = zeros,
                    .avail_in = (uInt)size,
                    .next_out = ret_body + GRPC_PREFIX_BYTES,
                    .avail_out = BODY_BYTES - GRPC_PREFIX_BYTES};
    assert_int_equal(deflateInit2(&zip, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&zip, Z_FINISH), Z_STREAM_END);
    grpc_frame_begin(ret_body, zip.total_out);
    ret_body[0] = 1;
    deflateEnd(&zip);
    free(zeros);
    return GRPC_PREFIX_BYTES + zip.total_out;
}

static void a_message_is_found_in_its_frame(void **state)
{
    (void)state;
    static const uint8_t body[] = {0, 0, 0, 0, 3, 'a', 'b', 'c', 'x'};
    struct taken taken;
    assert_int_equal(take(body, sizeof body, NULL, &taken), GRPC_FRAME_OK);
    assert_ptr_equal(taken.message, body + 5);
    assert_int_equal(taken.size, 3);
    assert_null(taken.unpacked);
    assert_int_equal(taken.taken, 8);
}

static void what_is_not_whole_is_malformed(void **state)
{
    (void)state;
    static const uint8_t body[] = {0, 0, 0, 0, 3, 'a', 'b', 'c'};
    static const uint8_t huge[] = {0, 0xff, 0xff, 0xff, 0xff, 'a'};
    static const uint8_t flag[] = {2, 0, 0, 0, 0};
    struct taken taken;
    for (size_t size = 0; size < sizeof body; size++)
        assert_int_equal(take(body, size, NULL, &taken), GRPC_FRAME_MALFORMED);
    assert_int_equal(take(huge, sizeof huge, NULL, &taken), GRPC_FRAME_MALFORMED);
    assert_int_equal(take(flag, sizeof flag, NULL, &taken), GRPC_FRAME_MALFORMED);
}

static void gzip_is_unpacked(void **state)
{
    (void)state;
    uint8_t body[BODY_BYTES];
    struct taken taken;
    for (size_t size = 0; size <= MESSAGE_MAX; size += MESSAGE_MAX / 4) {
        size_t body_size = zip_zeros(size, body);
        assert_int_equal(take(body, body_size, "gzip", &taken), GRPC_FRAME_OK);
        assert_int_equal(taken.size, size);
        assert_ptr_equal(taken.message, taken.unpacked);
        free(taken.unpacked);
    }
}

static void what_unpacks_to_more_than_fits_is_too_large(void **state)
{
    (void)state;
    uint8_t body[BODY_BYTES];
    struct taken taken;
    size_t size = zip_zeros(MESSAGE_MAX + 1, body);
    assert_int_equal(take(body, size, "gzip", &taken), GRPC_FRAME_TOO_LARGE);
    size = zip_zeros(10 * 1000 * 1000, body);
    assert_int_equal(take(body, size, "gzip", &taken), GRPC_FRAME_TOO_LARGE);
}

static void what_is_no_gzip_is_malformed(void **state)
{
    (void)state;
    uint8_t body[BODY_BYTES];
    struct taken taken;
    size_t size = zip_zeros(100, body);
    body[GRPC_PREFIX_BYTES] ^= 1;
    assert_int_equal(take(body, size, "gzip", &taken), GRPC_FRAME_MALFORMED);
    size = zip_zeros(100, body);
    grpc_frame_begin(body, size - GRPC_PREFIX_BYTES - 1); /* cut off */
    body[0] = 1;
    assert_int_equal(take(body, size - 1, "gzip", &taken), GRPC_FRAME_MALFORMED);
}

static void other_encodings_are_told_apart(void **state)
{
    (void)state;
    uint8_t body[BODY_BYTES];
    struct taken taken;
    size_t size = zip_zeros(100, body);
    assert_int_equal(take(body, size, "deflate", &taken), GRPC_FRAME_ENCODED);
    assert_int_equal(take(body, size, NULL, &taken), GRPC_FRAME_MALFORMED);
    assert_int_equal(take(body, size, "identity", &taken), GRPC_FRAME_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_found_in_its_frame),
        cmocka_unit_test(what_is_not_whole_is_malformed),
        cmocka_unit_test(gzip_is_unpacked),
        cmocka_unit_test(what_unpacks_to_more_than_fits_is_too_large),
        cmocka_unit_test(what_is_no_gzip_is_malformed),
        cmocka_unit_test(other_encodings_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
