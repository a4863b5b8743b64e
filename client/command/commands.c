#include <stddef.h>
#include <string.h>

#include "client/command/command.h"

const struct command *const command_groups[] = {
    queue_commands, wallet_commands, catalog_commands, reservation_commands, payment_commands,
    event_commands, health_commands, admin_commands,   policy_commands,      stop_commands,
    NULL,
};

/* How many of the words are those of the command: all of them, or 0. */
static int words_matching(const struct command *command, int argc, char **argv)
{
    const char *words = command->words;
    for (int i = 0; i < argc; i++) {
        size_t length = strcspn(words, " ");
        if (strlen(argv[i]) != length || memcmp(argv[i], words, length) != 0) return 0;
        if (words[length] == '\0') return i + 1;
        words += length + 1;
    }
    return 0;
}

const struct command *command_find(int argc, char **argv, int *ret_words)
{
    const struct command *best = NULL;
    int best_words = 0;
    for (size_t i = 0; command_groups[i] != NULL; i++) {
        for (const struct command *command = command_groups[i]; command->words != NULL; command++) {
            int words = words_matching(command, argc, argv);
            if (words <= best_words) continue;
            best = command;
            best_words = words;
        }
    }
    if (best != NULL) *ret_words = best_words;
    return best;
}
