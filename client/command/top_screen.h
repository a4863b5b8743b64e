/* top_screen.h -- The terminal while 'admin top' has it: another screen than the shell's, without
 * echo, and as it was before once it is closed. By escape sequences of ECMA-48 and xterm alone,
 * which every terminal knows that is not called dumb. */
#ifndef CLIENT_COMMAND_TOP_SCREEN_H
#define CLIENT_COMMAND_TOP_SCREEN_H

#include <stdbool.h>
#include <termios.h>

struct top_screen {
    bool is_open;
    bool has_input; /* keys are read from the standard input */
    struct termios before;
};

enum top_wake {
    TOP_WAKE_TIME, /* the time is up */
    TOP_WAKE_FILE, /* there is something to read */
    TOP_WAKE_SIZE, /* the terminal has another size, or is ours again: draw anew */
    TOP_WAKE_END,  /* q, the end of the keys, or a signal that ends the program */
};

/** Notes signals from now on.
 * @param has_screen  Takes the terminal of the standard output, too; else output is no terminal. */
void top_screen_open(struct top_screen *screen, bool has_screen);

/** Gives it back. Does nothing if it is not open. */
void top_screen_close(struct top_screen *screen);

/** Shows lines in place of what was shown: those that are longer than the terminal were cut.
 * @param text  Lines, each with its end. */
void top_screen_show(const char *text);

/** Waits for a key, a signal, the end of a time, or for a descriptor to be readable.
 * @param fd  -1: none. */
enum top_wake top_screen_wait(struct top_screen *screen, int fd, int timeout_ms);

#endif
