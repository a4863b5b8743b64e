#include "service/log_names.h"

#include <stdio.h>
#include <string.h>

const char *const log_level_names[] = {"error", "warning", "info", "debug", NULL};
const char *const log_format_names[] = {"text", "logfmt", "json", NULL};

bool log_word_read(const char *const *words, const char *value, uint64_t *ret_place,
                   char *ret_problem, size_t problem_size)
{
    size_t length = (size_t)snprintf(ret_problem, problem_size, "must be one of");
    for (uint64_t place = 1; words[place - 1] != NULL; place++) {
        if (strcmp(words[place - 1], value) == 0) {
            *ret_place = place;
            return true;
        }
        if (length < problem_size)
            length += (size_t)snprintf(ret_problem + length, problem_size - length, " %s",
                                       words[place - 1]);
    }
    return false;
}
