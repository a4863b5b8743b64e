#include "rpc/channel/call_ids.h"

#include <stdlib.h>

#include "base/require.h"

enum { SLOTS_FIRST = 64, SLOTS_MAX = 1 << 30 };

void channel_call_ids_deinit(struct channel_call_ids *ids)
{
    free(ids->slots);
    *ids = (struct channel_call_ids){0};
}

/* Called when no slot is free. */
static void grow(struct channel_call_ids *ids)
{
    uint32_t count = ids->count == 0 ? SLOTS_FIRST : ids->count * 2;
    if (count > SLOTS_MAX) return;
    struct channel_call_slot *slots = realloc(ids->slots, count * sizeof *slots);
    if (slots == NULL) return;
    for (uint32_t i = ids->count; i < count; i++)
        slots[i] = (struct channel_call_slot){.next_free = i + 1 < count ? i + 2 : 0};
    ids->free_first = ids->count + 1;
    ids->slots = slots;
    ids->count = count;
}

struct onsale_call_id channel_call_ids_add(struct channel_call_ids *ids, struct channel_call *call)
{
    if (ids->free_first == 0) grow(ids);
    if (ids->free_first == 0) return (struct onsale_call_id){0};
    uint32_t index = ids->free_first - 1;
    struct channel_call_slot *slot = &ids->slots[index];
    ids->free_first = slot->next_free;
    *slot = (struct channel_call_slot){.call = call, .number = ++ids->last_number};
    return (struct onsale_call_id){.number = slot->number, .slot = index};
}

struct channel_call *channel_call_ids_find(const struct channel_call_ids *ids,
                                           struct onsale_call_id id)
{
    if (id.number == 0 || id.slot >= ids->count) return NULL;
    const struct channel_call_slot *slot = &ids->slots[id.slot];
    return slot->number == id.number ? slot->call : NULL;
}

void channel_call_ids_remove(struct channel_call_ids *ids, struct onsale_call_id id)
{
    if (id.number == 0) return;
    REQUIRE(channel_call_ids_find(ids, id) != NULL);
    ids->slots[id.slot] = (struct channel_call_slot){.next_free = ids->free_first};
    ids->free_first = id.slot + 1;
}
