/* origins.h -- Pages of which other origins may call: --cors-origin. */
#ifndef GATEWAY_ORIGINS_H
#define GATEWAY_ORIGINS_H

#include <stdbool.h>
#include <stddef.h>

enum { ORIGINS_MAX = 16, ORIGIN_BYTES = 256 };

/** Origins as browsers send them, "https://shop.example"; or "*" for any. */
struct origins {
    size_t count;
    char list[ORIGINS_MAX][ORIGIN_BYTES];
};

/** Adds one. @return What is wrong with it, or NULL. */
const char *origins_add(struct origins *origins, const char *origin);

/** Whether pages of this origin may. @param origin  NULL: no page asks, so false. */
bool origins_have(const struct origins *origins, const char *origin);

#endif
