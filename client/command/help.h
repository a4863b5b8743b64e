/* help.h -- What --help prints. */
#ifndef CLIENT_COMMAND_HELP_H
#define CLIENT_COMMAND_HELP_H

#include <stdio.h>

#include "client/command/command.h"

/** Prints what onsale is: every command, the global options, the exit codes. */
void help_print_all(FILE *out);

/** Prints the commands that begin with these words, for example "queue".
 * @return False, having printed nothing, if there are none. */
bool help_print_group(FILE *out, const char *word);

/** Prints the help of one command. */
void help_print_command(FILE *out, const struct command *command);

#endif
