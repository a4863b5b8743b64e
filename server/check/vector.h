/* vector.h -- A vector: an array that grows, of items of one size. */
#ifndef SERVER_CHECK_VECTOR_H
#define SERVER_CHECK_VECTOR_H

#include <stddef.h>

struct vector {
    size_t item_bytes;
    size_t count;
    size_t capacity;
    unsigned char *items;
};

/** @return A new, cleared item at the end, valid until the next is added; NULL if memory is out. */
void *vector_add(struct vector *vector);

/** @param index  0..count-1. */
void *vector_at(const struct vector *vector, size_t index);

/** Finds an item of a vector that is in the order of `compare`, which is given the key first.
 * @return NULL if there is none. */
void *vector_find(const struct vector *vector, const void *key,
                  int (*compare)(const void *key, const void *item));

void vector_free(struct vector *vector);

#endif
