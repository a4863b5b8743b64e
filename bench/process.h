/* process.h -- Programs that the bench starts: servers in the background, rivals' callers one
 * after another. They die with the bench. */
#ifndef BENCH_PROCESS_H
#define BENCH_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct process {
    pid_t pid; /* 0: not running */
};

/** The exit code of a rival's server that is not installed. */
enum { PROCESS_NOT_INSTALLED = 77, PROCESS_KILLED = -1 };

/** Starts a program.
 * @param arguments  The path and its arguments, NULL-terminated.
 * @param log        Path of a file that its output is appended to. */
void process_start(struct process *process, const char *const *arguments, const char *log);

/** Whether it is still there. Its exit code, if not, is kept for process_stop. */
bool process_is_alive(const struct process *process);

/** Asks it to stop with a signal, if it runs, and waits for it; kills it after half a minute.
 * @return Its exit code; PROCESS_KILLED if a signal ended it, or it was not running. */
int process_stop(struct process *process, int signal);

/** Runs a program to its end and takes the first line it says.
 * @param log       Where its stderr goes.
 * @param ret_line  `size` bytes; "" if it says nothing.
 * @return Its exit code; PROCESS_KILLED if a signal ended it. */
int process_ask(const char *const *arguments, const char *log, char *ret_line, size_t size);

#endif
