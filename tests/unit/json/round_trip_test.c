/* Random messages of every method: what is written is read as the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/method_table.h"
#include "tests/rpc/random_message.h"
#include "json/read.h"
#include "json/write.h"

enum { ROUNDS = 40, ARENA_BYTES = 32 << 20, TEXT_BYTES = 8 << 20 };

static void assert_same_after_a_round(const ProtobufCMessageDescriptor *descriptor,
                                      struct random *random, enum json_fields fields)
{
    struct arena arena;
    struct json_buffer buffer;
    struct json_error error;
    ProtobufCMessage *other;
    arena_init(&arena, ARENA_BYTES);
    json_buffer_init(&buffer, TEXT_BYTES);
    const ProtobufCMessage *message = random_message(random, &arena, descriptor);
    json_buffer_add_message(&buffer, message, fields);
    assert_false(buffer.is_cut);
    if (!json_read_message(descriptor, buffer.bytes, buffer.size, NULL, &arena, &other, &error))
        fail_msg("%s: %s: %s", descriptor->name, error.path, error.what);
    ProtobufCBinaryData before = random_message_pack(&arena, message);
    ProtobufCBinaryData after = random_message_pack(&arena, other);
    assert_int_equal(before.len, after.len);
    assert_memory_equal(before.data, after.data, before.len);
    json_buffer_deinit(&buffer);
    arena_deinit(&arena);
}

static void random_messages_of_every_method_are_the_same_after_a_round(void **state)
{
    (void)state;
    struct random random = random_make(20261129);
    for (size_t i = 0; i < method_table_count; i++)
        for (int round = 0; round < ROUNDS; round++) {
            enum json_fields fields = round % 2 == 0 ? JSON_FIELDS_SET : JSON_FIELDS_ALL;
            assert_same_after_a_round(method_table[i].request, &random, fields);
            assert_same_after_a_round(method_table[i].response, &random, fields);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_messages_of_every_method_are_the_same_after_a_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
