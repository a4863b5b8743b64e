#include "server/store_fault.h"

#include <link.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/require.h"

struct range {
    _Atomic uintptr_t start;
    _Atomic uintptr_t end;
};

/* A handler is given nothing but addresses. */
static struct {
    const char *path;
    struct range map;
    struct range code; /* of liblmdb */
    struct sigaction before[2];
} fault;

static const int signals[] = {SIGSEGV, SIGBUS};

static void range_set(struct range *range, uintptr_t start, size_t bytes)
{
    atomic_store(&range->start, start);
    atomic_store(&range->end, start + bytes);
}

static bool range_has(struct range *range, uintptr_t address)
{
    return address >= atomic_load(&range->start) && address < atomic_load(&range->end);
}

static void note_map(const void *start, uint64_t bytes)
{
    range_set(&fault.map, (uintptr_t)start, start == NULL ? 0 : bytes);
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

/* Where the machine was; 0 if that is not known of its kind. */
static uintptr_t instruction(const ucontext_t *context)
{
#if defined(__x86_64__)
    return (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
    return (uintptr_t)context->uc_mcontext.pc;
#else
    (void)context;
    return 0;
#endif
}

/* What is wrong with the store; NULL if the fault has nothing to do with it. A page that says what
 * it is not leads LMDB's code anywhere. */
static const char *reason(int signal, const siginfo_t *info, const ucontext_t *context)
{
    if (info->si_code <= 0) return NULL;
    if (range_has(&fault.map, (uintptr_t)info->si_addr))
        return signal == SIGBUS ? "a page of data.mdb can't be read (SIGBUS)"
                                : "a page of data.mdb names what is not there (SIGSEGV)";
    if (range_has(&fault.code, instruction(context)))
        return signal == SIGBUS ? "LMDB was misled by a page of data.mdb (SIGBUS)"
                                : "LMDB was misled by a page of data.mdb (SIGSEGV)";
    return NULL;
}

/* The instruction faults again, and the previous handler gets the signal: it ends the process. */
static void catch (int signal, siginfo_t *info, void *context)
{
    const char *what = reason(signal, info, context);
    if (what != NULL) say_damaged(what);
    sigaction(signal, &fault.before[signal == SIGBUS], NULL);
    if (info->si_code <= 0) raise(signal); /* sent by somebody: it would not come again */
}

static int find_code(struct dl_phdr_info *object, size_t size, void *context)
{
    (void)size;
    (void)context;
    if (strstr(object->dlpi_name, "liblmdb") == NULL) return 0;
    for (size_t i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        if (part->p_type == PT_LOAD && (part->p_flags & PF_X) != 0)
            range_set(&fault.code, object->dlpi_addr + part->p_vaddr, part->p_memsz);
    }
    return 1;
}

void store_fault_begin(const char *path)
{
    struct sigaction action = {.sa_sigaction = catch, .sa_flags = SA_SIGINFO | SA_NODEFER};
    fault.path = path;
    dl_iterate_phdr(find_code, NULL);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        REQUIRE(sigaction(signals[i], &action, &fault.before[signals[i] == SIGBUS]) == 0);
}
