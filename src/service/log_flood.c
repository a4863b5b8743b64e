#include "service/log_flood.h"

#include <stddef.h>

static bool is_over(const struct log_flood_kind *kind, int64_t now_ms)
{
    return now_ms - kind->since_ms >= LOG_FLOOD_MS;
}

/* The place of a kind; else a free one, or one with nothing to tell that is over. */
static struct log_flood_kind *place_of(struct log_flood *flood, const void *name, int64_t now_ms)
{
    struct log_flood_kind *place = NULL;
    for (size_t i = 0; i < LOG_FLOOD_KINDS; i++) {
        struct log_flood_kind *kind = &flood->kinds[i];
        if (kind->name == name) return kind;
        if (kind->name == NULL || (is_over(kind, now_ms) && kind->held_back == 0)) place = kind;
    }
    return place;
}

bool log_flood_admits(struct log_flood *flood, const void *name, int64_t now_ms,
                      uint32_t *ret_held_back)
{
    struct log_flood_kind *kind = place_of(flood, name, now_ms);
    *ret_held_back = 0;
    if (kind == NULL) return true;
    if (kind->name != name || is_over(kind, now_ms)) {
        if (kind->name == name) *ret_held_back = kind->held_back;
        *kind = (struct log_flood_kind){.name = name, .since_ms = now_ms};
    }
    if (kind->said < LOG_FLOOD_SAID_MAX) {
        kind->said++;
        return true;
    }
    kind->held_back++;
    return false;
}

const void *log_flood_take(struct log_flood *flood, int64_t now_ms, uint32_t *ret_held_back)
{
    for (size_t i = 0; i < LOG_FLOOD_KINDS; i++) {
        struct log_flood_kind *kind = &flood->kinds[i];
        if (kind->name == NULL || kind->held_back == 0 || !is_over(kind, now_ms)) continue;
        const void *name = kind->name;
        *ret_held_back = kind->held_back;
        *kind = (struct log_flood_kind){0};
        return name;
    }
    return NULL;
}
