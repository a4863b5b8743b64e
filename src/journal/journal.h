/* journal.h -- Records on disk in the order they were made, and the checkpoint they go on from.
 *
 * One file of fixed size, allocated when it is made: so writing never needs room on the disk, and
 * hardly ever anything but the bytes themselves. Two pairs of slots take turns with the checkpoint;
 * behind them a ring holds the records. What a checkpoint covers is written over in time.
 *
 * A record is on disk or it is not: one cut off by a power failure ends the journal, and whatever
 * of older rounds lies behind it is never taken for a record. One that was on disk and is not whole
 * any more is damage, which is refused: every record says what was flushed before it was written,
 * and a file beside the journal says how far the last flush came. That note is not flushed: what is
 * lost with it can't be told from a flush that a power cut tore, and that is the last flush alone.
 *
 *   who                  what
 *   the writer           journal_fits, journal_stage and the functions on a record
 *   any thread           journal_flush
 *   one at a time        journal_checkpoint, beside the others
 *
 * Numbers in the file have the byte order of the machine, as LMDB's have. */
#ifndef JOURNAL_JOURNAL_H
#define JOURNAL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    JOURNAL_RING_BYTES_MIN = 64 * 1024,
    JOURNAL_STATE_BYTES_MAX = 64 * 1024,
    JOURNAL_PROBLEM_BYTES = 160
};

struct journal;

/** Where the records of a checkpoint begin. */
struct journal_mark {
    uint64_t position; /* bytes of all records before it, over all rounds of the ring */
    uint64_t sequence; /* number of the record that comes first */
};

/* --- open.c ----------------------------------------------------------------------------------- */

/** Opens the journal at `path`.
 * @param ret_problem  On STATUS_STORE_DAMAGED, what is wrong with it, for people.
 * @param ret_journal  NULL if there is none, which is no failure.
 * @return STATUS_OK; STATUS_STORE_DAMAGED if the newest checkpoint is not whole or the file was cut
 * off; STATUS_STORE_NOT_OPENED; STATUS_STORAGE_FAILED; STATUS_OUT_OF_MEMORY. */
enum status journal_open(const char *path, char ret_problem[JOURNAL_PROBLEM_BYTES],
                         struct journal **ret_journal);

/** What is done about the room of a ring that is made. */
enum journal_room {
    JOURNAL_ROOM_WRITTEN,  /* for one that is used at once: no flush is slower than others */
    JOURNAL_ROOM_RESERVED, /* for one that may never be: made in no time */
};

/** Makes an empty journal at `path` with this state as its checkpoint. A crash leaves all of it or
 * none, once the folder has been flushed.
 * @param ring_bytes  JOURNAL_RING_BYTES_MIN at least.
 * @return STATUS_OK; STATUS_STORAGE_FULL; STATUS_STORAGE_FAILED; STATUS_OUT_OF_MEMORY. */
enum status journal_make(const char *path, uint64_t ring_bytes, enum journal_room room,
                         const void *state, size_t state_size, struct journal **ret_journal);

/** What is staged and not flushed is lost. NULL is fine. */
void journal_close(struct journal *journal);

/* --- replay.c --------------------------------------------------------------------------------- */

/** Calls `visit` for each record after the checkpoint, in order, until one is not STATUS_OK. Once,
 * before anything is staged; a checkpoint must follow it.
 * @param ret_problem  On STATUS_STORE_DAMAGED that `visit` did not return, what is wrong.
 * @return What `visit` returned last; STATUS_STORE_DAMAGED if a record that was on disk is not
 * whole; STATUS_OUT_OF_MEMORY; STATUS_STORAGE_FAILED. */
enum status journal_replay(struct journal *journal,
                           enum status (*visit)(void *context, const uint8_t *bytes, size_t size),
                           void *context, char ret_problem[JOURNAL_PROBLEM_BYTES]);

/* --- record.c --------------------------------------------------------------------------------- */

/** A record that is being made. */
struct journal_record;

/** @return An empty record; NULL if there is no memory. Stage it or drop it. */
struct journal_record *journal_record_begin(struct journal *journal);

/** Adds bytes to its end. @return False if there is no memory: it stays as it was. */
bool journal_record_add(struct journal_record *record, const void *bytes, size_t size);

/** Adds room for so many bytes to its end.
 * @return The room, to be filled before the record is changed again; NULL if there is no memory: it
 * stays as it was. */
uint8_t *journal_record_extend(struct journal_record *record, size_t size);

/** Bytes that it takes in the ring. */
size_t journal_record_size(const struct journal_record *record);

/** What was added to it; valid until the next change. */
const void *journal_record_bytes(const struct journal_record *record, size_t *ret_size);

/** Forgets it. NULL is fine. */
void journal_record_drop(struct journal *journal, struct journal_record *record);

/** Whether it would not write over what the checkpoint needs. */
bool journal_fits(const struct journal *journal, const struct journal_record *record);

/** Takes a record that fits, and cannot fail. It is on disk after the next flush. */
void journal_stage(struct journal *journal, struct journal_record *record);

/* --- flush.c ---------------------------------------------------------------------------------- */

/** Writes and flushes all that was staged before the call. Costs nothing if that is nothing.
 * @return STATUS_OK; STATUS_STORAGE_FAILED, from then on for good. */
enum status journal_flush(struct journal *journal);

/* --- checkpoint.c ----------------------------------------------------------------------------- */

/** The state that the checkpoint was given; valid until the next one. */
const void *journal_state(const struct journal *journal, size_t *ret_size);

/** Whether the checkpoint is the last thing that was done: there are no records after it. */
bool journal_is_closed(const struct journal *journal);

/** Whether version 0.1.0 made it: it can be replayed, by that version's rules, which take damage
 * for the end; then another is to be made in its place. */
bool journal_is_old(const struct journal *journal);

/** Where the next record will be. */
struct journal_mark journal_end(const struct journal *journal);

/** Bytes of the ring that the checkpoint needs. For any thread: since the journal was opened. */
uint64_t journal_seen_bytes(const struct journal *journal);

/** The same for the writer, and all bytes of the ring. */
uint64_t journal_used_bytes(const struct journal *journal);
uint64_t journal_ring_bytes(const struct journal *journal);

/** Notes on disk that `state` holds all before `mark`. Without it records are not overwritten.
 * @param mark       What journal_end was at that moment: never before the last checkpoint's.
 * @param state      Not what journal_state gave, which changes.
 * @param is_closed  Nothing comes after it: see journal_is_closed.
 * @return STATUS_OK; STATUS_STORAGE_FAILED. */
enum status journal_checkpoint(struct journal *journal, struct journal_mark mark, const void *state,
                               size_t state_size, bool is_closed);

#endif
