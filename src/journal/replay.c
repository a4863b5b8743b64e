#include <stdlib.h>

#include "base/require.h"
#include "journal/inside.h"

/* Reads the head at the end of what was replayed. @return Whether a record may follow it. */
static bool read_head(const struct journal *journal, struct record_head *head)
{
    return ring_read(journal, head, sizeof *head, journal->end.position) == STATUS_OK &&
           head->sequence == journal->end.sequence &&
           head->size <= journal->slot.checkpoint.ring_bytes - sizeof *head;
}

static bool read_bytes(const struct journal *journal, const struct record_head *head,
                       uint8_t *bytes)
{
    uint64_t position = journal->end.position + sizeof *head;
    return ring_read(journal, bytes, head->size, position) == STATUS_OK &&
           head->checksum == record_checksum(journal->slot.checkpoint.epoch, head, bytes);
}

static bool grow(uint8_t **bytes, size_t *capacity, size_t size)
{
    if (size <= *capacity) return true;
    uint8_t *grown = realloc(*bytes, size);
    if (grown == NULL) return false;
    *bytes = grown;
    *capacity = size;
    return true;
}

enum status journal_replay(struct journal *journal,
                           enum status (*visit)(void *context, const uint8_t *bytes, size_t size),
                           void *context)
{
    REQUIRE(journal->epoch == 0);
    enum status err = STATUS_OK;
    uint8_t *bytes = NULL;
    size_t capacity = 0;
    struct record_head head;
    while (err == STATUS_OK && read_head(journal, &head)) {
        if (!grow(&bytes, &capacity, head.size)) {
            err = STATUS_OUT_OF_MEMORY;
            break;
        }
        if (!read_bytes(journal, &head, bytes)) break;
        err = visit(context, bytes, head.size);
        journal->end.position += sizeof head + head.size;
        journal->end.sequence++;
    }
    free(bytes);
    journal->flushed_position = journal->end.position;
    journal->epoch =
        journal->slot.checkpoint.epoch + 1; /* what lies behind the end is of the old one */
    return err;
}
