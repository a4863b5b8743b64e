#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "journal/inside.h"
#include "journal/note.h"

static struct record_list take_staged(struct journal *journal)
{
    pthread_mutex_lock(&journal->stage_lock);
    struct record_list taken = journal->staged;
    journal->staged = (struct record_list){0};
    pthread_mutex_unlock(&journal->stage_lock);
    REQUIRE((taken.first == NULL) == (taken.size == 0));
    REQUIRE(taken.last == NULL || taken.last->next == NULL);
    return taken;
}

/* All of one flush name its first: what comes before that is on disk. */
static void finish_heads(const struct journal *journal, const struct record_list *records)
{
    struct record_head head;
    uint64_t flushed = atomic_load(&journal->flushed);
    REQUIRE(journal->epoch != 0);
    for (struct journal_record *record = records->first; record != NULL; record = record->next) {
        memcpy(&head, record->bytes, sizeof head);
        REQUIRE(head.sequence >= flushed);
        REQUIRE(head.size + sizeof head == record->size);
        head.flushed = flushed;
        head.checksum = record_head_checksum(journal->epoch, &head);
        memcpy(record->bytes, &head, sizeof head);
    }
}

/* One write is one flush, so several records go together if there is memory. */
static bool put_together(struct journal *journal, const struct record_list *records)
{
    if (records->first == records->last) return false;
    if (records->size > journal->together_capacity) {
        uint8_t *bytes = realloc(journal->together, records->size);
        if (bytes == NULL) return false;
        journal->together = bytes;
        journal->together_capacity = records->size;
    }
    REQUIRE(records->size <= journal->together_capacity);
    size_t size = 0;
    for (const struct journal_record *record = records->first; record; record = record->next) {
        REQUIRE(record->size <= records->size - size);
        memcpy(journal->together + size, record->bytes, record->size);
        size += record->size;
    }
    REQUIRE(size == records->size);
    return true;
}

static enum status write_each(struct journal *journal, const struct record_list *records)
{
    enum status err = STATUS_OK;
    uint64_t position = journal->flushed_position;
    for (const struct journal_record *record = records->first; record != NULL && err == STATUS_OK;
         record = record->next) {
        err = ring_write(journal, record->bytes, record->size, position);
        position += record->size;
    }
    REQUIRE(position - journal->flushed_position <= records->size);
    return err;
}

static enum status write_records(struct journal *journal, const struct record_list *records)
{
    finish_heads(journal, records);
    if (put_together(journal, records))
        return ring_write(journal, journal->together, records->size, journal->flushed_position);
    return write_each(journal, records);
}

static uint64_t sequence_after(const struct record_list *records)
{
    struct record_head last;
    REQUIRE(records->last != NULL);
    memcpy(&last, records->last->bytes, sizeof last);
    return last.sequence + 1;
}

/* Before anything is acknowledged: what was acknowledged has the note to prove it. */
static enum status write_and_note(struct journal *journal, const struct record_list *records)
{
    REQUIRE(!journal->is_old);
    enum status err = write_records(journal, records);
    journal->flushed_position += records->size;
    if (err != STATUS_OK) return err;
    uint64_t flushed = sequence_after(records);
    REQUIRE(flushed > atomic_load(&journal->flushed));
    atomic_store(&journal->flushed, flushed);
    note_write(journal->note_fd, (struct note){.id = journal->slot.checkpoint.id,
                                               .epoch = journal->epoch,
                                               .flushed = flushed});
    return STATUS_OK;
}

static void give_back(struct journal *journal, struct record_list *records)
{
    struct journal_record *record;
    while ((record = records->first) != NULL) {
        records->first = record->next;
        journal_record_drop(journal, record);
    }
}

enum status journal_flush(struct journal *journal)
{
    pthread_mutex_lock(&journal->flush_lock);
    struct record_list records = take_staged(journal);
    if (records.first != NULL && journal->failure == STATUS_OK)
        journal->failure = write_and_note(journal, &records);
    enum status err = journal->failure;
    pthread_mutex_unlock(&journal->flush_lock);
    give_back(journal, &records);
    return err;
}
