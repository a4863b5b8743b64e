#include "client/command/help.h"

#include <string.h>

#include "client/command/output.h"
#include "client/command/settings.h"

enum { RIGHT_COLUMN = 24, RIGHT_WIDTH_MIN = 34, NARROW_COLUMN = 8, LEFT_BYTES = 80 };

/* Text at the right of a word, or below it where the word is long or the terminal narrow. */
static void print_row(FILE *out, size_t width, const char *left, const char *right)
{
    size_t column = width < RIGHT_COLUMN + RIGHT_WIDTH_MIN ? NARROW_COLUMN : RIGHT_COLUMN;
    size_t taken = strlen(left) + 4;
    output_print(out, "  %s", left);
    if (taken > column) fputc('\n', out);
    output_print(out, "%*s", (int)(taken > column ? column : column - taken + 2), "");
    output_wrapped(out, right, column, width);
}

static void left_side(const struct parameter *parameter, char text[LEFT_BYTES])
{
    const char *value = parameter->value == NULL ? "" : parameter->value;
    if (parameter->option == NULL)
        snprintf(text, LEFT_BYTES, "%s%s", value, parameter->need == NEED_REPEATED ? "..." : "");
    else
        snprintf(text, LEFT_BYTES, "--%s%s%s", parameter->option, value[0] == '\0' ? "" : " ",
                 value);
}

static void print_parameter(FILE *out, size_t width, const struct parameter *parameter)
{
    char left[LEFT_BYTES], right[256];
    bool has_variable = parameter->environment != NULL;
    left_side(parameter, left);
    snprintf(right, sizeof right, "%s%s%s%s", parameter->help, has_variable ? " [" : "",
             has_variable ? parameter->environment : "", has_variable ? "]" : "");
    print_row(out, width, left, right);
}

static void print_parameters(FILE *out, size_t width, const char *title, const uint8_t *names,
                             bool options)
{
    bool begun = false;
    for (; *names != PARAMETER_NONE; names++) {
        if ((parameters[*names].option != NULL) != options) continue;
        if (!begun) fprintf(out, "\n%s:\n", title);
        begun = true;
        print_parameter(out, width, &parameters[*names]);
    }
}

static void print_exit_codes(FILE *out, size_t width)
{
    static const char *const codes[] = {
        "0 done",
        "1 internal: the server or this program made a mistake",
        "2 usage: the command line is wrong",
        "3 not found: no such user, concert, reservation ...",
        "4 refused by the state: seat taken, hold expired, balance too small, id reused ...",
        "5 not allowed: token missing, unknown, waiting or expired; admin socket needed",
        "6 busy or used up: queue full, server busy, no room; try again later",
        "7 unreachable, or no answer in time; a change is safe to repeat with the same --id",
        "8 invalid: the server or this program can't accept a value",
    };
    fputs("\nExit codes:\n", out);
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        fprintf(out, "  %c  ", codes[i][0]);
        output_wrapped(out, codes[i] + 2, 5, width);
    }
}

static void print_commands(FILE *out, size_t width)
{
    fputs("\nCommands:\n", out);
    for (size_t i = 0; i < commands_count; i++)
        print_row(out, width, commands[i].words, commands[i].summary);
    print_row(out, width, "help [WORDS]", "Print help, of a command or of all that begin so.");
}

void help_print_all(FILE *out, size_t width)
{
    output_wrapped(out,
                   "onsale -- sells concert tickets: queue, seats, payment.\n"
                   "\n"
                   "Usage: onsale [OPTIONS] COMMAND [ARGUMENTS]\n"
                   "       onsale help COMMAND",
                   0, width);
    print_commands(out, width);
    print_parameters(out, width, "Options of every command", global_parameters, true);
    fputc('\n', out);
    output_wrapped(
        out,
        "With --json an answer is one JSON document on stdout, a refusal one on stderr: "
        "field names in lowerCamelCase, 64-bit numbers as strings, enums by name. Tokens "
        "and ids are written as this command takes them (56 hex digits, UUID), all other "
        "bytes in base64.\n\n"
        "On a terminal tables fit its width, and what is longer than the screen is shown "
        "by $PAGER, or by less if that is not set; by none if it is empty or cat, or if "
        "TERM is dumb. Into a file or a pipe everything goes as it is, a row of a table "
        "in a line, unless COLUMNS says how wide.",
        0, width);
    print_exit_codes(out, width);
}

bool help_print_group(FILE *out, size_t width, int argc, char **argv)
{
    bool found = false;
    for (size_t i = 0; i < commands_count; i++) {
        if (!command_begins_with(&commands[i], argc, argv)) continue;
        if (!found) fprintf(out, "Commands:\n");
        found = true;
        print_row(out, width, commands[i].words, commands[i].summary);
    }
    return found;
}

static void print_usage(FILE *out, size_t width, const struct command *command)
{
    char usage[512];
    size_t length = (size_t)snprintf(usage, sizeof usage, "onsale %s", command->words);
    for (const uint8_t *name = command->takes; *name != PARAMETER_NONE; name++) {
        char text[LEFT_BYTES];
        bool is_needed = parameter_is_needed(&parameters[*name]);
        if (!is_needed && parameters[*name].option != NULL) continue;
        left_side(&parameters[*name], text);
        length += (size_t)snprintf(usage + length, sizeof usage - length,
                                   is_needed ? " %s" : " [%s]", text);
    }
    snprintf(usage + length, sizeof usage - length, " [OPTIONS]");
    fputs("Usage: ", out);
    output_wrapped(out, usage, strlen("Usage: "), width);
}

void help_print_command(FILE *out, size_t width, const struct command *command)
{
    output_wrapped(out, command->summary, 0, width);
    fputc('\n', out);
    print_usage(out, width, command);
    if (command->help != NULL) fputc('\n', out);
    if (command->help != NULL) output_wrapped(out, command->help, 0, width);
    print_parameters(out, width, "Arguments", command->takes, false);
    print_parameters(out, width, "Options", command->takes, true);
    print_parameters(out, width, "Options of every command", global_parameters, true);
    fputs("\nExit codes: see onsale --help\n", out);
}
