/* memory_budget.h -- A memory budget that peers share: how much each may occupy, and all of them
 * together.
 *
 * A share may grow while it is not larger than what is free. So if n peers take all they can get,
 * an n + 1st part of the budget is left for the next one. Small shares may also use a reserve. The
 * budget only counts; code that allocates asks it first. Safe from any thread. */
#ifndef BASE_MEMORY_BUDGET_H
#define BASE_MEMORY_BUDGET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct memory_budget {
    size_t bytes_max;
    size_t reserved_bytes; /* of these, for small shares only */
    atomic_size_t used_bytes;
};

/** What one peer occupies of a budget. */
struct memory_share {
    struct memory_budget *budget;
    atomic_size_t used_bytes;
};

/** @param bytes_max  Of all shares together; at least 1. */
void memory_budget_init(struct memory_budget *budget, size_t bytes_max);

/** @return Bytes taken and not given back. At most bytes_max, beside what memory_share_owe took. */
size_t memory_budget_used(const struct memory_budget *budget);

/** An empty share. The budget is kept. */
void memory_share_init(struct memory_share *share, struct memory_budget *budget);

/** @param share  NULL: nobody counts, and everything fits. So for the functions below.
 * @return Whether so many bytes more are allowed; they then are taken. */
bool memory_share_take(struct memory_share *share, size_t bytes);

/** Takes what can't be refused, allowed or not. */
void memory_share_owe(struct memory_share *share, size_t bytes);

/** Gives back what was taken. */
void memory_share_give(struct memory_share *share, size_t bytes);

/** Whether the share is larger than what is free: others now could not get as much. */
bool memory_share_is_too_large(const struct memory_share *share);

#endif
