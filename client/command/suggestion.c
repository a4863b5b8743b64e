#include "client/command/suggestion.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { WORD_BYTES_MAX = 63, PREFIX_BYTES_MIN = 3 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t edit_distance(const char *from, const char *to)
{
    size_t rows = strlen(from), columns = strlen(to);
    size_t cost[WORD_BYTES_MAX + 1][WORD_BYTES_MAX + 1];
    if (rows > WORD_BYTES_MAX || columns > WORD_BYTES_MAX) return SIZE_MAX;
    for (size_t i = 0; i <= rows; i++)
        cost[i][0] = i;
    for (size_t j = 0; j <= columns; j++)
        cost[0][j] = j;
    for (size_t i = 1; i <= rows; i++) {
        for (size_t j = 1; j <= columns; j++) {
            size_t change = cost[i - 1][j - 1] + (from[i - 1] != to[j - 1]);
            cost[i][j] = least(change, least(cost[i - 1][j], cost[i][j - 1]) + 1);
            bool is_swapped =
                i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
            if (is_swapped) cost[i][j] = least(cost[i][j], cost[i - 2][j - 2] + 1);
        }
    }
    return cost[rows][columns];
}

void suggestion_offer(struct suggestion *suggestion, const char *word)
{
    size_t length = strlen(suggestion->typed);
    size_t distance = edit_distance(suggestion->typed, word);
    if (distance == SIZE_MAX) return;
    bool begins_so = length >= PREFIX_BYTES_MIN && strncmp(word, suggestion->typed, length) == 0;
    if (begins_so && distance > 1) distance = 1;
    if (distance > (length + 2) / 3) return;
    if (suggestion->best != NULL && suggestion->distance <= distance) return;
    suggestion->best = word;
    suggestion->distance = distance;
}
