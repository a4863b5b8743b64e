#include "client/command/arguments.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "client/command/suggestion.h"
#include "text/name.h"

/* Values of struct option are names of parameters, moved clear of characters. */
enum { OPTION_BASE = 1000, OPTION_TEXT_BYTES = 64 };

void arguments_expect(struct arguments *arguments, const uint8_t *list)
{
    for (; *list != PARAMETER_NONE; list++) {
        REQUIRE(arguments->count < PARAMETER_COUNT);
        arguments->expected[arguments->count++] = *list;
    }
}

static void fill_options(const struct arguments *arguments,
                         struct option ret_options[PARAMETER_COUNT + 1])
{
    size_t count = 0;
    for (size_t i = 0; i < arguments->count; i++) {
        const struct parameter *parameter = &parameters[arguments->expected[i]];
        if (parameter->option == NULL) continue;
        ret_options[count++] = (struct option){
            .name = parameter->option,
            .has_arg = parameter->kind == KIND_FLAG ? no_argument : required_argument,
            .val = OPTION_BASE + (int)arguments->expected[i],
        };
    }
    ret_options[count] = (struct option){0};
}

/* Says that there is no such option, and which may have been meant. */
static void name_unknown(const struct arguments *arguments, const char *word,
                         char ret_problem[PROBLEM_BYTES])
{
    char typed[OPTION_TEXT_BYTES], names[PARAMETER_COUNT][OPTION_TEXT_BYTES];
    struct suggestion suggestion = {.typed = typed};
    snprintf(typed, sizeof typed, "%.*s", (int)strcspn(word, "="), word);
    for (size_t i = 0; i < arguments->count; i++) {
        const struct parameter *parameter = &parameters[arguments->expected[i]];
        if (parameter->option == NULL) continue;
        snprintf(names[i], sizeof names[i], "--%s", parameter->option);
        suggestion_offer(&suggestion, names[i]);
    }
    bool is_near = suggestion.best != NULL;
    snprintf(ret_problem, PROBLEM_BYTES, "there is no option %.*s%s%s%s", text_head(word, 100),
             word, is_near ? "; did you mean " : "", is_near ? suggestion.best : "",
             is_near ? "?" : "");
}

static bool is_expected(const struct arguments *arguments, enum parameter_name name)
{
    for (size_t i = 0; i < arguments->count; i++)
        if (arguments->expected[i] == name) return true;
    return false;
}

/* Letters stand for options. */
static int option_of_letter(const struct arguments *arguments, int found)
{
    if (found == 'h') return OPTION_BASE + PARAMETER_HELP;
    if (found == 'H')
        return is_expected(arguments, PARAMETER_HEADER) ? OPTION_BASE + PARAMETER_HEADER : '?';
    return found;
}

static bool take_one_more(struct arguments *arguments, const struct parameter *parameter,
                          const char *text, char ret_problem[PROBLEM_BYTES])
{
    if (arguments->many_count == ARGUMENTS_MANY_MAX) {
        snprintf(ret_problem, PROBLEM_BYTES, "--%s is given too often: %d times at most",
                 parameter->option, ARGUMENTS_MANY_MAX);
        return false;
    }
    arguments->many[arguments->many_count++] = text;
    return true;
}

static bool take_option(struct arguments *arguments, int found, const char *word,
                        char ret_problem[PROBLEM_BYTES])
{
    if (found == 'H' && !is_expected(arguments, PARAMETER_HEADER)) word = "-H";
    found = option_of_letter(arguments, found);
    if (found == ':')
        snprintf(ret_problem, PROBLEM_BYTES, "%.*s needs a value", text_head(word, 100), word);
    else if (found < OPTION_BASE)
        name_unknown(arguments, word, ret_problem);
    if (found < OPTION_BASE) return false;
    int name = found - OPTION_BASE;
    const char *text = optarg == NULL ? "" : optarg;
    return value_parse(&parameters[name], text, &arguments->values[name], ret_problem) &&
           (parameters[name].need != NEED_MANY ||
            take_one_more(arguments, &parameters[name], text, ret_problem));
}

