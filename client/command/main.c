/* main.c -- onsale, the command: reads the command line, opens a channel, runs one command. */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "client/command/command.h"
#include "client/command/failure.h"
#include "client/command/help.h"
#include "client/command/output.h"
#include "client/command/settings.h"
#include "text/name.h"

static enum exit_code complain(const char *problem, const struct command *command)
{
    output_line(stderr, "onsale: %s", problem);
    if (command == NULL)
        output_line(stderr, "advice: onsale --help");
    else
        output_line(stderr, "advice: onsale %s --help", command->words);
    return EXIT_CODE_USAGE;
}

static enum exit_code open_and_execute(const struct command *command, struct run *run,
                                       const struct settings *settings)
{
    struct onsale_channel_options options = {
        .url = settings->server_url,
        .watch_url = settings->watch_url[0] == '\0' ? NULL : settings->watch_url,
        .admin_url = settings->admin_url[0] == '\0' ? NULL : settings->admin_url,
        .timeout_ms = settings->timeout_ms,
        .korean = settings->korean,
        .fail_fast = settings->timeout_ms == 0, /* a time was not given: nothing is waited for */
    };
    if (onsale_channel_open(&options, &run->channel, &run->error) != ONSALE_OK)
        return failure_print(&run->error, run->json, stderr);
    enum exit_code code = command->execute(run);
    onsale_channel_close(run->channel);
    return code;
}

/* @param argv  argv[0] is the last word of the command. */
static enum exit_code run_command(const struct command *command, struct run *run, int argc,
                                  char **argv)
{
    char problem[PROBLEM_BYTES];
    struct settings settings;
    arguments_expect(&run->arguments, command->parameters);
    if (!arguments_parse(&run->arguments, argc, argv, problem)) return complain(problem, command);
    if (run_has(run, &parameter_help)) {
        help_print_command(stdout, command);
        return EXIT_CODE_OK;
    }
    if (!arguments_complete(&run->arguments, problem) ||
        !settings_read(&run->arguments, stdout, &settings, problem))
        return complain(problem, command);
    run->json = settings.json;
    run->colour = settings.colour;
    run->width = settings.width;
    run->timeout_given = settings.timeout_ms != 0;
    return open_and_execute(command, run, &settings);
}

/* No command: help, the version, or what is wrong with the words. */
static enum exit_code answer_without_command(const struct run *run, int argc, char **argv)
{
    char problem[PROBLEM_BYTES];
    if (run_has(run, &parameter_version)) {
        output_line(stdout, "onsale " ONSALE_VERSION);
        return EXIT_CODE_OK;
    }
    if (argc == 0) {
        bool wanted = run_has(run, &parameter_help);
        help_print_all(wanted ? stdout : stderr);
        return wanted ? EXIT_CODE_OK : EXIT_CODE_USAGE;
    }
    bool help_wanted = argc > 1 && strcmp(argv[1], "--help") == 0;
    if (help_print_group(help_wanted ? stdout : stderr, argv[0]))
        return help_wanted ? EXIT_CODE_OK : EXIT_CODE_USAGE;
    snprintf(problem, sizeof problem, "there is no command '%.*s'", text_head(argv[0], 100),
             argv[0]);
    return complain(problem, NULL);
}

int main(int argc, char **argv)
{
    char problem[PROBLEM_BYTES];
    struct run run = {0};
    int place, words;

    setlocale(LC_ALL, "");
    setlocale(LC_CTYPE, "C.UTF-8"); /* names are UTF-8 whatever the terminal says */
    arguments_expect(&run.arguments, global_parameters);
    if (!arguments_parse_leading(&run.arguments, argc, argv, &place, problem))
        return (int)complain(problem, NULL);

    const struct command *command = command_find(argc - place, argv + place, &words);
    if (command == NULL) return (int)answer_without_command(&run, argc - place, argv + place);
    return (int)run_command(command, &run, argc - place - words + 1, argv + place + words - 1);
}
