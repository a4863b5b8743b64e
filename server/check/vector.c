#include "server/check/vector.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"

enum { CAPACITY_FIRST = 64 };

static bool grow(struct vector *vector)
{
    size_t capacity = vector->capacity == 0 ? CAPACITY_FIRST : vector->capacity * 2;
    unsigned char *items = reallocarray(vector->items, capacity, vector->item_bytes);
    if (items == NULL) return false;
    vector->items = items;
    vector->capacity = capacity;
    return true;
}

void *vector_add(struct vector *vector)
{
    REQUIRE(vector->item_bytes > 0);
    if (vector->count == vector->capacity && !grow(vector)) return NULL;
    void *item = vector->items + vector->count++ * vector->item_bytes;
    return memset(item, 0, vector->item_bytes);
}

void *vector_at(const struct vector *vector, size_t index)
{
    REQUIRE(index < vector->count);
    return vector->items + index * vector->item_bytes;
}

void *vector_find(const struct vector *vector, const void *key,
                  int (*compare)(const void *key, const void *item))
{
    if (vector->count == 0) return NULL;
    return bsearch(key, vector->items, vector->count, vector->item_bytes, compare);
}

void vector_free(struct vector *vector)
{
    free(vector->items);
    *vector = (struct vector){.item_bytes = vector->item_bytes};
}
