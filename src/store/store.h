/* store.h -- The data folder: an LMDB environment, its transactions, and their journal.
 *
 * Reads see a snapshot and never wait. One thread writes. Transactions begin and end in here only,
 * so that leaking one can't be written.
 *
 * A write is executed: its changes are in the writer's open transaction, and the journal has them.
 * It is committed when that transaction is, and visible to reads from then on; it is flushed when
 * the journal is on disk, which may go on beside all that. Several writes may be executed before
 * they are committed together: the data file then takes the pages they change once, not once each.
 * Writes are numbered. A reply that tells what a transaction saw waits until store_flushed has
 * reached its number (store_txn_number); a read that must see everything acknowledged begins when
 * store_committed has reached what store_flushed was.
 *
 * Failures of the storage are sticky: the first one stays in the transaction, everything after it
 * does nothing or finds nothing, and the transaction ends with it. So the functions on records
 * (records.h) need no error of their own, and a command never ends half-saved. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "log/log.h"
#include "store/format_version.h"

enum { STORE_PROBLEM_BYTES = 512 };

struct store;
struct store_txn;

/** Callbacks of the memory that LMDB maps the data file into: for a server that wants to say what
 * has happened if it can't be read. */
struct store_watch {
    /* Where the file is mapped, once it is and until the store is closed. */
    void (*mapped)(const void *start, uint64_t bytes);
    /* LMDB has found its pages wrong and ends the process when this returns. */
    void (*broken)(const char *what);
};

/** How far an upgrade has come. */
struct store_upgrading {
    uint32_t from;    /* the format that the store has, or whose upgrade was under way */
    uint32_t to;      /* the present format */
    const char *step; /* what is being changed, a constant */
    unsigned number;  /* of the step, from 0, among those that there are to do */
    unsigned steps;
    uint64_t done;    /* records that the step has gone through, also before it was interrupted */
    uint64_t records; /* about so many it goes through in all */
    bool is_over;     /* the step has come to its end */
};

enum { STORE_SHOP_BYTES = 16 };

/** What a shop on several machines is told apart by. */
struct store_shop {
    uint8_t bytes[STORE_SHOP_BYTES];
};

struct store_options {
    const struct store_watch *watch; /* borrowed; NULL for none */
    const char *path;                /* a folder; made, with mode 0700, if it is not there */
    uint64_t map_bytes;  /* most the store may grow to; address space, not disk. At least 1 MiB */
    uint64_t room_bytes; /* disk space allocated ahead of the data, so that a commit never finds the
                            disk full: more than one write can dirty */
    uint64_t journal_bytes; /* of a journal that is made; what a crash leaves to be done again
                               is half of it at most. At least 64 KiB */
    unsigned readers_max;   /* reads at once */
    /* Called while the store is upgraded, before each transaction of it, every few milliseconds,
       and at the end of each step.
       NULL for none. */
    void (*upgrading)(void *context, const struct store_upgrading *progress);
    void *upgrading_context;
    /* The log of a shop on several machines, borrowed. NULL: one on one machine, whose writes are
       in its journal alone. */
    struct log *log;
    int64_t patience_ms; /* how long a flush waits for the log before it says STATUS_NOT_YET */
    const struct store_shop *shop; /* whose log it is; without a log: whose folder this is to be
                                      from now on. NULL for one on one machine. Borrowed */
    bool leaves_shop; /* the folder was of a shop on several machines, and is to be one no more */
    bool any_shop;    /* whatever it is of, it is only looked at */
};

/* --- open.c ----------------------------------------------------------------------------------- */

/** Opens or makes the store and takes the exclusive lock of the folder.
 *
 * @param ret_problem  On failure, what is wrong, for people.
 * @param ret_store    Set on STATUS_OK only.
 * @return STATUS_OK; STATUS_STORE_LOCKED; STATUS_STORE_OTHER_FORMAT; STATUS_STORE_DAMAGED;
 * STATUS_STORAGE_FULL; STATUS_STORE_NOT_OPENED; STATUS_OUT_OF_MEMORY. */
enum status store_open(const struct store_options *options, char ret_problem[STORE_PROBLEM_BYTES],
                       struct store **ret_store);

/** Commits and flushes what was executed. No transaction may be open. NULL is fine. */
void store_close(struct store *store);

/* --- read.c ----------------------------------------------------------------------------------- */

/** What is done inside a transaction. */
typedef enum status store_body(struct store_txn *txn, void *context);

/** Runs `body` on a snapshot. Safe from any thread, beside other reads and a write.
 * @return The failure of the storage if there was one, else what `body` returned. */
