/* suggestion.h -- "Did you mean": finds the word nearest to a mistyped one. Pure. */
#ifndef CLIENT_COMMAND_SUGGESTION_H
#define CLIENT_COMMAND_SUGGESTION_H

#include <stddef.h>

/** Zeroed but for `typed`, it is ready. */
struct suggestion {
    const char *typed;
    const char *best; /* borrowed; NULL: nothing is near enough */
    size_t distance;  /* of `best` */
};

/** Letters to insert, leave out, change, or swap with the next one, to make one text of another;
 * a large number for texts of more than 63 bytes. */
size_t edit_distance(const char *from, const char *to);

/** Offers a right word. The nearest one is kept, of several the first, if at most a third of the
 * letters are wrong. One that begins with all that was typed counts as one letter away. */
void suggestion_offer(struct suggestion *suggestion, const char *word);

#endif
