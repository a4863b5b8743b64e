#include "bench/process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/require.h"
#include "bench/measure/clock.h"

enum { EXEC_FAILED = 127, PATIENCE_MS = 30 * 1000, LOOK_EVERY_MS = 5 };

/* @param output  Where stdout goes; -1: to the log. */
static _Noreturn void become(const char *const *arguments, const char *log, int output)
{
    int log_file = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (log_file >= 0 && dup2(output >= 0 ? output : log_file, STDOUT_FILENO) >= 0 &&
        dup2(log_file, STDERR_FILENO) >= 0)
        execv(arguments[0], (char *const *)arguments);
    _exit(EXEC_FAILED);
}

void process_start(struct process *process, const char *const *arguments, const char *log)
{
    process->pid = fork();
    REQUIRE(process->pid >= 0);
    if (process->pid == 0) become(arguments, log, -1);
}

bool process_is_alive(const struct process *process)
{
    siginfo_t ended = {0};
    if (process->pid == 0) return false;
    int rc = waitid(P_PID, (id_t)process->pid, &ended, WEXITED | WNOHANG | WNOWAIT);
    return rc == 0 && ended.si_pid == 0;
}

static int exit_code(int wait_status)
{
    return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : PROCESS_KILLED;
}

int process_stop(struct process *process, int signal)
{
    int wait_status = 0;
    uint64_t give_up_ns = clock_now_ns() + PATIENCE_MS * NS_PER_MS;
    if (process->pid == 0) return PROCESS_KILLED;
    kill(process->pid, signal);
    while (process_is_alive(process) && clock_now_ns() < give_up_ns)
        clock_sleep_until_ns(clock_now_ns() + LOOK_EVERY_MS * NS_PER_MS);
    if (process_is_alive(process)) kill(process->pid, SIGKILL);
    REQUIRE(waitpid(process->pid, &wait_status, 0) == process->pid);
    process->pid = 0;
    return exit_code(wait_status);
}

int process_ask(const char *const *arguments, const char *log, char *ret_line, size_t size)
{
    int pipe_ends[2];
    int wait_status = 0;
    REQUIRE(pipe2(pipe_ends, O_CLOEXEC) == 0);
    pid_t pid = fork();
    REQUIRE(pid >= 0);
    if (pid == 0) become(arguments, log, pipe_ends[1]);
    close(pipe_ends[1]);
    FILE *output = fdopen(pipe_ends[0], "r");
    REQUIRE(output != NULL);
    bool said_something = fgets(ret_line, (int)size, output) != NULL;
    while (fgetc(output) != EOF) /* else its next line would end it */
        continue;
    fclose(output);
    REQUIRE(waitpid(pid, &wait_status, 0) == pid);
    if (!said_something) ret_line[0] = '\0';
    return exit_code(wait_status);
}
