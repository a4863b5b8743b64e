#include <stdio.h>
#include <string.h>

#include "client/command/command.h"
#include "client/command/suggestion.h"

enum { WORDS_BYTES = 64 };

/* As the rows of commands.def call the parameters. */
enum {
#define PARAMETER(name, option, value, kind, min, max, need, field, environment, help)             \
    name = PARAMETER_##name,
#include "client/command/parameters.def"
#undef PARAMETER
};

#define TAKES(...) .takes = {__VA_ARGS__}
const struct command commands[] = {
#define COMMAND(words_, method_, takes_, summary_, ...)                                            \
    {.words = words_,                                                                              \
     .method = &onsale_##method_##_method,                                                         \
     takes_,                                                                                       \
     .summary = summary_,                                                                          \
     __VA_ARGS__},
#define TOOL(words_, takes_, summary_, ...)                                                        \
    {.words = words_, takes_, .summary = summary_, __VA_ARGS__},
#include "client/command/commands.def"
#undef COMMAND
#undef TOOL
};
const size_t commands_count = sizeof commands / sizeof commands[0];

/* Whether the first of the words that are still to come is this one. */
static bool word_is(const char *words, const char *word)
{
    size_t length = strcspn(words, " ");
    return strlen(word) == length && memcmp(word, words, length) == 0;
}

/* How many of the words the command begins with: all that are there, of either; 0 if one differs.
 * @param ret_ends  Whether the command has no more words. */
static int words_matching(const struct command *command, int argc, char **argv, bool *ret_ends)
{
    const char *words = command->words;
    int matching = 0;
    *ret_ends = false;
    while (matching < argc && !*ret_ends) {
        if (!word_is(words, argv[matching])) return 0;
        matching++;
        words += strcspn(words, " ");
        *ret_ends = words[0] == '\0';
        if (!*ret_ends) words++;
    }
    return matching;
}

bool command_begins_with(const struct command *command, int argc, char **argv)
{
    bool ends;
    return argc == 0 || words_matching(command, argc, argv, &ends) == argc;
}

const struct command *command_find(int argc, char **argv, int *ret_words)
{
    const struct command *best = NULL;
    int best_words = 0;
    bool ends;
    for (size_t i = 0; i < commands_count; i++) {
        int words = words_matching(&commands[i], argc, argv, &ends);
        if (!ends || words <= best_words) continue;
        best = &commands[i];
        best_words = words;
    }
    if (best != NULL) *ret_words = best_words;
    return best;
}

/* How much of a command was typed, if with mistakes. */
struct likeness {
    int words;
    size_t distance;
};

static struct likeness likeness_of(const struct command *command, int argc, char **argv)
{
    struct likeness likeness = {0};
    const char *words = command->words;
    for (; likeness.words < argc && words[0] != '\0'; likeness.words++) {
        char word[WORDS_BYTES];
        struct suggestion suggestion = {.typed = argv[likeness.words]};
        size_t length = strcspn(words, " ");
        snprintf(word, sizeof word, "%.*s", (int)length, words);
        suggestion_offer(&suggestion, word);
        if (suggestion.best == NULL) break;
        likeness.distance += suggestion.distance;
        words += length + (words[length] == ' ');
    }
    return likeness;
}

/* The only command that has a word, in whatever place. */
static const struct command *find_by_word(const char *word)
{
    const struct command *found = NULL;
    for (size_t i = 0; i < commands_count; i++) {
        const char *words = commands[i].words;
        while (!word_is(words, word) && strchr(words, ' ') != NULL)
            words = strchr(words, ' ') + 1;
        if (!word_is(words, word)) continue;
        if (found != NULL) return NULL;
        found = &commands[i];
    }
    return found;
}

/* The command that is most like the words; NULL if the first word is like none. */
static const struct command *find_most_alike(int argc, char **argv, struct likeness *ret_likeness)
{
    const struct command *found = NULL;
    *ret_likeness = (struct likeness){0};
    for (size_t i = 0; i < commands_count; i++) {
        struct likeness likeness = likeness_of(&commands[i], argc, argv);
        if (likeness.words < ret_likeness->words || likeness.words == 0) continue;
        if (likeness.words == ret_likeness->words && likeness.distance >= ret_likeness->distance)
            continue;
        *ret_likeness = likeness;
        found = &commands[i];
    }
    return found;
}

const char *command_suggest(int argc, char **argv, bool *ret_differs)
{
    static char words[WORDS_BYTES];
    struct likeness likeness;
    const struct command *found = find_most_alike(argc, argv, &likeness);
    *ret_differs = found == NULL || likeness.distance > 0;
    if (found != NULL && *ret_differs) { /* "stats" is no mistyped "seat" */
        const struct command *of_word = find_by_word(argv[0]);
        if (of_word != NULL) return of_word->words;
    }
    if (argc > 1 && likeness.words < 2) { /* "list concerts" */
        struct likeness swapped_likeness;
        char *swapped[] = {argv[1], argv[0]};
        const struct command *other = find_most_alike(2, swapped, &swapped_likeness);
        if (swapped_likeness.words == 2) {
            found = other;
            likeness = swapped_likeness;
            *ret_differs = true;
        }
    }
    if (found == NULL) { /* "stats" */
        found = argc == 0 ? NULL : find_by_word(argv[0]);
        return found == NULL ? NULL : found->words;
    }
    const char *end = found->words;
    for (int i = 0; i < likeness.words; i++)
        end += (*end == ' ') + strcspn(end + (*end == ' '), " ");
    snprintf(words, sizeof words, "%.*s", (int)(end - found->words), found->words);
    return words;
}