static bool take_options(struct arguments *arguments, const char *short_options, int argc,
                         char **argv, char ret_problem[PROBLEM_BYTES])
{
    struct option options[PARAMETER_COUNT + 1];
    fill_options(arguments, options);
    optind = 0; /* glibc: begin anew */
    opterr = 0;
    int found, at = 1;
    while ((found = getopt_long(argc, argv, short_options, options, NULL)) != -1) {
        /* Of letters that stand together getopt counts the word when it is done with the last. */
        const char *word = optind > at ? argv[optind - 1] : argv[optind];
        if (!take_option(arguments, found, word, ret_problem)) return false;
        at = optind;
    }
    return true;
}

bool arguments_parse_leading(struct arguments *arguments, int argc, char **argv, int *ret_place,
                             char ret_problem[PROBLEM_BYTES])
{
    if (!take_options(arguments, "+:hH:", argc, argv, ret_problem)) return false;
    *ret_place = optind;
    return true;
}

static bool take_repeated(struct arguments *arguments, enum parameter_name name, int argc,
                          char **argv, char ret_problem[PROBLEM_BYTES])
{
    arguments->repeated = argv;
    arguments->repeated_count = (size_t)argc;
    for (int i = 0; i < argc; i++)
        if (!value_parse(&parameters[name], argv[i], &arguments->values[name], ret_problem))
            return false;
    return true;
}

bool arguments_parse(struct arguments *arguments, int argc, char **argv,
                     char ret_problem[PROBLEM_BYTES])
{
    if (!take_options(arguments, ":hH:", argc, argv, ret_problem)) return false;
    int next = optind;
    for (size_t i = 0; i < arguments->count && next < argc; i++) {
        enum parameter_name name = arguments->expected[i];
        if (parameters[name].option != NULL) continue;
        if (parameters[name].need == NEED_REPEATED)
            return take_repeated(arguments, name, argc - next, argv + next, ret_problem);
        if (!value_parse(&parameters[name], argv[next++], &arguments->values[name], ret_problem))
            return false;
    }
    if (next < argc)
        snprintf(ret_problem, PROBLEM_BYTES, "'%.*s' is too much", text_head(argv[next], 100),
                 argv[next]);
    return next >= argc;
}

static bool complete_one(const struct parameter *parameter, struct value *value,
                         char ret_problem[PROBLEM_BYTES])
{
    const char *text = parameter->environment == NULL ? NULL : getenv(parameter->environment);
    if (value->text == NULL && text != NULL && text[0] != '\0') {
        char problem[PROBLEM_BYTES];
        if (value_parse(parameter, text, value, problem)) return true;
        snprintf(ret_problem, PROBLEM_BYTES, "%.200s in %s", problem, parameter->environment);
        return false;
    }
    if (value->text != NULL || !parameter_is_needed(parameter)) return true;
    bool is_option = parameter->option != NULL;
    snprintf(ret_problem, PROBLEM_BYTES, "%s%s is missing", is_option ? "--" : "",
             is_option ? parameter->option : parameter->value);
    return false;
}

bool arguments_complete(struct arguments *arguments, char ret_problem[PROBLEM_BYTES])
{
    for (size_t i = 0; i < arguments->count; i++) {
        enum parameter_name name = arguments->expected[i];
        if (!complete_one(&parameters[name], &arguments->values[name], ret_problem)) return false;
    }
    return true;
}

const struct value *arguments_find(const struct arguments *arguments, enum parameter_name name)
{
    return arguments->values[name].text == NULL ? NULL : &arguments->values[name];
}

bool arguments_has(const struct arguments *arguments, enum parameter_name name)
{
    return arguments_find(arguments, name) != NULL;
}

uint64_t arguments_number(const struct arguments *arguments, enum parameter_name name,
                          uint64_t otherwise)
{
    const struct value *value = arguments_find(arguments, name);
    return value == NULL ? otherwise : value->number;
}

const char *arguments_text(const struct arguments *arguments, enum parameter_name name)
{
    const struct value *value = arguments_find(arguments, name);
    return value == NULL ? NULL : value->text;
}
