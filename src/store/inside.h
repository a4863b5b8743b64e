/* inside.h -- What a store is made of: for the files that open it and begin its transactions. For
 * src/store only. */
#ifndef STORE_INSIDE_H
#define STORE_INSIDE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "journal/journal.h"
#include "log/log.h"
#include "store/caches.h"
#include "store/checkpoint.h"
#include "store/environment.h"
#include "store/layouts.h"
#include "store/pending.h"
#include "store/readers.h"
#include "store/room.h"
#include "store/store.h"
#include "store/transaction_inside.h"
#include "store/turnstile.h"

/** What a store of a shop on several machines does with its log. It begins with following. */
enum duty {
    DUTY_FOLLOWS, /* the entries of others */
    DUTY_CLAIMS,  /* to lead, and follows to the end, which nobody sees before it leads */
    DUTY_LEADS,
    DUTY_DEPOSED, /* another does: to be opened anew */
};

/* See state_hash.h. */
struct hash_mark {
    uint64_t index; /* of the entry that was executed last and is one; 0: none. The
                       writer's */
    uint64_t index_of_snapshot;
    _Atomic(MDB_txn *) snapshot; /* to be hashed; NULL: none. Who hashes it lets it go */
};

struct store {
    struct environment environment;
    int lock_fd;            /* open as long as the folder is ours */
    bool is_headless;       /* as in its transactions, while it is opened */
    uint32_t upgraded_from; /* format; 0 if it had the present one */
    struct readers readers;
    struct layouts layouts; /* those that are committed */
    struct room room;       /* the writer's */
    struct caches caches;   /* likewise */
    struct pending pending; /* likewise */
    struct journal *journal;
    struct checkpoints checkpoints;
    uint64_t redone_records; /* of the journal, when the store was opened */
    struct damage_met damage;
    bool is_new;                     /* made when it was opened */
    bool is_open;                    /* to its last step */
    atomic_uint_fast64_t executed;   /* number of the last write that was given to the journal */
    atomic_uint_fast64_t committing; /* of the last that is committed, or about to be */
    atomic_uint_fast64_t committed;  /* of the last that reads see */
    atomic_uint_fast64_t flushed;    /* of the last that is on disk */
    struct log *log;                 /* borrowed; NULL: a shop on one machine */
    int64_t patience_ms;             /* of a flush of the log */
    _Atomic enum duty duty;          /* with a log */
    bool is_starting;                /* the write that is executed makes it lead */
    atomic_bool wants_commit;        /* with a log: before anything else is executed */
    struct turnstile flushing;       /* the log flushes once at a time; while it is away, always */
    uint8_t note[LOG_NOTE_BYTES_MAX];
    size_t note_size;         /* of the next START or HASH */
    uint64_t epoch;           /* of the writes that are executed */
    uint64_t base_index;      /* in the log, when it was opened: then writes are counted */
    struct log_place applied; /* of the last write that was executed: the writer's */
    struct log_place kept;    /* of the last that is committed: likewise */
    _Atomic uint64_t committed_epoch;
    struct hash_mark mark;
    _Atomic uint64_t checkpointing; /* index that the checkpoint has which began last */
    _Atomic uint64_t checkpointed;  /* and the one that is on disk, or one before */
    atomic_bool has_room;           /* whether the last write found some */
    atomic_bool has_failed;         /* the disk did: nothing here can be trusted any more */
};

#endif
