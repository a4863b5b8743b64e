#include "store/kept_entries.h"

#include <string.h>

#include "base/require.h"
#include "store/transaction.h"

enum {
    CONCERT_STEP = 1021, /* so that the queues of several concerts lie apart */
    HEAD_BYTES = offsetof(struct queue_entry, holdings.items),
};

/* Neighbours in a queue are neighbours here too: so they are put in their order. */
static uint32_t slot_of(uint32_t concert_id, uint64_t number)
{
    return (uint32_t)((number + (uint64_t)concert_id * CONCERT_STEP) % ENTRIES_KEPT);
}

static bool is_in(const struct kept_entry *kept, uint32_t concert_id, uint64_t number)
{
    return kept->number == number && kept->concert_id == concert_id && concert_id != 0;
}

static void take_out(const struct kept_entry *kept, struct queue_entry *ret)
{
    memcpy(ret, kept->bytes, HEAD_BYTES);
    REQUIRE(ret->holdings.count <= KEPT_HOLDINGS_MAX);
    memcpy(ret->holdings.items, kept->bytes + HEAD_BYTES,
           ret->holdings.count * sizeof(struct holding));
}

static void put_in(struct kept_entry *kept, const struct queue_entry *entry)
{
    kept->concert_id = entry->concert_id;
    kept->status = entry->status;
    kept->number = entry->number;
    kept->user_id = entry->user_id;
    memcpy(kept->bytes, entry, HEAD_BYTES + entry->holdings.count * sizeof(struct holding));
}

static void put_slot(struct store_txn *txn, uint32_t slot)
{
    struct queue_entry entry;
    struct kept_entries *kept = &txn->kept->entries;
    if (!bits_has(kept->is_changed, slot)) return;
    bits_clear(kept->is_changed, slot);
    take_out(&kept->entries[slot], &entry);
    queue_entry_write(txn, &entry);
}

void kept_entries_put(struct store_txn *txn)
{
    const uint64_t *words = txn->kept->entries.is_changed;
    for (uint32_t i = 0; i < ENTRIES_KEPT / BITS_PER_WORD; i++)
        while (words[i] != 0)
            put_slot(txn, bits_first(words, i));
}

void kept_entries_forget(struct kept_entries *kept)
{
    memset(kept->is_changed, 0, sizeof kept->is_changed);
    for (size_t i = 0; i < ENTRIES_KEPT; i++)
        kept->entries[i].concert_id = 0;
}

bool kept_entry_get(struct store_txn *txn, uint32_t concert_id, uint64_t number,
                    struct queue_entry *ret)
{
    const struct kept_entry *kept = &txn->kept->entries.entries[slot_of(concert_id, number)];
    if (!is_in(kept, concert_id, number)) return false;
    take_out(kept, ret);
    return true;
}

bool kept_entry_of_user(struct store_txn *txn, uint32_t concert_id, uint64_t user_id,
                        struct queue_entry *ret)
{
    const struct kept_entries *all = &txn->kept->entries;
    const struct kept_entry *kept =
        &all->entries[all->slots_of_users[slot_of(concert_id, user_id)]];
    if (concert_id == 0 || kept->concert_id != concert_id || kept->user_id != user_id) return false;
    if (kept->status != QUEUE_ENTRY_ACTIVE) return false;
    take_out(kept, ret);
    return true;
}

bool kept_entry_set(struct store_txn *txn, const struct queue_entry *entry, bool is_changed)
{
    struct kept_entries *kept = &txn->kept->entries;
    uint32_t slot = slot_of(entry->concert_id, entry->number);
    if (entry->status == QUEUE_ENTRY_WAITING || entry->holdings.count > KEPT_HOLDINGS_MAX) {
        kept_entry_drop(txn, entry->concert_id, entry->number);
        return false;
    }
    if (!is_in(&kept->entries[slot], entry->concert_id, entry->number)) put_slot(txn, slot);
    put_in(&kept->entries[slot], entry);
    kept->slots_of_users[slot_of(entry->concert_id, entry->user_id)] = slot;
    if (!is_changed) return true;
    bits_set(kept->is_changed, slot);
    txn->kept->has_changes = true;
    return true;
}

void kept_entry_drop(struct store_txn *txn, uint32_t concert_id, uint64_t number)
{
    struct kept_entries *kept = &txn->kept->entries;
    uint32_t slot = slot_of(concert_id, number);
    if (!is_in(&kept->entries[slot], concert_id, number)) return;
    bits_clear(kept->is_changed, slot);
    kept->entries[slot].concert_id = 0;
}
