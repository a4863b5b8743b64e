#include "journal/slot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/require.h"
#include "journal/file.h"

static const char slot_name[8] = "ONSALEJ2";

_Static_assert(sizeof(struct slot) <= SLOT_BYTES, "a checkpoint fits its slot");

static size_t summed_size(const struct checkpoint *checkpoint)
{
    REQUIRE(checkpoint->state_size <= JOURNAL_STATE_BYTES_MAX);
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

static uint64_t offset_of(unsigned pair, unsigned copy)
{
    REQUIRE(pair < SLOT_PAIRS);
    REQUIRE(copy < SLOT_COPIES);
    return (uint64_t)(pair * SLOT_COPIES + copy) * SLOT_BYTES;
}

/* The newer of the two of a pair. One that can't be read or is not whole may have been newer still,
 * but then its writing was not over, and the newest is in the other pair. */
static enum status read_pair(int fd, unsigned pair, struct slot *slot, struct slot *ret_newer,
                             bool *ret_found)
{
    enum status err = STATUS_OK;
    REQUIRE(slot != ret_newer);
    *ret_found = false;
    for (unsigned copy = 0; copy < SLOT_COPIES; copy++) {
        enum status read_err = file_read(fd, slot, sizeof *slot, offset_of(pair, copy));
        if (read_err != STATUS_OK) err = read_err;
        if (read_err != STATUS_OK || !is_whole(slot)) continue;
        if (*ret_found && slot->checkpoint.number < ret_newer->checkpoint.number) continue;
        *ret_newer = *slot;
        *ret_found = true;
    }
    return *ret_found ? STATUS_OK : err;
}

static enum status refuse(unsigned pairs_found, char ret_problem[JOURNAL_PROBLEM_BYTES])
{
    REQUIRE(pairs_found < SLOT_PAIRS);
    snprintf(ret_problem, JOURNAL_PROBLEM_BYTES, "%s",
             pairs_found == 0
                 ? "it has no checkpoint that is whole"
                 : "both copies of a checkpoint are damaged, and it may have been the newest");
    return STATUS_STORE_DAMAGED;
}

/* `slots` are two: for reading, and the newer of a pair. */
static enum status read_newest(int fd, struct slot slots[2], struct slot *ret_slot,
                               char ret_problem[JOURNAL_PROBLEM_BYTES])
{
    unsigned pairs_found = 0;
    for (unsigned pair = 0; pair < SLOT_PAIRS; pair++) {
        bool found;
        enum status err = read_pair(fd, pair, &slots[0], &slots[1], &found);
        if (err != STATUS_OK) return err;
        if (!found) continue;
        if (pairs_found == 0 || slots[1].checkpoint.number > ret_slot->checkpoint.number)
            *ret_slot = slots[1];
        pairs_found++;
    }
    return pairs_found == SLOT_PAIRS ? STATUS_OK : refuse(pairs_found, ret_problem);
}

enum status slot_read_newest(int fd, struct slot *ret_slot, char ret_problem[JOURNAL_PROBLEM_BYTES])
{
    struct slot *slots = malloc(2 * sizeof *slots);
    if (slots == NULL) return STATUS_OUT_OF_MEMORY;
    enum status err = read_newest(fd, slots, ret_slot, ret_problem);
    free(slots);
    return err;
}

enum status slot_write(int fd, struct slot *slot)
{
    const struct checkpoint *checkpoint = &slot->checkpoint;
    REQUIRE(checkpoint->state_size <= JOURNAL_STATE_BYTES_MAX);
    REQUIRE(checkpoint->number >= 1);
    REQUIRE(checkpoint->ring_bytes >= JOURNAL_RING_BYTES_MIN);
    memcpy(slot->name, slot_name, sizeof slot_name);
    slot->checksum = XXH3_64bits(checkpoint, summed_size(checkpoint));
    enum status err = STATUS_OK;
    for (unsigned copy = 0; copy < SLOT_COPIES && err == STATUS_OK; copy++)
        err = file_write(fd, slot, offsetof(struct slot, checkpoint) + summed_size(checkpoint),
                         offset_of(checkpoint->number % SLOT_PAIRS, copy));
    return err;
}
