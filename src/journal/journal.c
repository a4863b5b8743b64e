#include "journal/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/require.h"
#include "journal/file.h"
#include "journal/inside.h"

static struct journal *journal_new(int fd)
{
    struct journal *journal = calloc(1, sizeof *journal);
    if (journal == NULL) {
        close(fd);
        return NULL;
    }
    journal->fd = fd;
    pthread_mutex_init(&journal->stage_lock, NULL);
    pthread_mutex_init(&journal->flush_lock, NULL);
    return journal;
}

static enum status read_checkpoint(struct journal *journal)
{
    enum status err = file_check_length(journal->fd, SLOTS * SLOT_BYTES);
    if (err == STATUS_OK) err = slot_read_newest(journal->fd, &journal->slot);
    if (err != STATUS_OK) return err;
    return file_check_length(journal->fd, SLOTS * SLOT_BYTES + journal_ring_bytes(journal));
}

enum status journal_open(const char *path, struct journal **ret_journal)
{
    int fd = file_open(path, 0);
    if (fd < 0 && errno != ENOENT) return STATUS_STORE_NOT_OPENED;
    *ret_journal = NULL;
    if (fd < 0) return STATUS_OK;
    struct journal *journal = journal_new(fd);
    if (journal == NULL) return STATUS_OUT_OF_MEMORY;

    enum status err = read_checkpoint(journal);
    if (err != STATUS_OK) {
        journal_close(journal);
        return err;
    }
    journal->end = journal->slot.checkpoint.mark;
    journal->flushed_position = journal->end.position;
    atomic_store(&journal->kept_position, journal->end.position);
    *ret_journal = journal;
    return STATUS_OK;
}

static enum status fill_new(struct journal *journal, uint64_t ring_bytes, const void *state,
                            size_t state_size)
{
    enum status err = file_allocate(journal->fd, SLOTS * SLOT_BYTES + ring_bytes);
    if (err != STATUS_OK) return err;
    journal->slot.checkpoint.ring_bytes = ring_bytes;
    return journal_checkpoint(journal, (struct journal_mark){0, 1}, state, state_size, true);
}

enum status journal_make(const char *path, uint64_t ring_bytes, const void *state,
                         size_t state_size, struct journal **ret_journal)
{
    REQUIRE(ring_bytes >= JOURNAL_RING_BYTES_MIN);
    char new_path[PATH_MAX];
    int length = snprintf(new_path, sizeof new_path, "%s.new", path);
    if (length < 0 || (size_t)length >= sizeof new_path) return STATUS_STORAGE_FAILED;
    int fd = file_open(new_path, O_CREAT | O_TRUNC);
    if (fd < 0) return errno == ENOSPC ? STATUS_STORAGE_FULL : STATUS_STORAGE_FAILED;
    struct journal *journal = journal_new(fd);
    if (journal == NULL) return STATUS_OUT_OF_MEMORY;

    enum status err = fill_new(journal, ring_bytes, state, state_size);
    if (err == STATUS_OK && fsync(fd) != 0) err = STATUS_STORAGE_FAILED;
    if (err == STATUS_OK && rename(new_path, path) != 0) err = STATUS_STORAGE_FAILED;
    if (err != STATUS_OK) {
        journal_close(journal);
        unlink(new_path);
        return err;
    }
    journal->end = journal->slot.checkpoint.mark;
    *ret_journal = journal;
    return STATUS_OK;
}

void journal_close(struct journal *journal)
{
    if (journal == NULL) return;
    pthread_mutex_destroy(&journal->stage_lock);
    pthread_mutex_destroy(&journal->flush_lock);
    records_free(journal->staged.first);
    records_free(journal->idle);
    free(journal->together);
    close(journal->fd);
    free(journal);
}

const void *journal_state(const struct journal *journal, size_t *ret_size)
{
    *ret_size = journal->slot.checkpoint.state_size;
    return journal->slot.checkpoint.state;
}

bool journal_is_closed(const struct journal *journal)
{
    return journal->slot.checkpoint.is_closed != 0;
}

struct journal_mark journal_end(const struct journal *journal)
{
    return journal->end;
}

uint64_t journal_used_bytes(const struct journal *journal)
{
    return journal->end.position - atomic_load(&journal->kept_position);
}

uint64_t journal_ring_bytes(const struct journal *journal)
{
    return journal->slot.checkpoint.ring_bytes;
}

enum status journal_checkpoint(struct journal *journal, struct journal_mark mark, const void *state,
                               size_t state_size, bool is_closed)
{
    REQUIRE(state_size <= JOURNAL_STATE_BYTES_MAX);
    struct checkpoint *newest = &journal->slot.checkpoint;
    newest->number++;
    newest->epoch = journal->epoch;
    newest->mark = mark;
    newest->is_closed = is_closed;
    newest->state_size = state_size;
    memcpy(newest->state, state, state_size);
    enum status err = slot_write(journal->fd, &journal->slot);
    if (err == STATUS_OK) atomic_store(&journal->kept_position, mark.position);
    return err;
}
