#include "server/store_fault.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/require.h"

/* A handler is given nothing but the address. */
static struct {
    const char *path;
    _Atomic uintptr_t start;
    _Atomic uintptr_t end;
    struct sigaction before[2];
} fault;

static const int signals[] = {SIGSEGV, SIGBUS};

static void note_map(const void *start, uint64_t bytes)
{
    atomic_store(&fault.start, (uintptr_t)start);
    atomic_store(&fault.end, start == NULL ? 0 : (uintptr_t)start + bytes);
}

/* Nothing else is safe here: the fault may lie in the middle of anything. */
static void say(const char *text)
{
    ssize_t written = write(STDERR_FILENO, text, strlen(text));
    (void)written;
}

static void say_damaged(const char *what)
{
    say("onsaled: the store in ");
    say(fault.path);
    say(" is damaged: ");
    say(what);
    say("; check the disk, and restore a backup\n");
}

static void tell_broken(const char *what)
{
    say_damaged(what);
}

const struct store_watch store_fault_watch = {.mapped = note_map, .broken = tell_broken};

static bool is_in_map(const siginfo_t *info)
{
    uintptr_t address = (uintptr_t)info->si_addr;
    return info->si_code > 0 && address >= atomic_load(&fault.start) &&
           address < atomic_load(&fault.end);
}

/* What faulted does so again, and whoever had the signal before gets it: it ends the process. */
static void catch (int signal, siginfo_t *info, void *context)
{
    (void)context;
    if (is_in_map(info))
        say_damaged(signal == SIGBUS ? "a page of data.mdb can't be read (SIGBUS)"
                                     : "a page of data.mdb names what is not there (SIGSEGV)");
    sigaction(signal, &fault.before[signal == SIGBUS], NULL);
    if (info->si_code <= 0) raise(signal); /* sent by somebody: it would not come again */
}

void store_fault_begin(const char *path)
{
    struct sigaction action = {.sa_sigaction = catch, .sa_flags = SA_SIGINFO | SA_NODEFER};
    fault.path = path;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        REQUIRE(sigaction(signals[i], &action, &fault.before[signals[i] == SIGBUS]) == 0);
}
