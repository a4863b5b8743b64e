#include "client/demo/shell.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/require.h"
#include "client/command/output.h"

enum { INDENT = 4, ARGUMENTS_MAX = 16, NOT_STARTED = 127 };

void shell_fit(const struct terminal *terminal)
{
    char width[24];
    snprintf(width, sizeof width, "%zu", terminal->width - INDENT);
    setenv("COLUMNS", width, 1);
}

void shell_heading(const struct shell *shell, const char *text)
{
    fputs(shell->colour ? "\n\n\033[1;36m" : "\n\n", stdout);
    output_print(stdout, "%s", text);
    fputs(shell->colour ? "\033[0m\n" : "\n", stdout);
}

void shell_blank(void)
{
    putchar('\n');
}

void shell_say(const char *format, ...)
{
    char *text;
    va_list arguments;
    va_start(arguments, format);
    REQUIRE(vasprintf(&text, format, arguments) >= 0);
    va_end(arguments);
    output_line(stdout, "  %s", text);
    fflush(stdout);
    free(text);
}

static void show_command(const struct shell *shell, const char *const *arguments)
{
    printf("\n  %s$ onsale", shell->colour ? "\033[1m" : "");
    for (size_t i = 0; arguments[i] != NULL; i++)
        output_print(stdout, " %s", arguments[i]);
    printf("%s\n", shell->colour ? "\033[0m" : "");
}

/* Both outputs of the command go into the pipe.
 * @param ret_process  Set if true is returned only. */
static bool start(const struct shell *shell, const char *const *arguments, int pipe_end,
                  pid_t *ret_process)
{
    char *words[ARGUMENTS_MAX + 4] = {"onsale", "--color", shell->colour ? "always" : "never"};
    posix_spawn_file_actions_t actions;
    for (size_t i = 0; arguments[i] != NULL; i++) {
        REQUIRE(i < ARGUMENTS_MAX);
        words[i + 3] = (char *)arguments[i];
    }
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipe_end, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, pipe_end, STDERR_FILENO);
    int err = posix_spawn(ret_process, shell->command, &actions, NULL, words, environ);
    posix_spawn_file_actions_destroy(&actions);
    return err == 0;
}

/* The command has escaped what it printed. */
static void show_indented(FILE *from)
{
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, from) != -1)
        printf("%s%s", line[0] == '\n' ? "" : "    ", line);
    free(line);
    fflush(stdout);
}

int shell_run(const struct shell *shell, const char *const *arguments)
{
    int ends[2], wait_status = 0;
    pid_t process;
    show_command(shell, arguments);
    REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    bool started = start(shell, arguments, ends[1], &process);
    close(ends[1]);
    FILE *output = fdopen(ends[0], "r");
    REQUIRE(output != NULL);
    show_indented(output);
    fclose(output);
    if (!started) return NOT_STARTED;
    waitpid(process, &wait_status, 0);
    return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : NOT_STARTED;
}
