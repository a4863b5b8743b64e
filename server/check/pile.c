#include "server/check/pile.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"

enum { CAPACITY_FIRST = 64 };

static bool grow(struct pile *pile)
{
    size_t capacity = pile->capacity == 0 ? CAPACITY_FIRST : pile->capacity * 2;
    unsigned char *items = reallocarray(pile->items, capacity, pile->item_bytes);
    if (items == NULL) return false;
    pile->items = items;
    pile->capacity = capacity;
    return true;
}

void *pile_add(struct pile *pile)
{
    REQUIRE(pile->item_bytes > 0);
    if (pile->count == pile->capacity && !grow(pile)) return NULL;
    void *item = pile->items + pile->count++ * pile->item_bytes;
    return memset(item, 0, pile->item_bytes);
}

void *pile_at(const struct pile *pile, size_t index)
{
    REQUIRE(index < pile->count);
    return pile->items + index * pile->item_bytes;
}

void *pile_find(const struct pile *pile, const void *key,
                int (*compare)(const void *key, const void *item))
{
    if (pile->count == 0) return NULL;
    return bsearch(key, pile->items, pile->count, pile->item_bytes, compare);
}

void pile_free(struct pile *pile)
{
    free(pile->items);
    *pile = (struct pile){.item_bytes = pile->item_bytes};
}
