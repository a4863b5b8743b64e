/* log_names.h -- How options call levels and formats of the log. */
#ifndef SERVICE_LOG_NAMES_H
#define SERVICE_LOG_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Names of options; NULL behind the last. */
extern const char *const log_level_names[];
extern const char *const log_format_names[];

/** Reads the value of an option: one of these words.
 * @param ret_place    Of the word, from 1. Set if true is returned only.
 * @param ret_problem  Set if false is returned only: which words there are. */
bool log_word_read(const char *const *words, const char *value, uint64_t *ret_place,
                   char *ret_problem, size_t problem_size);

#endif
