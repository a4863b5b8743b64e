/* log_flood.h -- Keeps a log readable when the same line comes again and again: a few of a kind are
 * said in a while, and how many were not when it is over. Pure; one thread at a time. */
#ifndef SERVICE_LOG_FLOOD_H
#define SERVICE_LOG_FLOOD_H

#include <stdbool.h>
#include <stdint.h>

enum { LOG_FLOOD_KINDS = 64, LOG_FLOOD_SAID_MAX = 10, LOG_FLOOD_MS = 10 * 1000 };

struct log_flood_kind {
    const void *name; /* NULL: the place is free */
    int64_t since_ms; /* when the first of this while came */
    uint32_t said;
    uint32_t held_back;
};

/** Zeroed at the start. */
struct log_flood {
    struct log_flood_kind kinds[LOG_FLOOD_KINDS];
};

/** Whether a line is to be said.
 * @param name           What it is a repeat of: an address.
 * @param now_ms         Of a clock that does not jump, here and below.
 * @param ret_held_back  Of its kind in the while before, to be logged first; 0 if none were. */
bool log_flood_admits(struct log_flood *flood, const void *name, int64_t now_ms,
                      uint32_t *ret_held_back);

/** Finds a kind of which lines were held back and whose while is over, and forgets it.
 * @return Its name; NULL if there is none (any more). */
const void *log_flood_take(struct log_flood *flood, int64_t now_ms, uint32_t *ret_held_back);

#endif
