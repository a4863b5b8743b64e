#include "gateway/origins.h"

#include <string.h>
#include <strings.h>

/* Scheme and authority, nothing behind. */
static bool is_origin(const char *text)
{
    size_t scheme = strncmp(text, "http://", 7) == 0    ? 7
                    : strncmp(text, "https://", 8) == 0 ? 8
                                                        : 0;
    if (scheme == 0 || text[scheme] == '\0') return false;
    for (const char *at = text + scheme; *at != '\0'; at++)
        if (*at <= ' ' || *at > '~' || strchr("/?#@\"", *at) != NULL) return false;
    return true;
}

const char *origins_add(struct origins *origins, const char *origin)
{
    if (strcmp(origin, "*") != 0 && !is_origin(origin))
        return "must be an origin, such as https://shop.example, or *";
    if (strlen(origin) >= ORIGIN_BYTES) return "must have 1..255 characters";
    if (origins->count == ORIGINS_MAX) return "is given too often: 16 times at most";
    strcpy(origins->list[origins->count++], origin);
    return NULL;
}

bool origins_have(const struct origins *origins, const char *origin)
{
    for (size_t i = 0; origin != NULL && i < origins->count; i++)
        if (strcmp(origins->list[i], "*") == 0 || strcasecmp(origins->list[i], origin) == 0)
            return true;
    return false;
}
