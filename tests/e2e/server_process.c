#include "tests/e2e/server_process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/require.h"
#include "tests/e2e/wait_until.h"
#include "tests/lib/temp_folder.h"

static char *text_join(const char *first, const char *second)
{
    char *joined;
    REQUIRE(asprintf(&joined, "%s%s", first, second) > 0);
    return joined;
}

void server_process_init(struct server_process *server, const char *program)
{
    char *url_base;
    *server = (struct server_process){.program = program, .folder = temp_folder_make()};
    url_base = text_join("ipc://", server->folder);
    server->data = text_join(server->folder, "/data");
    server->log = text_join(server->folder, "/log");
    server->url = text_join(url_base, "/onsale.sock");
    server->watch_url = text_join(url_base, "/watch.sock");
    server->admin_url = text_join(url_base, "/admin/admin.sock");
    free(url_base);
}

void server_process_deinit(struct server_process *server)
{
    if (server->pid != 0) server_process_kill(server);
    free(server->data);
    free(server->log);
    free(server->url);
    free(server->watch_url);
    free(server->admin_url);
    temp_folder_remove(server->folder);
    *server = (struct server_process){0};
}

/* Dies with the test, so that an aborted test leaves no server behind. */
static _Noreturn void become_server(const struct server_process *server, char **arguments)
{
    int log = open(server->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (log >= 0 && dup2(log, STDOUT_FILENO) >= 0 && dup2(log, STDERR_FILENO) >= 0)
        execv(server->program, arguments);
    _exit(127);
}

void server_process_run(struct server_process *server, const char *const *arguments)
{
    char *all[SERVER_ARGUMENTS_MAX + 2] = {(char *)server->program};
    size_t count = 1;
    REQUIRE(server->pid == 0);
    for (size_t i = 0; arguments[i] != NULL; i++) {
        REQUIRE(count <= SERVER_ARGUMENTS_MAX);
        all[count++] = (char *)arguments[i];
    }
    struct stat log;
    server->log_before = stat(server->log, &log) == 0 ? (long)log.st_size : 0;
    server->pid = fork();
    REQUIRE(server->pid >= 0);
    if (server->pid == 0) become_server(server, all);
}

void server_process_start(struct server_process *server, const char *const *more)
{
    const char *arguments[SERVER_ARGUMENTS_MAX + 1] = {"--data", server->data, "--listen",
                                                       server->url};
    size_t count = 4;
    for (size_t i = 0; more != NULL && more[i] != NULL; i++) {
        REQUIRE(count < SERVER_ARGUMENTS_MAX);
        arguments[count++] = more[i];
    }
    server_process_run(server, arguments);
}

void server_process_terminate(struct server_process *server)
{
    REQUIRE(server->pid != 0);
    REQUIRE(kill(server->pid, SIGTERM) == 0);
}

struct ending {
    pid_t pid;
    int wait_status;
};

static bool has_ended(void *context)
{
    struct ending *ending = context;
    return waitpid(ending->pid, &ending->wait_status, WNOHANG) == ending->pid;
}

int server_process_wait(struct server_process *server)
{
    struct ending ending = {.pid = server->pid};
    REQUIRE(server->pid != 0);
    if (!wait_until(has_ended, &ending)) {
        server_process_kill(server);
        return SERVER_HUNG;
    }
    server->pid = 0;
    return WIFEXITED(ending.wait_status) ? WEXITSTATUS(ending.wait_status) : SERVER_KILLED;
}

bool server_process_is_alive(const struct server_process *server)
{
    siginfo_t ended = {0};
    int rc = waitid(P_PID, (id_t)server->pid, &ended, WEXITED | WNOHANG | WNOWAIT);
    return rc == 0 && ended.si_pid == 0;
}

void server_process_kill(struct server_process *server)
{
    REQUIRE(server->pid != 0);
    REQUIRE(kill(server->pid, SIGKILL) == 0);
    REQUIRE(waitpid(server->pid, NULL, 0) == server->pid);
    server->pid = 0;
}

static bool log_has(const struct server_process *server, long from, const char *text)
{
    char line[1024];
    bool found = false;
    FILE *file = fopen(server->log, "re");
    if (file == NULL) return false;
    REQUIRE(fseek(file, from, SEEK_SET) == 0);
    while (!found && fgets(line, sizeof line, file) != NULL)
        found = strstr(line, text) != NULL;
    fclose(file);
    return found;
}

bool server_process_said(const struct server_process *server, const char *text)
{
    return log_has(server, 0, text);
}

bool server_process_serves(const struct server_process *server)
{
    return log_has(server, server->log_before, "serving from");
}

struct saying {
    const struct server_process *server;
    const char *text;
};

static bool is_said(void *context)
{
    struct saying *saying = context;
    return server_process_said(saying->server, saying->text);
}

bool server_process_will_say(const struct server_process *server, const char *text)
{
    struct saying saying = {server, text};
    return wait_until(is_said, &saying);
}

void server_process_print_log(const struct server_process *server)
{
    char line[1024];
    FILE *file = fopen(server->log, "re");
    if (file == NULL) return;
    while (fgets(line, sizeof line, file) != NULL)
        fprintf(stderr, "| %s", line);
    fclose(file);
}
