#include "model/holdings.h"

#include <stddef.h>

#include "base/require.h"

static bool is_paid(const struct holding *holding)
{
    return holding->expires_at_ms == 0;
}

static bool counts_at(const struct holding *holding, unix_ms now_ms)
{
    return is_paid(holding) || holding->expires_at_ms > now_ms;
}

void holdings_prune(struct holdings *holdings, unix_ms now_ms)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < holdings->count; i++)
        if (counts_at(&holdings->items[i], now_ms)) holdings->items[kept++] = holdings->items[i];
    holdings->count = kept;
}

uint32_t holdings_seats(const struct holdings *holdings, uint32_t performance_id, unix_ms now_ms)
{
    uint32_t seats = 0;
    for (uint32_t i = 0; i < holdings->count; i++) {
        const struct holding *holding = &holdings->items[i];
        if (holding->performance_id == performance_id && counts_at(holding, now_ms))
            seats += holding->seats;
    }
    return seats;
}

enum status holdings_check_limit(const struct holdings *holdings, uint32_t performance_id,
                                 uint32_t seats, uint32_t purchase_limit, unix_ms now_ms)
{
    uint64_t wanted = (uint64_t)holdings_seats(holdings, performance_id, now_ms) + seats;
    if (wanted > purchase_limit) return STATUS_PURCHASE_LIMIT;
    if (holdings->count >= HOLDINGS_PER_ENTRY_MAX) return STATUS_PURCHASE_LIMIT;
    return STATUS_OK;
}

void holdings_add(struct holdings *holdings, struct holding holding)
{
    REQUIRE(holdings->count < HOLDINGS_PER_ENTRY_MAX);
    holdings->items[holdings->count++] = holding;
}

static bool is_equal(const struct holding *a, const struct holding *b)
{
    return a->performance_id == b->performance_id && a->seats == b->seats &&
           a->expires_at_ms == b->expires_at_ms;
}

void holdings_remove(struct holdings *holdings, struct holding holding)
{
    for (uint32_t i = 0; i < holdings->count; i++) {
        if (!is_equal(&holdings->items[i], &holding)) continue;
        holdings->items[i] = holdings->items[--holdings->count];
        return;
    }
}

void holdings_lengthen(struct holdings *holdings, struct holding holding, unix_ms until_ms)
{
    REQUIRE(until_ms >= holding.expires_at_ms);
    for (uint32_t i = 0; i < holdings->count; i++) {
        if (!is_equal(&holdings->items[i], &holding)) continue;
        holdings->items[i].expires_at_ms = until_ms;
        return;
    }
}

static struct holding *find_paid(struct holdings *holdings, uint32_t performance_id)
{
    for (uint32_t i = 0; i < holdings->count; i++) {
        struct holding *holding = &holdings->items[i];
        if (is_paid(holding) && holding->performance_id == performance_id) return holding;
    }
    return NULL;
}

void holdings_pay(struct holdings *holdings, struct holding holding)
{
    holdings_remove(holdings, holding);
    struct holding *paid = find_paid(holdings, holding.performance_id);
    if (paid != NULL) {
        paid->seats += holding.seats;
        return;
    }
    holding.expires_at_ms = 0;
    holdings_add(holdings, holding);
}

bool holdings_has_paid(const struct holdings *holdings)
{
    for (uint32_t i = 0; i < holdings->count; i++)
        if (is_paid(&holdings->items[i])) return true;
    return false;
}
