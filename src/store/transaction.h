/* transaction.h -- The inside of a store and of its transactions. For src/store only. */
#ifndef STORE_TRANSACTION_H
#define STORE_TRANSACTION_H

#include <limits.h>
#include <lmdb.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "journal/journal.h"
#include "model/catalog.h"
#include "model/queue.h"
#include "store/checkpoint.h"
#include "store/kept_records.h"
#include "store/kept_rows.h"
#include "store/readers.h"
#include "store/record.h"
#include "store/record_head.h"
#include "store/records.h"
#include "store/room.h"
#include "store/seen_ranks.h"
#include "store/store.h"
#include "store/unshown.h"

/** What was met of damage, by any transaction. */
struct damage_met {
    atomic_uint_fast64_t met;   /* transactions that failed for it */
    atomic_uint_fast32_t trees; /* a bit for each it was in */
};

struct store_txn {
    MDB_txn *mdb;
    const MDB_dbi *trees;
    struct damage_met *damage; /* NULL while the store is opened */
    enum tree tree;            /* looked into last */
    bool may_write;
    bool is_headless; /* records have no heads: of a format before them, not upgraded yet */
    struct journal_record *redo;    /* of a write: its changes; NULL while they are done again */
    MDB_cursor *cursors[TREES];     /* kept while writing: neighbours are found without a search */
    struct performance performance; /* while reading: the one asked for last; id 0: none */
    struct queue queue;       /* the one asked for last, as it is in here; concert_id 0: none */
    uint32_t knows_timer_due; /* a bit for each kind: every poll asks whether any is due */
    unix_ms timer_due_ms[TIMER_KINDS];
    bool queue_is_changed;                                  /* and has yet to be put */
    struct kept_records *kept;                              /* while writing */
    struct seen_rank_node rank_nodes_seen[RANK_NODES_SEEN]; /* while reading */
    struct rank_sums *rank_sums;    /* likewise: of the RANK_SUMS_SEEN nodes above the leaves */
    struct event_place event_place; /* while reading: behind the event asked for last */
    struct kept_rows *kept_rows;
    bool has_put_rows; /* of a hall: they are not for others before the commit */
    enum status failure;
    uint64_t changes;   /* told to the journal */
    uint64_t put_bytes; /* told to the trees: seats gather before they are */
    uint64_t number;    /* of a read: see store_txn_number */
    uint64_t touches;   /* records asked for, written or deleted: tests count the growth */
};

/** Writes that were applied and that reads do not see yet. */
struct unshown {
    struct store_txn txn; /* open if there are any */
    unsigned writes;
    uint8_t *redo; /* their changes, should a write after them have to be taken back */
    size_t redo_size;
    size_t redo_capacity;
};

struct store {
    MDB_env *env;
    MDB_dbi trees[TREES];
    int lock_fd;            /* open as long as the folder is ours */
    bool is_headless;       /* as in its transactions, while it is opened */
    uint32_t upgraded_from; /* format; 0 if it had the present one */
    struct readers readers;
    struct kept_rows kept_rows; /* of committed layouts */
    struct room room;           /* the writer's */
    struct kept_records kept;   /* likewise */
    struct unshown unshown;     /* likewise */
    struct journal *journal;
    struct checkpoints checkpoints;
    uint64_t redone_records; /* of the journal, when the store was opened */
    struct damage_met damage;
    bool is_new;                  /* made when it was opened */
    bool is_open;                 /* to its last step */
    atomic_uint_fast64_t applied; /* number of the last write that was given to the journal */
    atomic_uint_fast64_t showing; /* of the last that is shown, or about to be */
    atomic_uint_fast64_t shown;   /* of the last that reads see */
    atomic_uint_fast64_t flushed; /* of the last that is on disk */
    atomic_bool has_room;         /* whether the last write found some */
    atomic_bool has_failed;       /* the disk did: nothing here can be trusted any more */
};

/** The format in which a transaction writes records: the present one, but while a store is upgraded
 * that has no heads yet. */
static inline uint8_t record_format(const struct store_txn *txn)
{
    return txn->is_headless ? HEADLESS_FORMAT : STORE_FORMAT_VERSION;
}

/** A writer for the body of a record.
 * @param size  Of `bytes`: room for the head, which is filled in later, and for the body. */
static inline struct writer record_writer(const struct store_txn *txn, uint8_t *bytes, size_t size)
{
    REQUIRE(size >= RECORD_HEAD_BYTES);
    return (struct writer){.start = bytes,
                           .at = bytes + RECORD_HEAD_BYTES,
                           .end = bytes + size,
                           .format = record_format(txn)};
}

/** What an error of LMDB, or an errno, means. Any code that is not foreseen is a mistake of ours.
 */
enum status store_status(int rc);

/** Bytes of the file that pages use. */
uint64_t store_used_bytes(MDB_env *env);

/** Puts the queue asked for last if it was changed: it is with every command. */
void kept_queue_put(struct store_txn *txn);

/** The number of the format that a store was made with. @return Whether it is there. */
bool meta_format_get(struct store_txn *txn, uint32_t *ret_version);
void meta_format_put(struct store_txn *txn, uint32_t version);

/** The first version of the server that knows the format, for those that do not. Its form is for
 * all formats the same, as that of the format is.
 * @return Whether it is there: stores of formats 1 and 2 need not have it. */
bool meta_needs_get(struct store_txn *txn, char ret_version[STORE_VERSION_BYTES]);
void meta_needs_put(struct store_txn *txn, const char *version);

/** The path of something in a folder. @return False if it is too long. */
bool folder_path(const char *folder, const char *name, char ret_path[PATH_MAX]);

/** Flushes the entries of a folder. @return STATUS_OK or a failure of the storage. */
enum status folder_flush(const char *path);

#endif
