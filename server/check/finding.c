#include "server/check/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { DESCRIPTION_BYTES_MAX = 200 };

void check_found(struct checker *checker, const char *invariant, const char *format, ...)
{
    char text[DESCRIPTION_BYTES_MAX];
    struct check_report *report = checker->report;
    if (report->violations_count == VIOLATIONS_MAX) return;

    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const char *description = arena_copy(checker->arena, text, strlen(text) + 1);
    if (description == NULL) {
        checker->out_of_memory = true;
        return;
    }
    report->violations[report->violations_count++] =
        (struct violation){.invariant = invariant, .description = description};
}
