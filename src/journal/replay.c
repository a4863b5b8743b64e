#include <stdlib.h>

#include "base/require.h"
#include "journal/inside.h"
#include "journal/old.h"

_Static_assert(sizeof(struct record_head) < JOURNAL_RING_BYTES_MIN, "a ring has room for a head");
_Static_assert(sizeof(struct old_record_head) < JOURNAL_RING_BYTES_MIN, "an old one as well");

/* One record, used again for the next. */
struct record_bytes {
    size_t head_size;
    size_t size; /* without its head */
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

/* Whether a record with this head may follow what was replayed. */
static bool is_next(const struct journal *journal, uint64_t sequence, uint64_t size,
                    size_t head_size)
{
    return sequence == journal->end.sequence &&
           size <= journal->slot.checkpoint.ring_bytes - head_size;
}

static enum status read_bytes(const struct journal *journal, struct record_bytes *record,
                              size_t head_size, size_t size)
{
    REQUIRE(head_size + size <= journal_ring_bytes(journal));
    if (!grow(record, size)) return STATUS_OUT_OF_MEMORY;
    record->head_size = head_size;
    record->size = size;
    return ring_read(journal, record->bytes, size, journal->end.position + head_size);
}

/* Reads the record at the end of what was replayed. What can't be read is a failure: taking it for
 * the end would forget all that comes after it. */
static enum status read_next(const struct journal *journal, struct record_bytes *record,
                             bool *ret_found)
{
    struct record_head head;
    REQUIRE(!journal->is_old);
    uint64_t epoch = journal->slot.checkpoint.epoch;
    *ret_found = false;
    enum status err = ring_read(journal, &head, sizeof head, journal->end.position);
    if (err != STATUS_OK || !is_next(journal, head.sequence, head.size, sizeof head)) return err;
    if (head.checksum != record_head_checksum(epoch, &head)) return STATUS_OK;
    err = read_bytes(journal, record, sizeof head, head.size);
    if (err != STATUS_OK) return err;
    *ret_found = head.bytes_checksum == record_bytes_checksum(record->bytes, head.size);
    return STATUS_OK;
}

static enum status read_next_old(const struct journal *journal, struct record_bytes *record,
                                 bool *ret_found)
{
    struct old_record_head head;
    REQUIRE(journal->is_old);
    uint64_t epoch = journal->slot.checkpoint.epoch;
    *ret_found = false;
    enum status err = ring_read(journal, &head, sizeof head, journal->end.position);
    if (err != STATUS_OK || !is_next(journal, head.sequence, head.size, sizeof head)) return err;
    err = read_bytes(journal, record, sizeof head, head.size);
    if (err != STATUS_OK) return err;
    *ret_found = head.checksum == old_record_checksum(epoch, &head, record->bytes);
    return STATUS_OK;
}

static enum status read_any(const struct journal *journal, struct record_bytes *record,
                            bool *ret_found)
{
    return journal->is_old ? read_next_old(journal, record, ret_found)
                           : read_next(journal, record, ret_found);
}

/* What lies behind the end is of the old epoch. */
static void begin_epoch(struct journal *journal)
{
    journal->flushed_position = journal->end.position;
    atomic_store(&journal->flushed, journal->end.sequence);
    journal->epoch = journal->slot.checkpoint.epoch + 1;
}

enum status journal_replay(struct journal *journal,
                           enum status (*visit)(void *context, const uint8_t *bytes, size_t size),
                           void *context, char ret_problem[JOURNAL_PROBLEM_BYTES])
{
    REQUIRE(journal->epoch == 0);
    REQUIRE(journal->staged.first == NULL);
    REQUIRE(visit != NULL);
    struct record_bytes record = {0};
    bool found;
    enum status err = read_any(journal, &record, &found);
    while (err == STATUS_OK && found) {
        err = visit(context, record.bytes, record.size);
        journal->end.position += record.head_size + record.size;
        journal->end.sequence++;
        if (err == STATUS_OK) err = read_any(journal, &record, &found);
    }
    free(record.bytes);
    if (err == STATUS_OK) err = end_check(journal, ret_problem);
    begin_epoch(journal);
    return err;
}
