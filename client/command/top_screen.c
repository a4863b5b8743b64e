#include "client/command/top_screen.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ENTER_SCREEN "\x1b[?1049h\x1b[?25l"
#define LEAVE_SCREEN "\x1b[?25h\x1b[?1049l"
#define REVERSE "\x1b[7m"
#define PLAIN "\x1b[m"
#define TO_END_OF_LINE "\x1b[K"
#define TO_BEGINNING "\x1b[H"
#define CLEAR_BELOW "\x1b[J"

/* What is noted, so that the terminal is given back before the program ends. */
static const struct {
    int number;
    bool is_of_screen; /* left as it is without one */
} signals[] = {{SIGINT, false}, {SIGTERM, false}, {SIGHUP, false},
               {SIGQUIT, true}, {SIGTSTP, true},  {SIGWINCH, true}};

enum { SIGNALS = sizeof signals / sizeof signals[0] };

static volatile sig_atomic_t is_noted[NSIG];

static void note(int signal_number)
{
    is_noted[signal_number] = 1;
}

/* The first of the signals that is noted; 0 if none is. */
static int noted_signal(void)
{
    for (size_t i = 0; i < SIGNALS; i++)
        if (is_noted[signals[i].number] != 0) return signals[i].number;
    return 0;
}

static void note_signals(bool has_screen)
{
    for (size_t i = 0; i < SIGNALS; i++) {
        struct sigaction action = {.sa_handler = note};
        if (signals[i].is_of_screen && !has_screen) continue;
        sigemptyset(&action.sa_mask);
        sigaction(signals[i].number, &action, NULL);
    }
    signal(SIGPIPE, SIG_DFL);
}

static void take_terminal(struct top_screen *screen)
{
    screen->has_input = tcgetattr(STDIN_FILENO, &screen->before) == 0;
    if (screen->has_input) {
        struct termios raw = screen->before;
        raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
        raw.c_cc[VMIN] = 1;
        raw.c_cc[VTIME] = 0;
        tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    }
    fputs(ENTER_SCREEN, stdout);
    fflush(stdout);
    screen->is_open = true;
}

void top_screen_open(struct top_screen *screen, bool has_screen)
{
    note_signals(has_screen);
    if (has_screen) take_terminal(screen);
}

void top_screen_close(struct top_screen *screen)
{
    if (!screen->is_open) return;
    fputs(LEAVE_SCREEN, stdout);
    fflush(stdout);
    if (screen->has_input) tcsetattr(STDIN_FILENO, TCSANOW, &screen->before);
    screen->is_open = false;
}

void top_screen_show(const char *text)
{
    fputs(TO_BEGINNING REVERSE, stdout);
    for (bool is_first = true; *text != '\0'; is_first = false) {
        size_t length = strcspn(text, "\n");
        const char *end = text[length] == '\0' ? "" : text + length + 1;
        fwrite(text, 1, length, stdout);
        fputs(is_first ? TO_END_OF_LINE PLAIN : TO_END_OF_LINE, stdout);
        if (*end != '\0') fputs("\r\n", stdout);
        text = end;
    }
    fputs(CLEAR_BELOW, stdout);
    fflush(stdout);
}

/* Ctrl-Z: the shell has its screen until the program goes on. */
static void stop(struct top_screen *screen)
{
    top_screen_close(screen);
    raise(SIGSTOP);
    take_terminal(screen);
}

/* A terminal that gives no more keys can't say when to end. */
static bool key_ends(void)
{
    char keys[64];
    ssize_t count = read(STDIN_FILENO, keys, sizeof keys);
    if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN)) return true;
    for (ssize_t i = 0; i < count; i++)
        if (keys[i] == 'q' || keys[i] == 'Q') return true;
    return false;
}

/* A signal between the look at the flags and the wait is not missed: they are blocked meanwhile. */
static int wait_unblocked(struct pollfd *files, nfds_t count, int timeout_ms)
{
    sigset_t noted, before;
    struct timespec timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000000L};
    sigemptyset(&noted);
    for (size_t i = 0; i < SIGNALS; i++)
        sigaddset(&noted, signals[i].number);
    pthread_sigmask(SIG_BLOCK, &noted, &before);
    int ready = noted_signal() != 0 ? 0 : ppoll(files, count, &timeout, &before);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return ready;
}

enum top_wake top_screen_wait(struct top_screen *screen, int fd, int timeout_ms)
{
    struct pollfd files[] = {{.fd = fd, .events = POLLIN}, {.fd = -1, .events = POLLIN}};
    if (screen->is_open && screen->has_input) files[1].fd = STDIN_FILENO;
    int ready = wait_unblocked(files, 2, timeout_ms < 0 ? 0 : timeout_ms);
    int number = noted_signal();
    is_noted[number] = 0;
    if (number == SIGTSTP) stop(screen);
    if (number == SIGTSTP || number == SIGWINCH) return TOP_WAKE_SIZE;
    if (number != 0) return TOP_WAKE_END;
    if (ready > 0 && files[1].revents != 0 && key_ends()) return TOP_WAKE_END;
    if (ready > 0 && files[0].revents != 0) return TOP_WAKE_FILE;
    return ready > 0 ? TOP_WAKE_SIZE : TOP_WAKE_TIME;
}
