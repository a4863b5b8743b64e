/* pile.h -- An array that grows: its items are of one size and found by their order. */
#ifndef SERVER_CHECK_PILE_H
#define SERVER_CHECK_PILE_H

#include <stddef.h>

struct pile {
    size_t item_bytes;
    size_t count;
    size_t capacity;
    unsigned char *items;
};

/** @return A new, cleared item at the end, valid until the next is added; NULL if memory is out. */
void *pile_add(struct pile *pile);

/** @param index  0..count-1. */
void *pile_at(const struct pile *pile, size_t index);

/** Finds an item of a pile that is in the order of `compare`, which is given the key first.
 * @return NULL if there is none. */
void *pile_find(const struct pile *pile, const void *key,
                int (*compare)(const void *key, const void *item));

void pile_free(struct pile *pile);

#endif
