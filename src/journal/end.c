#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "journal/inside.h"
#include "journal/note.h"

/* Read at once while looking for records. */
enum { PIECE_BYTES = 1 << 20, HEAD_BYTES = sizeof(struct record_head) };

_Static_assert(PIECE_BYTES > HEAD_BYTES, "every piece has a place that the one before it had not");

static enum status refuse(const struct journal *journal, const char *proof,
                          char ret_problem[JOURNAL_PROBLEM_BYTES])
{
    snprintf(ret_problem, JOURNAL_PROBLEM_BYTES,
             "record %" PRIu64 " at byte %" PRIu64 " was on disk and is damaged: %s",
             journal->end.sequence, ring_offset(journal, journal->end.position), proof);
    return STATUS_STORE_DAMAGED;
}

/* Whether it is the head of a record of this epoch that was written when the next one to be
 * replayed was on disk. Numbers only grow, so what earlier rounds left has smaller ones. */
static bool is_proof(const struct journal *journal, const struct record_head *head)
{
    uint64_t next = journal->end.sequence;
    return head->flushed > next && head->flushed <= head->sequence &&
           head->size <= journal->slot.checkpoint.ring_bytes - HEAD_BYTES &&
           head->checksum == record_head_checksum(journal->slot.checkpoint.epoch, head);
}

static bool has_proof(const struct journal *journal, const uint8_t *bytes, size_t size)
{
    uint64_t most = journal->end.sequence + journal->slot.checkpoint.ring_bytes / HEAD_BYTES;
    struct record_head head;
    REQUIRE(size >= HEAD_BYTES);
    for (size_t i = 0; i + HEAD_BYTES <= size; i++) {
        memcpy(&head.sequence, bytes + i + offsetof(struct record_head, sequence),
               sizeof head.sequence);
        if (head.sequence <= journal->end.sequence || head.sequence > most) continue;
        memcpy(&head, bytes + i, sizeof head);
        if (is_proof(journal, &head)) return true;
    }
    return false;
}

/* Sizes tell where a record begins, and what is damaged may be a size: so it may begin anywhere. */
static enum status look_behind(const struct journal *journal, bool *ret_has_proof)
{
    uint64_t position = journal->end.position;
    uint64_t end = journal->slot.checkpoint.mark.position + journal->slot.checkpoint.ring_bytes;
    uint8_t *bytes = malloc(PIECE_BYTES);
    enum status err = bytes != NULL ? STATUS_OK : STATUS_OUT_OF_MEMORY;
    *ret_has_proof = false;
    while (err == STATUS_OK && !*ret_has_proof && end - position >= HEAD_BYTES) {
        size_t size = end - position < PIECE_BYTES ? (size_t)(end - position) : PIECE_BYTES;
        err = ring_read(journal, bytes, size, position);
        if (err == STATUS_OK) *ret_has_proof = has_proof(journal, bytes, size);
        position += size - HEAD_BYTES + 1;
    }
    free(bytes);
    return err;
}

enum status end_check(const struct journal *journal, char ret_problem[JOURNAL_PROBLEM_BYTES])
{
    const struct checkpoint *checkpoint = &journal->slot.checkpoint;
    bool found;
    if (journal->is_old) return STATUS_OK;
    if (checkpoint->flushed > journal->end.sequence)
        return refuse(journal, "the checkpoint says so", ret_problem);
    struct note note = note_read(journal->note_fd);
    if (note.id == checkpoint->id && note.epoch == checkpoint->epoch &&
        note.flushed > journal->end.sequence)
        return refuse(journal, "onsale.journal.flushed says so", ret_problem);
    if (checkpoint->is_closed) return STATUS_OK; /* nothing was written after it */
    enum status err = look_behind(journal, &found);
    if (err != STATUS_OK || !found) return err;
    return refuse(journal, "others were written after its flush", ret_problem);
}
