/* slot.h -- Checkpoints at the start of the file. Two pairs of slots take turns, so that one pair
 * is whole whatever happens while the other is written; and both slots of a pair say the same, one
 * written after the other: a power cut tears one of them at most, and damage to one leaves the
 * other. For src/journal only. */
#ifndef JOURNAL_SLOT_H
#define JOURNAL_SLOT_H

#include <stdint.h>

#include "base/status.h"
#include "journal/journal.h"

enum { SLOT_PAIRS = 2, SLOT_COPIES = 2, SLOTS = SLOT_PAIRS * SLOT_COPIES };
enum { SLOT_BYTES = 2 * JOURNAL_STATE_BYTES_MAX };

struct checkpoint {
    uint64_t id;         /* of this journal: no other one has had it here */
    uint64_t number;     /* counts the checkpoints of this journal from 1 */
    uint64_t epoch;      /* of the records after it: each opening begins a new one */
    uint64_t ring_bytes; /* of the file */
    struct journal_mark mark;
    uint64_t is_closed;
    uint64_t flushed; /* records with smaller numbers were on disk when it was made */
    uint64_t state_size;
    uint8_t state[JOURNAL_STATE_BYTES_MAX];
};

/** What lies in a slot, up to the end of the state. */
struct slot {
    char name[8];
    uint64_t checksum; /* of all that follows */
    struct checkpoint checkpoint;
};

/** Reads the newest.
 * @param ret_problem  On STATUS_STORE_DAMAGED, what is wrong.
 * @return STATUS_OK; STATUS_STORE_DAMAGED if a pair has none that is whole, since it may have been
 * the newer one; STATUS_STORAGE_FAILED if both of a pair can't be read; STATUS_OUT_OF_MEMORY. */
enum status slot_read_newest(int fd, struct slot *ret_slot,
                             char ret_problem[JOURNAL_PROBLEM_BYTES]);

/** Names and sums the checkpoint, and writes it over the older pair: its number tells which.
 * @return STATUS_OK; STATUS_STORAGE_FAILED. */
enum status slot_write(int fd, struct slot *slot);

#endif
