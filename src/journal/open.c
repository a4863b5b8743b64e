#include "journal/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/require.h"
#include "journal/file.h"
#include "journal/inside.h"
#include "journal/note.h"
#include "journal/old.h"

/* @return NULL and errno. */
static struct journal *journal_new(const char *path, int flags)
{
    struct journal *journal = calloc(1, sizeof *journal);
    if (journal == NULL) return NULL;
    pthread_mutex_init(&journal->stage_lock, NULL);
    pthread_mutex_init(&journal->flush_lock, NULL);
    journal->note_fd = -1;
    journal->fd = file_open(path, flags);
    if (journal->fd >= 0) return journal;
    int error = errno;
    journal_close(journal);
    errno = error;
    return NULL;
}

static enum status check_length(const struct journal *journal, uint64_t bytes,
                                char ret_problem[JOURNAL_PROBLEM_BYTES])
{
    REQUIRE(bytes >= OLD_RING_AT);
    enum status err = file_check_length(journal->fd, bytes);
    if (err == STATUS_STORE_DAMAGED)
        snprintf(ret_problem, JOURNAL_PROBLEM_BYTES, "it was cut off: it had %" PRIu64 " bytes",
                 bytes);
    return err;
}

static enum status read_old(struct journal *journal, char ret_problem[JOURNAL_PROBLEM_BYTES])
{
    REQUIRE(!journal->is_old);
    journal->is_old = true;
    return check_length(journal, OLD_RING_AT + journal_ring_bytes(journal), ret_problem);
}

static enum status read_checkpoint(struct journal *journal, char ret_problem[JOURNAL_PROBLEM_BYTES])
{
    enum status err = check_length(journal, OLD_RING_AT, ret_problem);
    if (err != STATUS_OK) return err;
    err = old_slot_read_newest(journal->fd, &journal->slot);
    if (err == STATUS_OK) return read_old(journal, ret_problem);
    if (err != STATUS_STORE_DAMAGED) return err;
    err = check_length(journal, RING_AT, ret_problem);
    if (err == STATUS_OK) err = slot_read_newest(journal->fd, &journal->slot, ret_problem);
    if (err != STATUS_OK) return err;
    return check_length(journal, RING_AT + journal_ring_bytes(journal), ret_problem);
}

enum status journal_open(const char *path, char ret_problem[JOURNAL_PROBLEM_BYTES],
                         struct journal **ret_journal)
{
    REQUIRE(path != NULL);
    *ret_journal = NULL;
    struct journal *journal = journal_new(path, 0);
    if (journal == NULL && errno == ENOENT) return STATUS_OK;
    if (journal == NULL) return errno == ENOMEM ? STATUS_OUT_OF_MEMORY : STATUS_STORE_NOT_OPENED;

    enum status err = read_checkpoint(journal, ret_problem);
    if (err != STATUS_OK) {
        journal_close(journal);
        return err;
    }
    REQUIRE(journal->epoch == 0);
    journal->end = journal->slot.checkpoint.mark;
    journal->flushed_position = journal->end.position;
    atomic_store(&journal->flushed, journal->end.sequence);
    atomic_store(&journal->kept_position, journal->end.position);
    if (!journal->is_old) journal->note_fd = note_open(path);
    *ret_journal = journal;
    return STATUS_OK;
}

/* When which file was made tells it from all that were in its place. */
static enum status make_id(int fd, uint64_t *ret_id)
{
    struct stat file;
    if (fstat(fd, &file) != 0) return STATUS_STORAGE_FAILED;
    const uint64_t about[] = {file.st_dev, file.st_ino, (uint64_t)file.st_ctim.tv_sec,
                              (uint64_t)file.st_ctim.tv_nsec};
    *ret_id = XXH3_64bits(about, sizeof about);
    return STATUS_OK;
}

static enum status fill_new(struct journal *journal, uint64_t ring_bytes, enum journal_room room,
                            const void *state, size_t state_size)
{
    const struct journal_mark start = {0, 1};
    REQUIRE(journal->slot.checkpoint.number == 0);
    enum status err =
        file_allocate(journal->fd, RING_AT + ring_bytes, room == JOURNAL_ROOM_WRITTEN);
    if (err == STATUS_OK) err = make_id(journal->fd, &journal->slot.checkpoint.id);
    journal->slot.checkpoint.ring_bytes = ring_bytes;
    atomic_store(&journal->flushed, start.sequence);
    for (int pair = 0; pair < SLOT_PAIRS && err == STATUS_OK; pair++)
        err = journal_checkpoint(journal, start, state, state_size, true);
    REQUIRE(err != STATUS_OK || journal->slot.checkpoint.number == SLOT_PAIRS);
    return err;
}

enum status journal_make(const char *path, uint64_t ring_bytes, enum journal_room room,
                         const void *state, size_t state_size, struct journal **ret_journal)
{
    REQUIRE(ring_bytes >= JOURNAL_RING_BYTES_MIN);
    REQUIRE(state_size <= JOURNAL_STATE_BYTES_MAX);
    char new_path[PATH_MAX];
    int length = snprintf(new_path, sizeof new_path, "%s.new", path);
    if (length < 0 || (size_t)length >= sizeof new_path) return STATUS_STORAGE_FAILED;
    struct journal *journal = journal_new(new_path, O_CREAT | O_TRUNC);
    if (journal == NULL && errno == ENOMEM) return STATUS_OUT_OF_MEMORY;
    if (journal == NULL) return errno == ENOSPC ? STATUS_STORAGE_FULL : STATUS_STORAGE_FAILED;

    enum status err = fill_new(journal, ring_bytes, room, state, state_size);
    if (err == STATUS_OK && fsync(journal->fd) != 0) err = STATUS_STORAGE_FAILED;
    if (err == STATUS_OK && rename(new_path, path) != 0) err = STATUS_STORAGE_FAILED;
    if (err != STATUS_OK) {
        journal_close(journal);
        unlink(new_path);
        return err;
    }
    journal->end = journal->slot.checkpoint.mark;
    journal->note_fd = note_open(path);
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
    if (journal->note_fd >= 0) close(journal->note_fd);
    if (journal->fd >= 0) close(journal->fd);
    free(journal);
}
