/* server_process.h -- A real onsaled in a temporary folder: started, stopped, killed, restarted. */
#ifndef TESTS_E2E_SERVER_PROCESS_H
#define TESTS_E2E_SERVER_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { SERVER_ARGUMENTS_MAX = 16, SERVER_KILLED = -1, SERVER_HUNG = -2 };

struct server_process {
    const char *program;
    char *folder; /* temporary; holds all that follows */
    char *data;
    char *log; /* what the server says, appended over restarts */
    char *url; /* onsale.sock in the folder; the server puts the other two sockets beside it */
    char *watch_url;
    char *admin_url;
    pid_t pid;       /* 0: not running */
    long log_before; /* bytes of the log when it was started */
};

/** Makes the folder; starts nothing. @param program  Path of onsaled; borrowed. */
void server_process_init(struct server_process *server, const char *program);

/** Kills the server if it runs and removes the folder. */
void server_process_deinit(struct server_process *server);

/** Starts the server on its data folder and sockets, and returns at once.
 * @param more  More arguments, NULL-terminated; NULL for none. */
void server_process_start(struct server_process *server, const char *const *more);

/** Starts the program with these arguments only, its output going to the log. */
void server_process_run(struct server_process *server, const char *const *arguments);

/** Sends SIGTERM without waiting. */
void server_process_terminate(struct server_process *server);

/** Waits until the process has ended.
 * @return Its exit code; SERVER_KILLED if a signal ended it; SERVER_HUNG if it had to be killed
 * after half a minute. */
int server_process_wait(struct server_process *server);

/** Whether the process is there; one that has ended is still to be waited for. */
bool server_process_is_alive(const struct server_process *server);

/** Ends it as `kill -9` does. */
void server_process_kill(struct server_process *server);

/** Whether it has said that it serves since it was started last. */
bool server_process_serves(const struct server_process *server);

/** Whether the log has this text. */
bool server_process_said(const struct server_process *server, const char *text);

/** Waits until the log has it. @return false if it never does. */
bool server_process_will_say(const struct server_process *server, const char *text);

/** Prints the log, to explain a failure. */
void server_process_print_log(const struct server_process *server);

#endif
