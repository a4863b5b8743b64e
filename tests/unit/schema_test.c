/* Names of what the .proto files define, and how they are printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "schema/descriptors.h"
#include "schema/proto_text.h"
#include "schema/symbols.h"

extern const uint8_t schema_bytes[];
extern const size_t schema_bytes_size;

struct fixture {
    struct descriptors *descriptors;
    struct symbols *symbols;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture.descriptors = descriptors_open(schema_bytes, schema_bytes_size);
    fixture.symbols = symbols_open(descriptors_all(fixture.descriptors));
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    symbols_close(fixture->symbols);
    descriptors_close(fixture->descriptors);
    return 0;
}

static void assert_finds(void **state, unsigned kinds, const char *typed, size_t count,
                         const char *name)
{
    struct fixture *fixture = *state;
    size_t found_count;
    const struct symbol *found = symbols_find(fixture->symbols, kinds, typed, &found_count);
    if (found_count != count) fail_msg("%s: %zu", typed, found_count);
    if (count == 0)
        assert_null(found);
    else
        assert_string_equal(found->name, name);
}

static void a_method_is_found_by_its_name_or_the_end_of_it(void **state)
{
    static const char name[] = "onsale.v1.QueueService/EnterQueue";
    assert_finds(state, SYMBOL_METHOD, name, 1, name);
    assert_finds(state, SYMBOL_METHOD, "onsale.v1.QueueService.EnterQueue", 1, name);
    assert_finds(state, SYMBOL_METHOD, "/onsale.v1.QueueService/EnterQueue", 1, name);
    assert_finds(state, SYMBOL_METHOD, "QueueService/EnterQueue", 1, name);
    assert_finds(state, SYMBOL_METHOD, "EnterQueue", 1, name);
    assert_finds(state, SYMBOL_METHOD, "Queue", 0, NULL);
    assert_finds(state, SYMBOL_METHOD, "Service/EnterQueue", 0, NULL);
    assert_finds(state, SYMBOL_METHOD, "enterqueue", 0, NULL);
    assert_finds(state, SYMBOL_METHOD, "", 0, NULL);
    assert_finds(state, SYMBOL_METHOD, "/", 0, NULL);
    assert_finds(state, SYMBOL_MESSAGE, "EnterQueue", 0, NULL);
}

static void services_messages_enums_and_streams_are_found(void **state)
{
    assert_finds(state, SYMBOL_SERVICE, "QueueService", 1, "onsale.v1.QueueService");
    assert_finds(state, SYMBOL_MESSAGE, "v1.QueueEntry", 1, "onsale.v1.QueueEntry");
    assert_finds(state, SYMBOL_ENUM, "QueueEntryStatus", 1, "onsale.v1.QueueEntryStatus");
    assert_finds(state, SYMBOL_METHOD, "WatchSeats", 1, "onsale.v1.WatchService/WatchSeats");
}

static void what_is_like_a_typed_name_has_as_many_parts(void **state)
{
    struct fixture *fixture = *state;
    size_t count;
    const struct symbol *symbol =
        symbols_find(fixture->symbols, SYMBOL_METHOD, "EnterQueue", &count);
    assert_string_equal(symbol_name_like(symbol, "EntrQueue"), "EnterQueue");
    assert_string_equal(symbol_name_like(symbol, "Queue/Enter"), "QueueService/EnterQueue");
    assert_string_equal(symbol_name_like(symbol, "a.b.c.d.e.f"), symbol->name);
}

static void assert_prints(void **state, const char *name, const char *expected)
{
    struct fixture *fixture = *state;
    struct arena arena;
    size_t count;
    const struct symbol *symbol = symbols_find(fixture->symbols, ~0u, name, &count);
    assert_int_equal(count, 1);
    arena_init(&arena, 1024 * 1024);
    const char *text = proto_text(symbol, &arena);
    if (strstr(text, expected) == NULL) fail_msg("%s", text);
    arena_deinit(&arena);
}

static void each_kind_is_printed_as_in_its_file_with_comments(void **state)
{
    assert_prints(state, "BadField",
                  "// Names the field of a request that is wrong. Sent as a Detail of an "
                  "INVALID_ARGUMENT refusal.\nmessage BadField {\n"
                  "  // Path of the field, for example \"seat_indexes[2]\".\n"
                  "  string field = 1;\n"
                  "  // What is wrong with it, for people.\n  string description = 2;\n}\n");
    assert_prints(state, "onsale.rpc.v1.Code", "  // The caller gave up.\n  CODE_CANCELLED = 1;\n");
    assert_prints(state, "RequestFrame", "  repeated onsale.rpc.v1.Call calls = 1;\n");
    assert_prints(state, "WatchSeats",
                  "rpc WatchSeats(onsale.v1.GetSeatMapRequest) returns (stream "
                  "onsale.v1.GetSeatMapResponse) {\n"
                  "  option idempotency_level = NO_SIDE_EFFECTS;\n}\n");
    assert_prints(state, "QueueService/EnterQueue",
                  "rpc EnterQueue(onsale.v1.EnterQueueRequest) returns "
                  "(onsale.v1.EnterQueueResponse);\n");
    assert_prints(state, "WatchService", "service WatchService {\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_method_is_found_by_its_name_or_the_end_of_it, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(services_messages_enums_and_streams_are_found, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_like_a_typed_name_has_as_many_parts, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(each_kind_is_printed_as_in_its_file_with_comments, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
