/* What the client library knows of itself and of the server's methods, and how it reads details. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <onsale/onsale.h>

#include "model/queue.h"
#include "server/engine/call.h"
#include "server/method_table.h"

_Static_assert((int)ONSALE_TOKEN_BYTES == (int)QUEUE_TOKEN_BYTES,
               "the size of the server's tokens");

static void the_version_is_that_of_the_project(void **state)
{
    (void)state;
    assert_int_equal(onsale_version_number(), ONSALE_VERSION_NUMBER);
    assert_string_equal(onsale_version_text(), ONSALE_VERSION);
    assert_true(ONSALE_VERSION_MAKE(1, 2, 3) > ONSALE_VERSION_MAKE(1, 1, 999));
    assert_true(ONSALE_VERSION_NUMBER >= ONSALE_VERSION_MAKE(0, 2, 0));
}

static void every_method_of_the_server_is_found_by_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < method_table_count; i++) {
        const struct onsale_method *method = onsale_method_find(method_table[i].name);
        if (method == NULL) fail_msg("%s is missing", method_table[i].name);
        assert_string_equal(method->name, method_table[i].name);
        assert_ptr_equal(method->request, method_table[i].request);
        assert_ptr_equal(method->response, method_table[i].response);
        assert_int_equal(method->is_read, method_table[i].is_read);
    }
}

static void the_methods_are_those_in_the_order_of_their_names(void **state)
{
    (void)state;
    size_t count = 0;
    for (; onsale_method_at(count) != NULL; count++)
        if (count > 0)
            assert_true(strcmp(onsale_method_at(count - 1)->name, onsale_method_at(count)->name) <
                        0);
    assert_int_equal(count, method_table_count);
    assert_null(onsale_method_at(count + 1));
    assert_null(onsale_method_at(SIZE_MAX));
}

static void a_name_that_no_method_has_is_not_found(void **state)
{
    (void)state;
    const char *names[] = {"",
                           "onsale.v1.QueueService",
                           "onsale.v1.QueueService/",
                           "onsale.v1.QueueService/enterqueue",
                           "/onsale.v1.QueueService/EnterQueue",
                           "onsale.v1.QueueService/EnterQueueX",
                           "zzz"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_null(onsale_method_find(names[i]));
    assert_ptr_equal(onsale_method_find("onsale.v1.QueueService/EnterQueue"),
                     &onsale_queue_enter_queue_method);
}

static void add_detail(struct onsale_error *error, const char *type, const void *bytes, size_t size)
{
    struct onsale_detail *detail = &error->details[error->details_count];
    if (error->details_count > 0) detail->offset = detail[-1].offset + detail[-1].size;
    error->details_count++;
    strcpy(detail->type, type);
    detail->size = size;
    memcpy(error->detail_bytes + detail->offset, bytes, size);
}

static void a_detail_is_found_by_its_type(void **state)
{
    (void)state;
    struct onsale_error error = {.status = ONSALE_SEAT_TAKEN};
    assert_null(onsale_error_bad_field(&error));
    assert_null(onsale_error_seats_taken(&error));
    add_detail(&error, "onsale.v9.Moon", "\xff", 1);
    add_detail(&error, "onsale.rpc.v1.BadField", "\x0a\x01\x78\x12\x01\x79", 6);
    add_detail(&error, "onsale.v1.SeatsTaken", "\x0a\x02\x08\x07", 4);

    Onsale__Rpc__V1__BadField *bad = onsale_error_bad_field(&error);
    assert_non_null(bad);
    assert_string_equal(bad->field, "x");
    assert_string_equal(bad->description, "y");
    onsale__rpc__v1__bad_field__free_unpacked(bad, NULL);
    Onsale__V1__SeatsTaken *taken = onsale_error_seats_taken(&error);
    assert_non_null(taken);
    assert_int_equal(taken->n_seats, 1);
    assert_int_equal(taken->seats[0]->seat_index, 7);
    onsale__v1__seats_taken__free_unpacked(taken, NULL);
}

static void a_detail_that_is_damaged_is_none(void **state)
{
    (void)state;
    struct onsale_error error = {.status = ONSALE_SEAT_TAKEN};
    add_detail(&error, "onsale.v1.SeatsTaken", "\x0a\x7f", 2);
    assert_null(onsale_error_seats_taken(&error));
}

static void a_status_has_its_code_and_says_whether_to_retry(void **state)
{
    (void)state;
    assert_int_equal(onsale_status_code(ONSALE_OK), ONSALE__RPC__V1__CODE__CODE_UNSPECIFIED);
    assert_int_equal(onsale_status_code(ONSALE_SEAT_TAKEN),
                     ONSALE__RPC__V1__CODE__CODE_FAILED_PRECONDITION);
    assert_int_equal(onsale_status_code(ONSALE_CANCELLED), ONSALE__RPC__V1__CODE__CODE_CANCELLED);
    assert_true(onsale_status_may_retry(ONSALE_WRITER_BUSY));
    assert_false(onsale_status_may_retry(ONSALE_SEAT_TAKEN));
    assert_false(onsale_status_may_retry(ONSALE_CANCELLED));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_version_is_that_of_the_project),
        cmocka_unit_test(every_method_of_the_server_is_found_by_name),
        cmocka_unit_test(the_methods_are_those_in_the_order_of_their_names),
        cmocka_unit_test(a_name_that_no_method_has_is_not_found),
        cmocka_unit_test(a_detail_is_found_by_its_type),
        cmocka_unit_test(a_detail_that_is_damaged_is_none),
        cmocka_unit_test(a_status_has_its_code_and_says_whether_to_retry),
    };
    return cmocka_run_group_tests_name("libonsale", tests, NULL, NULL);
}
