/* access_file.h -- Reads the file of rules: see access.h for what is in it. */
#ifndef GATEWAY_ACCESS_FILE_H
#define GATEWAY_ACCESS_FILE_H

#include "gateway/access.h"

enum { ACCESS_RULES_MAX = 4096 };

struct access_list {
    size_t count;
    struct access_rule *rules; /* allocated */
};

/** @param ret_list     Set on success: its rules are the caller's to free().
 * @param ret_problem  On failure, what is wrong in which line; ACCESS_PROBLEM_BYTES.
 * @return False if it can't be read whole. */
bool access_file_read(const char *path, struct access_list *ret_list, char *ret_problem);

/** One line: a rule, or nothing.
 * @param line      Cut in place.
 * @param ret_rule  Set if the line has one.
 * @return What is wrong with it; NULL: nothing. `ret_has_rule` is set then. */
const char *access_line_read(char *line, struct access_rule *ret_rule, bool *ret_has_rule);

#endif
