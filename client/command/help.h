/* help.h -- Prints what --help, -h and help say, wrapped to the width of the terminal. */
#ifndef CLIENT_COMMAND_HELP_H
#define CLIENT_COMMAND_HELP_H

#include <stdio.h>

#include "client/command/command.h"

/** Prints what onsale is: every command, the options of every command, the exit codes.
 * @param width  Columns. */
void help_print_all(FILE *out, size_t width);

/** Prints the commands that begin with these words, for example "queue".
 * @return False, having printed nothing, if there are none. */
bool help_print_group(FILE *out, size_t width, int argc, char **argv);

/** Prints the help of one command. */
void help_print_command(FILE *out, size_t width, const struct command *command);

#endif
