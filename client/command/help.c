#include "client/command/help.h"

#include <string.h>

#include "client/command/settings.h"

enum { RIGHT_COLUMN = 28 };

static void print_row(FILE *out, const char *left, const char *right)
{
    fprintf(out, "  %-*s%s%s\n", RIGHT_COLUMN, left, strlen(left) >= RIGHT_COLUMN ? "  " : "",
            right);
}

static void parameter_left_side(const struct parameter *parameter, char text[80])
{
    if (parameter->option == NULL)
        snprintf(text, 80, "%s%s", parameter->value, parameter->repeated ? "..." : "");
    else
        snprintf(text, 80, "--%s%s%s", parameter->option, parameter->value == NULL ? "" : " ",
                 parameter->value == NULL ? "" : parameter->value);
}

static void print_parameter(FILE *out, const struct parameter *parameter)
{
    char left[80], right[256];
    parameter_left_side(parameter, left);
    bool environment = parameter->environment != NULL;
    snprintf(right, sizeof right, "%s%s%s%s", parameter->help, environment ? " [" : "",
             environment ? parameter->environment : "", environment ? "]" : "");
    print_row(out, left, right);
}

static void print_parameters(FILE *out, const char *title,
                             const struct parameter *const *parameters, bool options)
{
    bool begun = false;
    for (; *parameters != NULL; parameters++) {
        if (((*parameters)->option != NULL) != options) continue;
        if (!begun) fprintf(out, "\n%s:\n", title);
        begun = true;
        print_parameter(out, *parameters);
    }
}

static void print_commands(FILE *out, const struct command *command)
{
    for (; command->words != NULL; command++)
        print_row(out, command->words, command->summary);
}

static void print_exit_codes(FILE *out)
{
    fputs("\nExit codes:\n"
          "  0  done\n"
          "  1  internal: the server or this program made a mistake\n"
          "  2  usage: the command line is wrong\n"
          "  3  not found: no such user, concert, reservation ...\n"
          "  4  refused by the state: seat taken, hold expired, balance too small, id reused ...\n"
          "  5  not allowed: token missing, unknown, waiting or expired; admin socket needed\n"
          "  6  busy or used up: queue full, server busy, no room; try again later\n"
          "  7  unreachable, or no answer in time; a change is safe to repeat with the same --id\n"
          "  8  invalid: the server or this program can't accept a value\n",
          out);
}

void help_print_all(FILE *out)
{
    fputs("onsale -- sells concert tickets: queue, seats, payment.\n"
          "\n"
          "Usage: onsale [OPTIONS] COMMAND [ARGUMENTS]\n"
          "       onsale COMMAND --help\n",
          out);
    for (size_t i = 0; command_groups[i] != NULL; i++) {
        fputs(i == 0 ? "\nCommands:\n" : "\n", out);
        print_commands(out, command_groups[i]);
    }
    print_parameters(out, "Options of every command", global_parameters, true);
    fputs("\nWith --json an answer is one JSON document on stdout, a refusal one on stderr: field\n"
          "names in lowerCamelCase, 64-bit numbers as strings, enums by name. Tokens and ids are\n"
          "written as this command takes them (56 hex digits, UUID), all other bytes in base64.\n",
          out);
    print_exit_codes(out);
}

static bool begins_with_word(const char *words, const char *word)
{
    size_t length = strlen(word);
    return strncmp(words, word, length) == 0 && (words[length] == ' ' || words[length] == '\0');
}

bool help_print_group(FILE *out, const char *word)
{
    bool found = false;
    for (size_t i = 0; command_groups[i] != NULL; i++) {
        for (const struct command *command = command_groups[i]; command->words != NULL; command++) {
            if (!begins_with_word(command->words, word)) continue;
            if (!found) fprintf(out, "Commands:\n");
            found = true;
            print_row(out, command->words, command->summary);
        }
    }
    return found;
}

static void print_usage(FILE *out, const struct command *command)
{
    fprintf(out, "Usage: onsale %s", command->words);
    for (size_t i = 0; command->parameters[i] != NULL; i++) {
        char text[80];
        if (!command->parameters[i]->required) continue;
        parameter_left_side(command->parameters[i], text);
        fprintf(out, " %s", text);
    }
    fputs(" [OPTIONS]\n", out);
}

void help_print_command(FILE *out, const struct command *command)
{
    fprintf(out, "%s\n\n", command->summary);
    print_usage(out, command);
    if (command->help != NULL) fprintf(out, "\n%s", command->help);
    print_parameters(out, "Arguments", command->parameters, false);
    print_parameters(out, "Options", command->parameters, true);
    print_parameters(out, "Options of every command", global_parameters, true);
    fputs("\nExit codes: see onsale --help\n", out);
}
