#include "tests/unit/json/json_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "everything.pb-c.h"

enum { ARENA_BYTES = 1 << 20 };

static void assert_writes(const ProtobufCMessage *message, const char *expected)
{
    struct json_buffer buffer;
    json_buffer_init(&buffer, ARENA_BYTES);
    json_buffer_add_message(&buffer, message, JSON_FIELDS_SET);
    assert_false(buffer.is_cut);
    json_buffer_add(&buffer, "", 1);
    assert_string_equal(buffer.bytes, expected);
    json_buffer_deinit(&buffer);
}

static void assert_travels(const ProtobufCMessage *message, const char *expected)
{
    uint8_t packed[4096];
    size_t size = protobuf_c_message_get_packed_size(message);
    assert_true(size <= sizeof packed);
    protobuf_c_message_pack(message, packed);
    ProtobufCMessage *other = protobuf_c_message_unpack(message->descriptor, NULL, size, packed);
    assert_non_null(other);
    assert_writes(other, expected);
    protobuf_c_message_free_unpacked(other, NULL);
}

void json_case_becomes_with(const struct json_read_options *options, const char *text, size_t size,
                            const char *expected)
{
    struct arena arena;
    struct json_error error = {0};
    ProtobufCMessage *message = NULL;
    arena_init(&arena, ARENA_BYTES);
    if (!json_read_message(&everything__everything__descriptor, text, size, options, &arena,
                           &message, &error))
        fail_msg("%s: refused at \"%s\": %s", text, error.path, error.what);
    assert_writes(message, expected);
    assert_travels(message, expected);
    arena_deinit(&arena);
}

void json_case_becomes(const char *text, const char *expected)
{
    json_case_becomes_with(NULL, text, strlen(text), expected);
}

struct json_error json_case_refusal(const char *text, size_t size)
{
    struct arena arena;
    struct json_error error = {0};
    ProtobufCMessage *message = NULL;
    /* Of just its size, so that a sanitizer sees a byte read behind it. */
    char *copy = malloc(size == 0 ? 1 : size);
    assert_non_null(copy);
    memcpy(copy, text, size);
    arena_init(&arena, ARENA_BYTES);
    if (json_read_message(&everything__everything__descriptor, copy, size, NULL, &arena, &message,
                          &error))
        fail_msg("%.*s: was not refused", (int)size, text);
    assert_null(message);
    arena_deinit(&arena);
    free(copy);
    return error;
}

void json_case_is_refused(const char *text, const char *path, const char *what)
{
    struct json_error error = json_case_refusal(text, strlen(text));
    if (strcmp(error.path, path) != 0 || strstr(error.what, what) == NULL)
        fail_msg("%s: refused at \"%s\": %s", text, error.path, error.what);
}