enum status store_read(struct store *store, store_body *body, void *context);

/* --- write.c ---------------------------------------------------------------------------------- */

/** Runs `body` on the newest state, to change it. If it returns STATUS_OK and the storage did not
 * fail, the write is executed: the next one sees its changes, reads see them after the next
 * store_commit (which comes by itself if much is pending), and the next flush brings them to disk;
 * else nothing has changed. By one thread, the writer, which commits before it ends.
 * @return As store_read. STATUS_STORAGE_FULL: no room on the disk or in the map, reads go on.
 * STATUS_STORAGE_FAILED: something failed half-way: close the store and open it again. */
enum status store_execute(struct store *store, store_body *body, void *context);

/** Makes all that was executed visible to reads that begin from now on. By the writer.
 * @return STATUS_OK; STATUS_STORAGE_FAILED: as for store_execute; with a log STATUS_NOT_YET. */
enum status store_commit(struct store *store);

/** Both, one after the other. */
enum status store_write(struct store *store, store_body *body, void *context);

/* --- flush.c ---------------------------------------------------------------------------------- */

/** Brings to disk what was executed before the call. Safe from any thread, beside reads and a
 * write; costs little if all is there already.
 * @return STATUS_OK; STATUS_STORAGE_FAILED: as for store_execute; with a log STATUS_NOT_YET: it is
 * not known, call it again; STATUS_DEPOSED: what was executed and not flushed never happened. */
enum status store_flush(struct store *store);

/** Numbers of the last write that was executed, that was committed, and that is on disk. Flushed
 * and committed never exceed executed, if they are read before it. Safe from any thread. */
uint64_t store_executed(const struct store *store);
uint64_t store_committed(const struct store *store);
uint64_t store_flushed(const struct store *store);

/** Whether a checkpoint is pending, which lets the journal and the data file stay small; and the
 * checkpoint: it flushes the data file, beside reads, writes and flushes. If nobody makes it, a
 * write does when it must. Safe from any thread.
 * @return STATUS_OK; STATUS_STORAGE_FAILED: as for store_execute. */
bool store_wants_checkpoint(const struct store *store);
enum status store_checkpoint(struct store *store);

/** Pre-writes a piece of the data file that the pending checkpoint will flush, and waits for it, so
 * that the flush itself finds little to do. The journal shares the disk, and its flushes, which
 * callers wait for, get their turn after each piece. By the thread that makes checkpoints.
 * @param bytes           Of the data file; at least 1.
 * @param ret_is_written  False if nothing was left but the checkpoint itself, or none is pending.
 * Set on STATUS_OK only.
 * @return STATUS_OK; STATUS_STORAGE_FAILED: as for store_execute. */
enum status store_pre_write(struct store *store, uint64_t bytes, bool *ret_is_written);

/** Whether the journal has little room left for what comes before the pending checkpoint. Safe from
 * any thread. */
bool store_is_pressed(const struct store *store);

/* --- follow.c --------------------------------------------------------------------------------- */

/* Of a store with a log; all by the writer but store_place. It follows until it leads:
 *
 *   store_follow ... store_commit    entries that were acknowledged, some together
 *   store_claim, store_follow ...    the rest of the log, which nobody sees yet
 *   store_start                      the first entry of an epoch: after its flush and a commit the
 *                                    store leads, and store_execute is for it
 *
 * A leader's writes are committed after they were flushed: store_commit says STATUS_NOT_YET before.
 * Once a flush ends with STATUS_DEPOSED everything does, until store_abandon: what was executed and
 * not acknowledged was not committed, so the store is what a follower's is. */

/** Executes the redo of an entry, the next one after the store's place.
 * @return STATUS_OK; STATUS_LOG_DAMAGED: it is not the next one, or not what it says it is;
 * STATUS_LOG_NEWER: its records are of a format that is not known here;
 * STATUS_DEPOSED: the epoch that the store claims is over before it began;
 * STATUS_STORAGE_FULL; STATUS_OUT_OF_MEMORY; STATUS_STORAGE_FAILED. After any but STATUS_OK the
 * store is as at the last commit. */
enum status store_follow(struct store *store, const struct log_entry *entry);

/** From now on nothing is committed until the store leads. @param epoch  That log_lead gave. */
void store_claim(struct store *store, uint64_t epoch);

/** Executes the first write of the epoch, and stages it.
 * @param note  Who leads, for those who follow.
 * @return As store_execute. */
