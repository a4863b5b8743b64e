/* shell.h -- Runs the onsale command as a person would type it, and prints the command and its
 * output. */
#ifndef CLIENT_DEMO_SHELL_H
#define CLIENT_DEMO_SHELL_H

#include <stdbool.h>
#include <stddef.h>

#include "client/command/terminal.h"

/** What the lines are printed on. */
struct shell {
    const char *command; /* path of onsale */
    bool colour;         /* a terminal that shows it */
};

/** Tells the commands how much room there is, for they print into a pipe. */
void shell_fit(const struct terminal *terminal);

/** Prints a heading: a part of the story begins. */
void shell_heading(const struct shell *shell, const char *text);

/** Leaves a line free, before lines of the story that follow a heading or a command. */
void shell_blank(void);

/** Prints a line of the story. */
__attribute__((format(printf, 1, 2))) void shell_say(const char *format, ...);

/** Shows "$ onsale ..." and what it prints.
 * @param arguments  Ends with NULL; without "onsale".
 * @return The exit code; 127 if it could not be started. */
int shell_run(const struct shell *shell, const char *const *arguments);

#endif
