/* inside.h -- What a store is made of: for the files that open it and begin its transactions. For
 * src/store only. */
#ifndef STORE_INSIDE_H
#define STORE_INSIDE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "journal/journal.h"
#include "store/caches.h"
#include "store/checkpoint.h"
#include "store/environment.h"
#include "store/layouts.h"
#include "store/pending.h"
#include "store/readers.h"
#include "store/room.h"
#include "store/store.h"
#include "store/transaction_inside.h"

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
    atomic_bool has_room;            /* whether the last write found some */
    atomic_bool has_failed;          /* the disk did: nothing here can be trusted any more */
};

#endif
