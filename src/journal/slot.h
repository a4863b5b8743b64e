/* slot.h -- A checkpoint in one of the two slots at the start of the file. They take turns, so that
 * one of them is whole whatever happens while the other is written. For src/journal only. */
#ifndef JOURNAL_SLOT_H
#define JOURNAL_SLOT_H

#include <stdint.h>

#include "base/status.h"
#include "journal/journal.h"

enum { SLOTS = 2, SLOT_BYTES = 2 * JOURNAL_STATE_BYTES_MAX };

struct checkpoint {
    uint64_t number;     /* counts the checkpoints of this journal from 1 */
    uint64_t epoch;      /* of the records after it: each opening begins a new one */
    uint64_t ring_bytes; /* of the file */
    struct journal_mark mark;
    uint64_t is_closed;
    uint64_t state_size;
    uint8_t state[JOURNAL_STATE_BYTES_MAX];
};

/** What lies in a slot, up to the end of the state. */
struct slot {
    char name[8];
    uint64_t checksum; /* of all that follows */
    struct checkpoint checkpoint;
};

/** Reads the newer of the two.
 * @return STATUS_OK; STATUS_STORE_DAMAGED if there is none; STATUS_STORAGE_FAILED if one can't be
 * read; STATUS_OUT_OF_MEMORY. */
enum status slot_read_newest(int fd, struct slot *ret_slot);

/** Names and sums the checkpoint, and writes it over the older one: its number tells which.
 * @return STATUS_OK; STATUS_STORAGE_FAILED. */
enum status slot_write(int fd, struct slot *slot);

#endif
