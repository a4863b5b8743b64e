/* Names of C made from names of .proto files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rpc/generator/names.h"

static int make_arena(void **state)
{
    static struct arena arena;
    arena_init(&arena, 1024 * 1024);
    *state = &arena;
    return 0;
}

static int free_arena(void **state)
{
    arena_deinit(*state);
    return 0;
}

static void a_word_begins_where_a_capital_follows_a_small_letter(void **state)
{
    assert_string_equal(name_snake(*state, "HoldSeats"), "hold_seats");
    assert_string_equal(name_snake(*state, "BackUp"), "back_up");
    assert_string_equal(name_snake(*state, "GetURLMap"), "get_urlmap");
    assert_string_equal(name_snake(*state, "Check"), "check");
    assert_string_equal(name_snake(*state, ""), "");
}

static void a_constant_has_capitals_and_underscores_only(void **state)
{
    assert_string_equal(name_constant(*state, "onsale/v1/queue"), "ONSALE_V1_QUEUE");
}

static void a_type_is_named_as_protoc_gen_c_names_it(void **state)
{
    assert_string_equal(name_c_type(*state, "onsale.v1.HoldSeatsRequest"),
                        "Onsale__V1__HoldSeatsRequest");
    assert_string_equal(name_c_type(*state, ".onsale.rpc.v1.CheckRequest"),
                        "Onsale__Rpc__V1__CheckRequest");
    assert_string_equal(name_c_type(*state, "toy.snake_case.GetURLMap_result"),
                        "Toy__SnakeCase__GetURLMapResult");
}

static void functions_of_a_type_are_named_as_protoc_gen_c_names_them(void **state)
{
    assert_string_equal(name_c_prefix(*state, "onsale.v1.HoldSeatsRequest"),
                        "onsale__v1__hold_seats_request");
    assert_string_equal(name_c_prefix(*state, ".toy.GetURLMap_result"), "toy__get_urlmap_result");
}

static void a_client_function_has_service_and_method_in_its_name(void **state)
{
    assert_string_equal(name_client_function(*state, "ReservationService", "HoldSeats"),
                        "onsale_reservation_hold_seats");
    assert_string_equal(name_client_function(*state, "HealthService", "Check"),
                        "onsale_health_check");
    assert_string_equal(name_client_function(*state, "Queue", "EnterQueue"),
                        "onsale_queue_enter_queue");
}

static void a_server_function_has_the_service_in_its_name_if_the_method_is_one_word(void **state)
{
    assert_string_equal(name_server_function(*state, "ReservationService", "HoldSeats"),
                        "hold_seats");
    assert_string_equal(name_server_function(*state, "HealthService", "Check"), "health_check");
}

static void an_output_lies_beside_its_proto_file(void **state)
{
    assert_string_equal(name_output(*state, "onsale/v1/queue.proto", ".onsale.h"),
                        "onsale/v1/queue.onsale.h");
    assert_string_equal(name_output(*state, "proto", ".onsale.h"), "proto.onsale.h");
}

static void an_anchor_is_what_markdown_makes_of_a_heading(void **state)
{
    assert_string_equal(name_anchor(*state, "onsale/v1/queue.proto"), "onsalev1queueproto");
    assert_string_equal(name_anchor(*state, "GetURLMap_result"), "geturlmap_result");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_begins_where_a_capital_follows_a_small_letter),
        cmocka_unit_test(a_constant_has_capitals_and_underscores_only),
        cmocka_unit_test(a_type_is_named_as_protoc_gen_c_names_it),
        cmocka_unit_test(functions_of_a_type_are_named_as_protoc_gen_c_names_them),
        cmocka_unit_test(a_client_function_has_service_and_method_in_its_name),
        cmocka_unit_test(a_server_function_has_the_service_in_its_name_if_the_method_is_one_word),
        cmocka_unit_test(an_output_lies_beside_its_proto_file),
        cmocka_unit_test(an_anchor_is_what_markdown_makes_of_a_heading),
    };
    return cmocka_run_group_tests(tests, make_arena, free_arena);
}
