/* json.c -- A type of message (the first byte) and JSON, or a field of a URL. What is read can be
 * written, and is read as the same. */
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "server/method_table.h"
#include "tests/fuzz/fuzz.h"
#include "json/read.h"
#include "json/write.h"

enum { ARENA_BYTES = 16 << 20, TEXT_BYTES = 64 << 20 };

static const struct json_read_options options = {.ignore_unknown = true, .uuids = true};

static void require_same(const ProtobufCMessage *a, const ProtobufCMessage *b)
{
    size_t size = protobuf_c_message_get_packed_size(a);
    REQUIRE(protobuf_c_message_get_packed_size(b) == size);
    uint8_t *packed = malloc(2 * size + 1);
    REQUIRE(packed != NULL);
    protobuf_c_message_pack(a, packed);
    protobuf_c_message_pack(b, packed + size);
    REQUIRE(memcmp(packed, packed + size, size) == 0);
    free(packed);
}

static void require_travels(struct arena *arena, const ProtobufCMessage *message,
                            enum json_fields fields)
{
    struct json_buffer buffer;
    struct json_error error;
    ProtobufCMessage *other;
    json_buffer_init(&buffer, TEXT_BYTES);
    json_buffer_add_message(&buffer, message, fields);
    REQUIRE(!buffer.is_cut);
    REQUIRE(json_read_message(message->descriptor, buffer.bytes, buffer.size, NULL, arena, &other,
                              &error));
    require_same(message, other);
    json_buffer_deinit(&buffer);
}

static void try_text(const ProtobufCMessageDescriptor *descriptor, const char *text, size_t size,
                     bool is_strict, struct arena *arena)
{
    struct json_error error = {0};
    ProtobufCMessage *message = NULL;
    if (!json_read_message(descriptor, text, size, is_strict ? NULL : &options, arena, &message,
                           &error)) {
        REQUIRE(error.what[0] != '\0');
        REQUIRE(error.offset <= size);
        return;
    }
    require_travels(arena, message, is_strict ? JSON_FIELDS_SET : JSON_FIELDS_ALL);
}

static void try_field(const ProtobufCMessageDescriptor *descriptor, const char *text, size_t size,
                      struct arena *arena)
{
    struct json_error error = {0};
    const char *value = memchr(text, '=', size);
    if (value == NULL) return;
    ProtobufCMessage *message = arena_calloc(arena, 1, descriptor->sizeof_message);
    REQUIRE(message != NULL);
    protobuf_c_message_init(descriptor, message);
    size_t name_size = (size_t)(value - text);
    if (json_set_field(message, text, name_size, value + 1, size - name_size - 1, &options, arena,
                       &error))
        require_travels(arena, message, JSON_FIELDS_SET);
    else
        REQUIRE(error.what[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena;
    if (size == 0) return 0;
    const struct method *method = &method_table[bytes[0] / 2 % method_table_count];
    const char *text = (const char *)bytes + 1;
    arena_init(&arena, ARENA_BYTES);
    if (size > 1 && *text == '?')
        try_field(method->request, text + 1, size - 2, &arena);
    else
        try_text(method->request, text, size - 1, bytes[0] % 2 == 0, &arena);
    arena_reset(&arena);
    try_text(method->response, text, size - 1, bytes[0] % 2 != 0, &arena);
    arena_deinit(&arena);
    return 0;
}
