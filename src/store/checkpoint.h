/* checkpoint.h -- How far the data file can be relied on after a crash. For src/store only.
 *
 * Writes go to the data file without a flush; the journal has them. A checkpoint flushes the data
 * file and keeps a copy of its two header pages, in which LMDB notes where its trees begin. After a
 * crash the copy is put back: the store is then as it was at the checkpoint, whatever of the pages
 * written since has reached the disk, and the journal has the rest.
 *
 * For this no page of the checkpoint may be written over before the next one is on disk. LMDB
 * spares the pages that a snapshot still sees: so a snapshot is held open for as long. */
#ifndef STORE_CHECKPOINT_H
#define STORE_CHECKPOINT_H

#include <lmdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "journal/journal.h"
#include "store/environment.h"

struct checkpoints {
    const struct environment *environment;
    struct journal *journal;
    MDB_txn *snapshots[2]; /* of the newest checkpoint, and of the next one while it is pending */
    unsigned newest;
    uint64_t pages; /* about so many were written since the newest one: the writer's, as is: */
    uint64_t logged_bytes; /* of redo that a log on other machines was given since, or gave */

    pthread_mutex_t lock; /* who finishes a checkpoint holds it */
    atomic_bool is_pending;
    atomic_bool is_urgent;    /* not much more can be written before the pending one is on disk */
    unsigned passes;          /* over the data file, made ahead of the pending one */
    uint64_t ahead_bytes;     /* of the file, in the pass under way */
    struct journal_mark mark; /* of the pending one, as are: */
    size_t headers_size;
    uint8_t headers[JOURNAL_STATE_BYTES_MAX];
};

/** Puts the headers of the journal's checkpoint back into the data file.
 * @return STATUS_OK; STATUS_STORE_DAMAGED, also if the file is an older one, such as a backup that
 * was put in its place; STATUS_STORAGE_FAILED. */
enum status checkpoint_restore(const char *data_file, const struct journal *journal);

/** After a clean stop the data file has the headers of the journal's checkpoint, or those that
 * another program has written since. One that differs in a single byte is neither: it is damaged,
 * and is put back.
 * @return As checkpoint_restore. */
enum status checkpoint_mend(const char *data_file, const struct journal *journal);

/** Reads the header pages as they are. @return Their size; 0 if they can't be read. */
size_t checkpoint_read_headers(const struct environment *environment,
                               uint8_t ret_headers[JOURNAL_STATE_BYTES_MAX]);

/** Holds the store as it is, which must be its checkpoint. @param environment, journal  Borrowed.
 */
enum status checkpoints_init(struct checkpoints *checkpoints, const struct environment *environment,
                             struct journal *journal);

/** Zeroed checkpoints are fine. */
void checkpoints_deinit(struct checkpoints *checkpoints);

/** Counts what one write has put into the data file, `bytes` of it new. By the writer. */
void checkpoints_count(struct checkpoints *checkpoints, uint64_t bytes);

/** Whether so much was written that a checkpoint is to begin, and none is pending. By the writer.
 */
bool checkpoints_are_due(const struct checkpoints *checkpoints);

/** Decides by what is left of the journal whether the pending one is urgent. By the writer. */
void checkpoints_note_urgency(struct checkpoints *checkpoints);

/** Begins the next checkpoint, which has the last write and all before it. By the writer, if none
 * is pending. @return STATUS_OK; a failure of the storage. */
enum status checkpoint_begin(struct checkpoints *checkpoints);

/** Gives the disk a piece of what the pending one is to flush, if there is one, and waits for it. A
 * flush of all at once would keep the disk from the journal for as long as it takes.
 * @param ret_is_written  False if there was none left. Set on STATUS_OK only.
 * @return STATUS_OK; STATUS_STORAGE_FAILED. */
enum status checkpoint_pre_write(struct checkpoints *checkpoints, uint64_t bytes,
                                 bool *ret_is_written);

/** Brings the pending one to disk; does nothing if there is none. Waits for a thread that is at it.
 * @param is_closing  Nothing will be written after it.
 * @return STATUS_OK; STATUS_STORAGE_FAILED. */
enum status checkpoint_finish(struct checkpoints *checkpoints, bool is_closing);

#endif
