/* terminal.h -- The properties of the output stream, and the rule for the pager.
 *
 * On a terminal, an answer longer than the screen goes through $PAGER, or less -FRX if that is not
 * set. There is no pager for a file or a pipe, if TERM is dumb, or if PAGER is empty or "cat".
 * Commands that go on print as things happen. */
#ifndef CLIENT_COMMAND_TERMINAL_H
#define CLIENT_COMMAND_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct terminal {
    bool is_terminal; /* a person reads it, and codes of colour and movement do what they should */
    bool has_colour;  /* unless NO_COLOR is set, https://no-color.org */
    size_t width;     /* columns, 40..1000: COLUMNS, the terminal's, or 80 */
    size_t table_width; /* the same where rows are to fit into it; 0 where a row stays a line, for
                           it goes into a file or a pipe and COLUMNS is not set */
    size_t height;      /* lines; 0: not known */
};

/** Looks at a stream and the environment. */
struct terminal terminal_of(FILE *out);

/** What is held back for the pager. */
struct pager {
    int held; /* -1: nothing is held back */
    int output;
    size_t height;
};

/** Holds back what is written to stdout from now on, if the rule may ask for a pager. */
struct pager pager_begin(const struct terminal *terminal);

/** Shows what was held back: by the pager if it is longer than the screen. Waits until the reader
 * has seen enough. */
void pager_end(struct pager *pager);

#endif
