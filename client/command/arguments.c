#include "client/command/arguments.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/require.h"
#include "text/name.h"

/* Values of struct option are places of parameters, moved clear of characters. */
enum { OPTION_BASE = 1000 };

void arguments_expect(struct arguments *arguments, const struct parameter *const *parameters)
{
    for (; *parameters != NULL; parameters++) {
        REQUIRE(arguments->count < PARAMETERS_MAX);
        arguments->parameters[arguments->count++] = *parameters;
    }
}

static void fill_options(const struct arguments *arguments,
                         struct option ret_options[PARAMETERS_MAX + 1])
{
    size_t count = 0;
    for (size_t i = 0; i < arguments->count; i++) {
        const struct parameter *parameter = arguments->parameters[i];
        if (parameter->option == NULL) continue;
        ret_options[count++] = (struct option){
            .name = parameter->option,
            .has_arg = parameter->kind == PARAMETER_FLAG ? no_argument : required_argument,
            .val = OPTION_BASE + (int)i,
        };
    }
    ret_options[count] = (struct option){0};
}

static bool take_option(struct arguments *arguments, int found, const char *word,
                        char ret_problem[PROBLEM_BYTES])
{
    if (found < OPTION_BASE) {
        snprintf(ret_problem, PROBLEM_BYTES,
                 found == ':' ? "%.*s needs a value" : "there is no option %.*s",
                 text_head(word, 100), word);
        return false;
    }
    int place = found - OPTION_BASE;
    return value_parse(arguments->parameters[place], optarg == NULL ? "" : optarg,
                       &arguments->values[place], ret_problem);
}

static bool take_options(struct arguments *arguments, const char *short_options, int argc,
                         char **argv, char ret_problem[PROBLEM_BYTES])
{
    struct option options[PARAMETERS_MAX + 1];
    fill_options(arguments, options);
    optind = 0; /* glibc: begin anew */
    opterr = 0;
    int found;
    while ((found = getopt_long(argc, argv, short_options, options, NULL)) != -1)
        if (!take_option(arguments, found, argv[optind - 1], ret_problem)) return false;
    return true;
}

bool arguments_parse_leading(struct arguments *arguments, int argc, char **argv, int *ret_place,
                             char ret_problem[PROBLEM_BYTES])
{
    if (!take_options(arguments, "+:", argc, argv, ret_problem)) return false;
    *ret_place = optind;
    return true;
}

static bool take_repeated(struct arguments *arguments, size_t place, int argc, char **argv,
                          char ret_problem[PROBLEM_BYTES])
{
    arguments->repeated = argv;
    arguments->repeated_count = (size_t)argc;
    for (int i = 0; i < argc; i++)
        if (!value_parse(arguments->parameters[place], argv[i], &arguments->values[place],
                         ret_problem))
            return false;
    return true;
}

bool arguments_parse(struct arguments *arguments, int argc, char **argv,
                     char ret_problem[PROBLEM_BYTES])
{
    if (!take_options(arguments, ":", argc, argv, ret_problem)) return false;
    int next = optind;
    for (size_t i = 0; i < arguments->count && next < argc; i++) {
        const struct parameter *parameter = arguments->parameters[i];
        if (parameter->option != NULL) continue;
        if (parameter->repeated)
            return take_repeated(arguments, i, argc - next, argv + next, ret_problem);
        if (!value_parse(parameter, argv[next++], &arguments->values[i], ret_problem)) return false;
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
    if (value->text == NULL && text != NULL && text[0] != '\0')
        return value_parse(parameter, text, value, ret_problem);
    if (value->text != NULL || !parameter->required) return true;
    if (parameter->option == NULL)
        snprintf(ret_problem, PROBLEM_BYTES, "%s is missing", parameter->value);
    else
        snprintf(ret_problem, PROBLEM_BYTES, "--%s is missing", parameter->option);
    return false;
}

bool arguments_complete(struct arguments *arguments, char ret_problem[PROBLEM_BYTES])
{
    for (size_t i = 0; i < arguments->count; i++)
        if (!complete_one(arguments->parameters[i], &arguments->values[i], ret_problem))
            return false;
    return true;
}

const struct value *arguments_find(const struct arguments *arguments,
                                   const struct parameter *parameter)
{
    for (size_t i = 0; i < arguments->count; i++)
        if (arguments->parameters[i] == parameter)
            return arguments->values[i].text == NULL ? NULL : &arguments->values[i];
    return NULL;
}

uint64_t arguments_number(const struct arguments *arguments, const struct parameter *parameter,
                          uint64_t otherwise)
{
    const struct value *value = arguments_find(arguments, parameter);
    return value == NULL ? otherwise : value->number;
}

const char *arguments_text(const struct arguments *arguments, const struct parameter *parameter)
{
    const struct value *value = arguments_find(arguments, parameter);
    return value == NULL ? NULL : value->text;
}
