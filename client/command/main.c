/* main.c -- onsale, the command: reads the command line, opens a channel, runs one command. */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "client/command/command.h"
#include "client/command/help.h"
#include "client/command/output.h"
#include "client/command/settings.h"
#include "text/name.h"

enum { RUN_ARENA_BYTES_MAX = 256 * 1024 * 1024 }; /* a catalogue is the largest request */

/* @param words  What help there is of; NULL: of all. */
static enum exit_code complain(const char *problem, const char *words)
{
    output_line(stderr, "onsale: %s", problem);
    output_line(stderr, "advice: onsale %s%s--help", words == NULL ? "" : words,
                words == NULL ? "" : " ");
    return EXIT_CODE_USAGE;
}

static enum exit_code print_version(void)
{
    output_line(stdout, "onsale " ONSALE_VERSION);
    return EXIT_CODE_OK;
}

/* @param command  NULL: help of everything. */
static enum exit_code print_help(const struct run *run, const struct command *command)
{
    struct pager pager = pager_begin(&run->terminal);
    if (command == NULL)
        help_print_all(stdout, run->terminal.width);
    else
        help_print_command(stdout, run->terminal.width, command);
    pager_end(&pager);
    return EXIT_CODE_OK;
}

/* A listing waits for a server only if it follows. */
static bool goes_on(const struct run *run)
{
    return run->command->trait == COMMAND_GOES_ON &&
           (run->command->execute != events_list ||
            arguments_has(&run->arguments, PARAMETER_FOLLOW));
}

static enum exit_code open_and_execute(struct run *run, const struct settings *settings)
{
    struct onsale_channel_options options = {
        .url = settings->server_url,
        .watch_url = settings->watch_url[0] == '\0' ? NULL : settings->watch_url,
        .admin_url = settings->admin_url[0] == '\0' ? NULL : settings->admin_url,
        .timeout_ms = settings->timeout_ms,
        .korean = settings->korean,
        .read_from = settings->read_from,
        /* Without --timeout no call waits for a server; commands that go on wait by themselves. */
        .fail_fast = settings->timeout_ms == 0 || goes_on(run),
    };
    bool is_local = run->command->trait == COMMAND_LOCAL;
    if (!is_local && onsale_channel_open(&options, &run->channel, &run->error) != ONSALE_OK)
        return run_refused(run);
    arena_init(&run->arena, RUN_ARENA_BYTES_MAX);
    enum exit_code code = run_execute(run);
    run_deinit(run);
    onsale_channel_close(run->channel);
    return code;
}

/* @param argv  argv[0] is the last word of the command. */
static enum exit_code run_command(struct run *run, int argc, char **argv)
{
    char problem[PROBLEM_BYTES];
    struct settings settings;
    const char *words = run->command->words;
    arguments_expect(&run->arguments, run->command->takes);
    bool is_parsed = arguments_parse(&run->arguments, argc, argv, problem);
    if (arguments_has(&run->arguments, PARAMETER_HELP)) return print_help(run, run->command);
    if (arguments_has(&run->arguments, PARAMETER_VERSION)) return print_version();
    if (!is_parsed) return complain(problem, words);
    if (!arguments_complete(&run->arguments, problem) ||
        !settings_read(&run->arguments, &run->terminal, &settings, problem))
        return complain(problem, words);
    run->json = settings.json;
    run->colour = settings.colour;
    run->timeout_ms = settings.timeout_ms;
    run->admin_urls = settings.admin_url;
    return open_and_execute(run, &settings);
}

/* Words that are no command. */
static enum exit_code complain_of_words(int argc, char **argv)
{
    char problem[PROBLEM_BYTES];
    bool differs = false;
    const char *near = command_suggest(argc, argv, &differs);
    if (near == NULL) differs = false;
    int length = snprintf(problem, sizeof problem, "there is no command '");
    for (int i = 0; i < argc && i < 3; i++)
        length += snprintf(problem + length, sizeof problem - (size_t)length, "%s%.*s",
                           i == 0 ? "" : " ", text_head(argv[i], 50), argv[i]);
    snprintf(problem + length, sizeof problem - (size_t)length, "'%s%s%s",
             differs ? "; did you mean '" : "", differs ? near : "", differs ? "'?" : "");
    return complain(problem, near);
}

/* Help of a command, or of the commands that begin with these words. */
static enum exit_code help(struct run *run, int argc, char **argv)
{
    int words;
    const struct command *command = command_find(argc, argv, &words);
    if (argc == 0) return print_help(run, NULL);
    if (command != NULL && words == argc) return print_help(run, command);
    if (help_print_group(stdout, run->terminal.width, argc, argv)) return EXIT_CODE_OK;
    return complain_of_words(argc, argv);
}

static int count_words(int argc, char **argv)
{
    int count = 0;
    while (count < argc && argv[count][0] != '-')
        count++;
    return count;
}

/* @param argv  argv[0] is "help". */
static enum exit_code answer_help(struct run *run, int argc, char **argv)
{
    char problem[PROBLEM_BYTES];
    int words = count_words(argc, argv);
    if (!arguments_parse(&run->arguments, argc - words + 1, argv + words - 1, problem))
        return complain(problem, NULL);
    if (arguments_has(&run->arguments, PARAMETER_VERSION)) return print_version();
    return help(run, words - 1, argv + 1);
}

/* No command: help, the version, a list of commands that begin so, or what is wrong with the words.
 * @param argv  Behind the options that come first. */
static enum exit_code answer_without_command(struct run *run, int argc, char **argv)
{
    char problem[PROBLEM_BYTES];
    int words = count_words(argc, argv);
    /* An option that only a command of the group takes is no mistake: what is missing is a word. */
    if (words < argc) arguments_parse(&run->arguments, argc - words + 1, argv + words - 1, problem);
    if (arguments_has(&run->arguments, PARAMETER_VERSION)) return print_version();
    if (arguments_has(&run->arguments, PARAMETER_HELP)) return help(run, words, argv);
    if (argc == 0) return complain("no command is given", NULL);
    if (help_print_group(stderr, terminal_of(stderr).width, words, argv)) return EXIT_CODE_USAGE;
    return complain_of_words(words, argv);
}

int main(int argc, char **argv)
{
    char problem[PROBLEM_BYTES];
    struct run run = {0};
    int place, words;

    setlocale(LC_ALL, "");
    setlocale(LC_CTYPE, "C.UTF-8"); /* names are UTF-8 whatever the terminal says */
    run.terminal = terminal_of(stdout);
    arguments_expect(&run.arguments, global_parameters);
    if (!arguments_parse_leading(&run.arguments, argc, argv, &place, problem))
        return (int)complain(problem, NULL);

    argc -= place;
    argv += place;
    if (argc > 0 && strcmp(argv[0], "help") == 0) return (int)answer_help(&run, argc, argv);
    run.command = command_find(argc, argv, &words);
    if (run.command == NULL) return (int)answer_without_command(&run, argc, argv);
    return (int)run_command(&run, argc - words + 1, argv + words - 1);
}
