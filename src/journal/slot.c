#include "journal/slot.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/require.h"
#include "journal/file.h"

static const char slot_name[8] = "ONSALEJ1";

_Static_assert(sizeof(struct slot) <= SLOT_BYTES, "a checkpoint fits its slot");

static size_t summed_size(const struct checkpoint *checkpoint)
{
    return offsetof(struct checkpoint, state) + checkpoint->state_size;
}

static bool is_whole(const struct slot *slot)
{
    const struct checkpoint *checkpoint = &slot->checkpoint;
    return memcmp(slot->name, slot_name, sizeof slot_name) == 0 &&
           checkpoint->state_size <= JOURNAL_STATE_BYTES_MAX &&
           checkpoint->ring_bytes >= JOURNAL_RING_BYTES_MIN &&
           slot->checksum == XXH3_64bits(checkpoint, summed_size(checkpoint));
}

/* One that can't be read may be the newer one: then the other must not be taken for it. */
enum status slot_read_newest(int fd, struct slot *ret_slot)
{
    struct slot *slot = malloc(sizeof *slot);
    bool found = false;
    if (slot == NULL) return STATUS_OUT_OF_MEMORY;
    enum status err = STATUS_OK;
    for (unsigned i = 0; i < SLOTS && err == STATUS_OK; i++) {
        err = file_read(fd, slot, sizeof *slot, (uint64_t)i * SLOT_BYTES);
        if (err != STATUS_OK || !is_whole(slot)) continue;
        if (found && slot->checkpoint.number < ret_slot->checkpoint.number) continue;
        *ret_slot = *slot;
        found = true;
    }
    free(slot);
    if (err != STATUS_OK) return err;
    return found ? STATUS_OK : STATUS_STORE_DAMAGED;
}

enum status slot_write(int fd, struct slot *slot)
{
    const struct checkpoint *checkpoint = &slot->checkpoint;
    REQUIRE(checkpoint->state_size <= JOURNAL_STATE_BYTES_MAX);
    memcpy(slot->name, slot_name, sizeof slot_name);
    slot->checksum = XXH3_64bits(checkpoint, summed_size(checkpoint));
    return file_write(fd, slot, offsetof(struct slot, checkpoint) + summed_size(checkpoint),
                      checkpoint->number % SLOTS * SLOT_BYTES);
}
