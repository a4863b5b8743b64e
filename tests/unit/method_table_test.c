/* The method table against what the .proto files promise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/engine/call.h"
#include "server/method_table.h"

/* A backup is made from a snapshot, but what it makes is a folder; and who hands over writes
 * nothing, but leads no more. */
static bool only_reads(const struct method *method)
{
    return method->kind != METHOD_WRITE &&
           strcmp(method->name, "onsale.v1.AdminService/BackUp") != 0 &&
           strcmp(method->name, "onsale.v1.AdminService/HandOver") != 0;
}

static void what_the_writer_does_is_no_read_and_all_else_is_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < method_table_count; i++)
        if (method_table[i].is_read != only_reads(&method_table[i]))
            fail_msg("%s: its kind and the option idempotency_level of its .proto disagree",
                     method_table[i].name);
}

static bool has_field(const struct method *method, const char *name)
{
    return protobuf_c_message_descriptor_get_field_by_name(method->request, name) != NULL;
}

static void what_answers_as_many_records_as_it_is_asked_for_says_so(void **state)
{
    (void)state;
    for (size_t i = 0; i < method_table_count; i++) {
        const struct method *method = &method_table[i];
        if (has_field(method, "page_size") != ((method->policy & ANSWERS_PAGE) != 0) ||
            has_field(method, "max") != ((method->policy & ANSWERS_EVENTS) != 0))
            fail_msg("%s: its policy says nothing of how much it answers", method->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_answers_as_many_records_as_it_is_asked_for_says_so),
        cmocka_unit_test(what_the_writer_does_is_no_read_and_all_else_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
