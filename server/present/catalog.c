#include "server/present.h"
#include "server/present/parts.h"

Onsale__V1__Concert *present_concert(struct arena *arena, const struct concert *concert)
{
    Onsale__V1__Concert *message = arena_alloc(arena, sizeof *message);
    if (message == NULL) return NULL;
    onsale__v1__concert__init(message);

    message->concert_id = concert->id;
    message->title = present_text(arena, concert->title);
    message->artist = present_text(arena, concert->artist);
    message->venue = present_text(arena, concert->venue);
    if (message->title == NULL || message->artist == NULL || message->venue == NULL) return NULL;
    return message;
}

static Onsale__V1__PriceTier *present_tier(struct arena *arena, const struct price_tier *tier,
                                           uint32_t remaining)
{
    Onsale__V1__PriceTier *message = arena_alloc(arena, sizeof *message);
    if (message == NULL) return NULL;
    onsale__v1__price_tier__init(message);

    message->price = tier->price;
    message->seats = tier->seats;
    message->remaining = remaining;
    message->name = present_text(arena, tier->name);
    return message->name == NULL ? NULL : message;
}

Onsale__V1__Performance *present_performance(struct arena *arena,
                                             const struct performance *performance,
                                             const struct performance_state *state,
                                             const struct queue *queue)
{
    Onsale__V1__Performance *message = arena_alloc(arena, sizeof *message);
    if (message == NULL) return NULL;
    onsale__v1__performance__init(message);

    message->performance_id = performance->id;
    message->concert_id = performance->concert_id;
    message->layout_id = performance->layout_id;
    message->starts_at_ms = performance->starts_at_ms;
    message->sale_opens_at_ms = performance->sale_opens_at_ms;
    message->sale_closes_at_ms = performance->sale_closes_at_ms;
    message->seat_count = performance->seat_count;
    message->holding_stopped = state->holding_stopped || queue->holding_stopped;
    message->paying_stopped = state->paying_stopped || queue->paying_stopped;
    message->currency = present_text(arena, performance->currency);
    message->tiers = present_array(arena, performance->tiers_count);
    if (message->currency == NULL || message->tiers == NULL) return NULL;
    for (uint32_t i = 0; i < performance->tiers_count; i++) {
        message->tiers[i] = present_tier(arena, &performance->tiers[i], state->remaining[i]);
        if (message->tiers[i] == NULL) return NULL;
    }
    message->n_tiers = performance->tiers_count;
    return message;
}
