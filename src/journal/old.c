#include "journal/old.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/require.h"
#include "journal/file.h"

_Static_assert(sizeof(struct old_slot) <= SLOT_BYTES, "a checkpoint fits its slot");
_Static_assert(OLD_SLOTS <= (int)SLOTS, "what has room for all slots has room for the old ones");
_Static_assert(sizeof(struct old_record_head) == 3 * sizeof(uint64_t), "a head has no other bytes");

static const char old_slot_name[8] = "ONSALEJ1";

static uint64_t slot_checksum(const struct old_checkpoint *checkpoint)
{
    REQUIRE(checkpoint->state_size <= JOURNAL_STATE_BYTES_MAX);
    return XXH3_64bits(checkpoint, offsetof(struct old_checkpoint, state) + checkpoint->state_size);
}

void old_slot_seal(struct old_slot *slot)
{
    memcpy(slot->name, old_slot_name, sizeof old_slot_name);
    slot->checksum = slot_checksum(&slot->checkpoint);
}

uint64_t old_record_checksum(uint64_t epoch, const struct old_record_head *head,
                             const uint8_t *bytes)
{
    const uint64_t about[] = {epoch, head->sequence, head->size};
    return XXH3_64bits_withSeed(bytes, head->size, XXH3_64bits(about, sizeof about));
}

static bool is_whole(const struct old_slot *slot)
{
    const struct old_checkpoint *checkpoint = &slot->checkpoint;
    return memcmp(slot->name, old_slot_name, sizeof old_slot_name) == 0 &&
           checkpoint->state_size <= JOURNAL_STATE_BYTES_MAX &&
           checkpoint->ring_bytes >= JOURNAL_RING_BYTES_MIN &&
           slot->checksum == slot_checksum(checkpoint);
}

static void take(const struct old_checkpoint *old, struct checkpoint *ret)
{
    REQUIRE(old->state_size <= sizeof ret->state);
    ret->id = 0; /* it has none */
    ret->number = old->number;
    ret->epoch = old->epoch;
    ret->ring_bytes = old->ring_bytes;
    ret->mark = old->mark;
    ret->is_closed = old->is_closed;
    ret->flushed = 0; /* it does not say */
    ret->state_size = old->state_size;
    memcpy(ret->state, old->state, old->state_size);
}

enum status old_slot_read_newest(int fd, struct slot *ret_slot)
{
    struct old_slot *slot = malloc(sizeof *slot);
    bool found = false;
    enum status err = STATUS_OK;
    if (slot == NULL) return STATUS_OUT_OF_MEMORY;
    for (unsigned i = 0; i < OLD_SLOTS; i++) {
        enum status read_err = file_read(fd, slot, sizeof *slot, (uint64_t)i * SLOT_BYTES);
        if (read_err != STATUS_OK) err = read_err;
        if (read_err != STATUS_OK || !is_whole(slot)) continue;
        if (found && slot->checkpoint.number < ret_slot->checkpoint.number) continue;
        take(&slot->checkpoint, &ret_slot->checkpoint);
        found = true;
    }
    free(slot);
    return found ? err : STATUS_STORE_DAMAGED;
}