enum status store_start(struct store *store, const uint8_t *note, size_t note_size,
                        store_body *body, void *context);

/** Executes a write of the leader whose entry has a note: of what it is, the body says the kind. An
 * entry of LOG_HASH without a note is a mark.
 * @return As store_execute. */
enum status store_append(struct store *store, const uint8_t *note, size_t note_size,
                         store_body *body, void *context);

/** Gives up the claim, or the lead after STATUS_DEPOSED: the store follows again, and is as at its
 * last commit. Waits for a flush that is under way. */
void store_abandon(struct store *store);

/** Whether the leader is to flush and to commit before it executes anything else. Any thread. */
bool store_wants_commit(const struct store *store);

/** The place of the last write that is committed. Safe from any thread. */
struct log_place store_place(const struct store *store);

/** The index in the log that a crash leads back to at most: of a checkpoint that is on disk. Safe
 * from any thread. */
uint64_t store_checkpointed(const struct store *store);

/** That of the last one that was executed: where to follow on. The writer's. */
struct log_place store_applied(const struct store *store);

/** The index of a write in the log, by its number. Safe from any thread. */
uint64_t store_index_of(const struct store *store, uint64_t number);

/** The entry of the log that the state of a read ends with: exactly, unlike its number. Zeros
 * without a log. */
struct log_place store_txn_place(struct store_txn *txn);

/* --- state_hash.c ----------------------------------------------------------------------------- */

enum { STORE_HASH_BYTES = 16 };

/** The hash of all records as they were at the newest mark that was committed by itself: alike for
 * all replicas. Reads everything. One thread, beside everything else.
 * @param ret_index  Of the mark.
 * @return STATUS_OK; STATUS_NOT_YET: there was no mark since the last time; STATUS_OUT_OF_MEMORY;
 * STATUS_STORE_DAMAGED. */
enum status store_hash(struct store *store, uint64_t *ret_index,
                       uint8_t ret_hash[STORE_HASH_BYTES]);

/** Says in the folder that it has another state than the leader had at an entry: it is not opened
 * any more, but to be looked at. Safe from any thread. */
void store_condemn(struct store *store, uint64_t index);

/* --- backup.c --------------------------------------------------------------------------------- */

/** Copies a snapshot into a new folder, compacted and flushed.
 * @return STATUS_OK; STATUS_ARGUMENT_INVALID if the folder is there or can't be made;
 * STATUS_STORAGE_FULL; STATUS_STORAGE_FAILED. Safe from any thread. */
enum status store_back_up(struct store *store, const char *path, uint64_t *ret_bytes);

/* --- state.c ---------------------------------------------------------------------------------- */

/** How many records of the journal were redone when the store was opened: none after a clean stop.
 */
uint64_t store_redone_records(const struct store *store);

/** Whether there was no store in the folder and it was made. */
bool store_is_new(const struct store *store);

/** The format that the store had before it was opened; 0 if it was the present one. */
uint32_t store_upgraded_from(const struct store *store);

/** Whether the last write found room. */
bool store_has_room(const struct store *store);

/** Bytes in use, and most that may be. Safe from any thread. */
void store_usage(struct store *store, uint64_t *ret_used_bytes, uint64_t *ret_limit_bytes);

/** The same of the journal: what a crash now would leave to be done again. Safe from any thread. */
void store_journal_usage(const struct store *store, uint64_t *ret_used_bytes,
                         uint64_t *ret_limit_bytes);

/** How many transactions have met a damaged record or page since the store was opened. Safe from
 * any thread, as is: */
uint64_t store_damage_met(const struct store *store);

enum { STORE_TREES = 13 };

/** The kinds of records that damage was met in. @param i  0..STORE_TREES - 1.
 * @return A constant name; NULL if none was met in this one. */
const char *store_damaged_tree(const struct store *store, unsigned i);

/** Frees the reader slots of dead processes. Call it now and then, from any thread. */
void store_clear_stale_readers(struct store *store);

/* --- transaction.c ---------------------------------------------------------------------------- */

/** A read sees no write of a later number. */
uint64_t store_txn_number(const struct store_txn *txn);

/** What the entry of this write is, LOG_BATCH if nobody says so. */
void store_txn_set_kind(struct store_txn *txn, enum log_kind kind);

/** The failure so far, STATUS_OK if none. */
enum status store_txn_failure(const struct store_txn *txn);

/** Lets a read go on that has failed for damage: for whoever can do without what could not be read.
 * @return Whether it had. */
bool store_txn_pass_damage(struct store_txn *txn);

#endif
