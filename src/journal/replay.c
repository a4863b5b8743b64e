#include <stdlib.h>

#include "base/require.h"
#include "journal/inside.h"

/* The bytes of one record, used again for the next. */
struct record_bytes {
    struct record_head head;
    uint8_t *bytes;
    size_t capacity;
};

static bool grow(struct record_bytes *record, size_t size)
{
    if (size <= record->capacity) return true;
    uint8_t *grown = realloc(record->bytes, size);
    if (grown == NULL) return false;
    record->bytes = grown;
    record->capacity = size;
    return true;
}

/* Whether it may follow what was replayed. */
static bool is_next(const struct journal *journal, const struct record_head *head)
{
    return head->sequence == journal->end.sequence &&
           head->size <= journal->slot.checkpoint.ring_bytes - sizeof *head;
}

/* Reads the record at the end of what was replayed. What can't be read is a failure: taking it for
 * the end would forget all that comes after it. */
static enum status read_next(const struct journal *journal, struct record_bytes *record,
                             bool *ret_found)
{
    const struct record_head *head = &record->head;
    uint64_t position = journal->end.position;
    *ret_found = false;
    enum status err = ring_read(journal, &record->head, sizeof *head, position);
    if (err != STATUS_OK || !is_next(journal, head)) return err;
    if (!grow(record, head->size)) return STATUS_OUT_OF_MEMORY;
    err = ring_read(journal, record->bytes, head->size, position + sizeof *head);
    if (err != STATUS_OK) return err;
    *ret_found =
        head->checksum == record_checksum(journal->slot.checkpoint.epoch, head, record->bytes);
    return STATUS_OK;
}

enum status journal_replay(struct journal *journal,
                           enum status (*visit)(void *context, const uint8_t *bytes, size_t size),
                           void *context)
{
    REQUIRE(journal->epoch == 0);
    struct record_bytes record = {0};
    bool found;
    enum status err = read_next(journal, &record, &found);
    while (err == STATUS_OK && found) {
        err = visit(context, record.bytes, record.head.size);
        journal->end.position += sizeof record.head + record.head.size;
        journal->end.sequence++;
        if (err == STATUS_OK) err = read_next(journal, &record, &found);
    }
    free(record.bytes);
    journal->flushed_position = journal->end.position;
    journal->epoch =
        journal->slot.checkpoint.epoch + 1; /* what lies behind the end is of the old one */
    return err;
}
