/* old.h -- The journal as version 0.1.0 wrote it: two slots, and records whose head does not say
 * what was flushed before them. It is read once, and another takes its place. For src/journal only.
 */
#ifndef JOURNAL_OLD_H
#define JOURNAL_OLD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "journal/slot.h"

enum { OLD_SLOTS = 2, OLD_RING_AT = OLD_SLOTS * SLOT_BYTES };

struct old_checkpoint {
    uint64_t number;
    uint64_t epoch;
    uint64_t ring_bytes;
    struct journal_mark mark;
    uint64_t is_closed;
    uint64_t state_size;
    uint8_t state[JOURNAL_STATE_BYTES_MAX];
};

struct old_slot {
    char name[8];
    uint64_t checksum; /* of all that follows */
    struct old_checkpoint checkpoint;
};

struct old_record_head {
    uint64_t checksum; /* of the record and of the rest of this head, seeded with the epoch */
    uint64_t sequence;
    uint64_t size; /* of the record, without this head */
};

/** Names and sums what is in a slot. */
void old_slot_seal(struct old_slot *slot);

uint64_t old_record_checksum(uint64_t epoch, const struct old_record_head *head,
                             const uint8_t *bytes);

/** Reads the newer of the two slots, if the journal is an old one.
 * @return STATUS_OK; STATUS_STORE_DAMAGED if it is none; STATUS_STORAGE_FAILED if it is one and a
 * slot can't be read, since that may be the newer; STATUS_OUT_OF_MEMORY. */
enum status old_slot_read_newest(int fd, struct slot *ret_slot);

#endif
