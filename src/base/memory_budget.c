#include "base/memory_budget.h"

#include "base/require.h"

/* A share up to this is small. The reserve is a part of the budget: one in so many. */
enum { SMALL_SHARE_BYTES = 256 * 1024, RESERVE_PART = 16 };

void memory_budget_init(struct memory_budget *budget, size_t bytes_max)
{
    REQUIRE(bytes_max > 0);
    *budget =
        (struct memory_budget){.bytes_max = bytes_max, .reserved_bytes = bytes_max / RESERVE_PART};
}

size_t memory_budget_used(const struct memory_budget *budget)
{
    return atomic_load_explicit(&budget->used_bytes, memory_order_relaxed);
}

void memory_share_init(struct memory_share *share, struct memory_budget *budget)
{
    *share = (struct memory_share){.budget = budget};
}

/* @param held,used  Of the share and of all, what is asked for included. */
static bool is_allowed(const struct memory_budget *budget, size_t held, size_t used)
{
    if (held <= SMALL_SHARE_BYTES) return used <= budget->bytes_max;
    size_t limit = budget->bytes_max - budget->reserved_bytes;
    return used <= limit && held <= limit - used;
}

static size_t add(atomic_size_t *count, size_t bytes)
{
    return atomic_fetch_add_explicit(count, bytes, memory_order_relaxed) + bytes;
}

static void subtract(atomic_size_t *count, size_t bytes)
{
    size_t before = atomic_fetch_sub_explicit(count, bytes, memory_order_relaxed);
    REQUIRE(before >= bytes);
}

bool memory_share_take(struct memory_share *share, size_t bytes)
{
    if (share == NULL) return true;
    size_t held = add(&share->used_bytes, bytes);
    size_t used = add(&share->budget->used_bytes, bytes);
    if (is_allowed(share->budget, held, used)) return true;
    memory_share_give(share, bytes);
    return false;
}

void memory_share_owe(struct memory_share *share, size_t bytes)
{
    if (share == NULL) return;
    add(&share->used_bytes, bytes);
    add(&share->budget->used_bytes, bytes);
}

void memory_share_give(struct memory_share *share, size_t bytes)
{
    if (share == NULL) return;
    subtract(&share->used_bytes, bytes);
    subtract(&share->budget->used_bytes, bytes);
}

bool memory_share_is_too_large(const struct memory_share *share)
{
    size_t held = atomic_load_explicit(&share->used_bytes, memory_order_relaxed);
    return !is_allowed(share->budget, held, memory_budget_used(share->budget));
}
