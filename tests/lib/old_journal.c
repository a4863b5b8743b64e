#include "tests/lib/old_journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "journal/inside.h"
#include "journal/old.h"

struct making {
    FILE *file;
    struct old_slot slot;
    struct journal_mark end;
};

static void write_at(FILE *file, uint64_t offset, const void *bytes, size_t size)
{
    REQUIRE(fseek(file, (long)offset, SEEK_SET) == 0);
    REQUIRE(size == 0 || fwrite(bytes, size, 1, file) == 1);
}

static void write_in_ring(struct making *making, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    for (size_t i = 0; i < size; i++, making->end.position++)
        write_at(making->file,
                 OLD_RING_AT + making->end.position % making->slot.checkpoint.ring_bytes, at + i,
                 1);
}

static enum status write_record(void *context, const uint8_t *bytes, size_t size)
{
    struct making *making = context;
    struct old_record_head head = {.sequence = making->end.sequence++, .size = size};
    head.checksum = old_record_checksum(making->slot.checkpoint.epoch, &head, bytes);
    write_in_ring(making, &head, sizeof head);
    write_in_ring(making, bytes, size);
    return STATUS_OK;
}

static void take_checkpoint(const struct checkpoint *from, struct old_checkpoint *ret)
{
    ret->number = from->number;
    ret->epoch = from->epoch;
    ret->ring_bytes = from->ring_bytes;
    ret->mark = from->mark;
    ret->is_closed = from->is_closed;
    ret->state_size = from->state_size;
    memcpy(ret->state, from->state, from->state_size);
}

void old_journal_make(const char *path)
{
    char problem[JOURNAL_PROBLEM_BYTES] = "";
    static struct making making;
    struct journal *journal;
    REQUIRE(journal_open(path, problem, &journal) == STATUS_OK && journal != NULL);
    REQUIRE(remove(path) == 0);
    making = (struct making){.file = fopen(path, "w")};
    REQUIRE(making.file != NULL);
    take_checkpoint(&journal->slot.checkpoint, &making.slot.checkpoint);
    making.end = making.slot.checkpoint.mark;
    old_slot_seal(&making.slot);
    write_at(making.file, making.slot.checkpoint.number % OLD_SLOTS * SLOT_BYTES, &making.slot,
             sizeof making.slot);
    write_at(making.file, OLD_RING_AT + making.slot.checkpoint.ring_bytes - 1, "", 1);
    REQUIRE(journal_replay(journal, write_record, &making, problem) == STATUS_OK);
    REQUIRE(fclose(making.file) == 0);
    journal_close(journal);
}
