/* help.h -- The text of `onsaled --help`. */
#ifndef SERVER_HELP_H
#define SERVER_HELP_H

/** Prints the options, their defaults and every limit on stdout. */
void help_print(void);

#endif
