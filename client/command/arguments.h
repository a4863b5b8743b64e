/* arguments.h -- The arguments and options of a command line, read by the parameters that the
 * command takes. */
#ifndef CLIENT_COMMAND_ARGUMENTS_H
#define CLIENT_COMMAND_ARGUMENTS_H

#include "client/command/parameter.h"

enum { ARGUMENTS_MANY_MAX = 64 };

/** Zeroed, it expects nothing. Borrows the strings of argv and of the environment. */
struct arguments {
    enum parameter_name expected[PARAMETER_COUNT];
    size_t count;
    struct value values[PARAMETER_COUNT]; /* by parameter_name */
    char **repeated; /* the words of the repeated argument, each of them valid */
    size_t repeated_count;
    const char *many[ARGUMENTS_MANY_MAX]; /* values of the option that may come many times */
    size_t many_count;
};

/** Makes the parameters of a list known. Call it before parsing. */
void arguments_expect(struct arguments *arguments, const uint8_t *list);

/** Reads the options before the first word that is not one.
 * @param argv         argv[0] is skipped, as in main.
 * @param ret_place    Place of that word in argv; argc if there is none.
 * @param ret_problem  Set if false is returned only. */
bool arguments_parse_leading(struct arguments *arguments, int argc, char **argv, int *ret_place,
                             char ret_problem[PROBLEM_BYTES]);

/** Reads options and arguments in any order. Reorders argv. If it fails, what was read before the
 * problem is there, every --help among it. */
bool arguments_parse(struct arguments *arguments, int argc, char **argv,
                     char ret_problem[PROBLEM_BYTES]);

/** Takes what was not given from the environment, then checks that all that is required is there.
 */
bool arguments_complete(struct arguments *arguments, char ret_problem[PROBLEM_BYTES]);

/** @return The value of a parameter; NULL if it was not given. */
const struct value *arguments_find(const struct arguments *arguments, enum parameter_name name);

/** Whether a parameter was given. */
bool arguments_has(const struct arguments *arguments, enum parameter_name name);

/** @return The number of a parameter, or `otherwise` if it was not given. */
uint64_t arguments_number(const struct arguments *arguments, enum parameter_name name,
                          uint64_t otherwise);

/** @return The text of a parameter; NULL if it was not given. */
const char *arguments_text(const struct arguments *arguments, enum parameter_name name);

#endif
