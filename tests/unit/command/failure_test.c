/* Refusals as people and programs see them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "client/command/failure.h"

static struct onsale_error seat_taken(void)
{
    struct run run;
    struct onsale_error *error = &run.error;
    Onsale__V1__Seat seat = ONSALE__V1__SEAT__INIT;
    Onsale__V1__Seat *seats[] = {&seat, &seat};
    Onsale__V1__SeatsTaken taken = ONSALE__V1__SEATS_TAKEN__INIT;
    seat.section = "F1";
    seat.row = "A";
    seat.number = 12;
    taken.seats = seats;
    taken.n_seats = 2;
    run_fail(&run, ONSALE_SEAT_TAKEN, "a seat is held or sold");
    error->details_count = 1;
    strcpy(error->details[0].type, "onsale.v1.SeatsTaken");
    error->details[0].size = protobuf_c_message_pack(&taken.base, error->detail_bytes);
    return *error;
}

/* @return What is printed; the caller frees it. */
static char *printed(const struct onsale_error *error, bool json, enum exit_code *ret_code)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    *ret_code = failure_print(error, json, out);
    fclose(out);
    return text;
}

static void seats_that_are_taken_are_named_with_advice(void **state)
{
    (void)state;
    enum exit_code code;
    struct onsale_error error = seat_taken();
    char *text = printed(&error, false, &code);
    assert_string_equal(text, "onsale: SEAT_TAKEN: a seat is held or sold: F1-A-12, F1-A-12\n"
                              "advice: choose other seats: onsale performance seats PERFORMANCE\n");
    assert_int_equal(code, EXIT_CODE_REFUSED);
    free(text);
}

static void a_program_gets_reason_and_details(void **state)
{
    (void)state;
    enum exit_code code;
    struct onsale_error error = seat_taken();
    char *text = printed(&error, true, &code);
    json_t *json = json_loads(text, 0, NULL);
    const char *reason, *type;
    int number;
    assert_int_equal(json_unpack(json, "{s{sss[{sss[{si}*]}]}}", "error", "reason", &reason,
                                 "details", "@type", &type, "seats", "number", &number),
                     0);
    assert_string_equal(reason, "SEAT_TAKEN");
    assert_string_equal(type, "onsale.v1.SeatsTaken");
    assert_int_equal(number, 12);
    json_decref(json);
    free(text);
}

static void details_that_can_not_be_read_are_left_out(void **state)
{
    (void)state;
    enum exit_code code;
    struct onsale_error error = seat_taken();
    error.details[0].size -= 1;
    char *text = printed(&error, false, &code);
    assert_non_null(strstr(text, "SEAT_TAKEN: a seat is held or sold\n"));
    free(text);
}

static void exit_codes_follow_the_grpc_code(void **state)
{
    (void)state;
    assert_int_equal(failure_exit_code(3), EXIT_CODE_INVALID);
    assert_int_equal(failure_exit_code(4), EXIT_CODE_UNREACHABLE);
    assert_int_equal(failure_exit_code(5), EXIT_CODE_NOT_FOUND);
    assert_int_equal(failure_exit_code(6), EXIT_CODE_REFUSED);
    assert_int_equal(failure_exit_code(7), EXIT_CODE_NOT_ALLOWED);
    assert_int_equal(failure_exit_code(8), EXIT_CODE_BUSY);
    assert_int_equal(failure_exit_code(9), EXIT_CODE_REFUSED);
    assert_int_equal(failure_exit_code(11), EXIT_CODE_REFUSED);
    assert_int_equal(failure_exit_code(13), EXIT_CODE_INTERNAL);
    assert_int_equal(failure_exit_code(14), EXIT_CODE_UNREACHABLE);
    assert_int_equal(failure_exit_code(16), EXIT_CODE_NOT_ALLOWED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seats_that_are_taken_are_named_with_advice),
        cmocka_unit_test(a_program_gets_reason_and_details),
        cmocka_unit_test(details_that_can_not_be_read_are_left_out),
        cmocka_unit_test(exit_codes_follow_the_grpc_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
