/* docs/PROTOCOL.md, which is the argument, lists every reason that a server may send. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"

enum { NUMBERS = 256, PAGE_BYTES_MAX = 256 * 1024 };

static char page[PAGE_BYTES_MAX];

static bool has_row(const char *text, const char *name)
{
    char row[128];
    snprintf(row, sizeof row, "\n| `%s` | `", name);
    return strstr(text, row) != NULL;
}

/* A number that is none has the name of INTERNAL. */
static bool is_status(enum status status)
{
    return status == STATUS_INTERNAL || strcmp(status_name(status), "INTERNAL") != 0;
}

static void every_reason_that_a_server_sends_is_in_the_table(void **state)
{
    (void)state;
    for (int number = 1; number < NUMBERS; number++)
        if (status_is_sent((enum status)number) && is_status((enum status)number) &&
            !has_row(page, status_name((enum status)number)))
            fail_msg("%s is missing", status_name((enum status)number));
}

static void no_other_is(void **state)
{
    (void)state;
    char *end = strstr(page, "<!-- refusals: end -->");
    assert_non_null(end);
    *end = '\0';
    for (int number = 1; number < NUMBERS; number++)
        if (!status_is_sent((enum status)number) && is_status((enum status)number) &&
            has_row(page, status_name((enum status)number)))
            fail_msg("%s is never sent", status_name((enum status)number));
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    FILE *file = fopen(argv[1], "re");
    if (file == NULL) return 2;
    size_t size = fread(page, 1, sizeof page - 1, file);
    fclose(file);
    if (size == 0) return 2;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reason_that_a_server_sends_is_in_the_table),
        cmocka_unit_test(no_other_is),
    };
    return cmocka_run_group_tests_name("refusals", tests, NULL, NULL);
}
