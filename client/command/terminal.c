#include "client/command/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WIDTH_DEFAULT = 80, WIDTH_MIN = 40, WIDTH_MAX = 1000, PIECE_BYTES = 64 * 1024 };
enum { SHELL_FOUND_NOTHING = 126 }; /* and 127 */

static bool is_dumb(void)
{
    const char *name = getenv("TERM");
    return name == NULL || name[0] == '\0' || strcmp(name, "dumb") == 0;
}

static size_t within(size_t width)
{
    if (width == 0) return WIDTH_DEFAULT;
    return width < WIDTH_MIN ? WIDTH_MIN : width > WIDTH_MAX ? WIDTH_MAX : width;
}

struct terminal terminal_of(FILE *out)
{
    struct winsize size = {0};
    const char *columns = getenv("COLUMNS"), *no_colour = getenv("NO_COLOR");
    size_t asked = columns == NULL ? 0 : strtoul(columns, NULL, 10);
    bool is_screen = isatty(fileno(out)) == 1, is_terminal = is_screen && !is_dumb();
    if (is_screen) ioctl(fileno(out), TIOCGWINSZ, &size);
    size_t width = within(asked > 0 ? asked : size.ws_col);
    return (struct terminal){
        .is_terminal = is_terminal,
        .has_colour = is_terminal && (no_colour == NULL || no_colour[0] == '\0'),
        .width = width,
        .table_width = is_screen || asked > 0 ? width : 0,
        .height = size.ws_row,
    };
}

static const char *pager_command(void)
{
    const char *command = getenv("PAGER");
    if (command == NULL) return "less -FRX";
    return strcmp(command, "cat") == 0 ? "" : command;
}

struct pager pager_begin(const struct terminal *terminal)
{
    struct pager pager = {.held = -1, .height = terminal->height};
    if (!terminal->is_terminal || terminal->height == 0 || pager_command()[0] == '\0') return pager;
    fflush(stdout);
    pager.held = memfd_create("onsale", MFD_CLOEXEC);
    pager.output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
    if (pager.held >= 0 && pager.output >= 0) dup2(pager.held, STDOUT_FILENO);
    return pager;
}

static void write_all(const char *bytes, size_t size)
{
    ssize_t done;
    for (; size > 0; size -= (size_t)done, bytes += done)
        if ((done = write(STDOUT_FILENO, bytes, size)) <= 0) return;
}

/* Copies what was held back, or only counts its lines. */
static size_t copy(int from, bool only_counts)
{
    static char piece[PIECE_BYTES];
    ssize_t size;
    size_t lines = 0;
    lseek(from, 0, SEEK_SET);
    while ((size = read(from, piece, sizeof piece)) > 0) {
        for (ssize_t i = 0; i < size; i++)
            lines += piece[i] == '\n';
        if (!only_counts) write_all(piece, (size_t)size);
    }
    return lines;
}

/* @return False if there is no such pager. */
static bool page(int from)
{
    int wait_status = 0;
    setenv("LESS", "FRX", 0);
    lseek(from, 0, SEEK_SET);
    pid_t process = fork();
    if (process == 0) {
        dup2(from, STDIN_FILENO);
        execlp("sh", "sh", "-c", pager_command(), NULL);
        _exit(SHELL_FOUND_NOTHING);
    }
    signal(SIGINT, SIG_IGN); /* an interrupt is the pager's */
    while (process > 0 && waitpid(process, &wait_status, 0) < 0 && errno == EINTR)
        continue;
    signal(SIGINT, SIG_DFL);
    return process > 0 &&
           (!WIFEXITED(wait_status) || WEXITSTATUS(wait_status) < SHELL_FOUND_NOTHING);
}

void pager_end(struct pager *pager)
{
    if (pager->held < 0) return;
    fflush(stdout);
    dup2(pager->output, STDOUT_FILENO);
    close(pager->output);
    bool is_long = copy(pager->held, true) >= pager->height;
    if (!is_long || !page(pager->held)) copy(pager->held, false);
    close(pager->held);
    pager->held = -1;
}
