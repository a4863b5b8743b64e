/* transaction_inside.h -- What a transaction is: for the few files that begin one or that stand on
 * LMDB. For src/store only. */
#ifndef STORE_TRANSACTION_INSIDE_H
#define STORE_TRANSACTION_INSIDE_H

#include <lmdb.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "journal/journal.h"
#include "log/log.h"
#include "store/key.h"
#include "store/tree.h"

struct cache;

/** What was met of damage, by any transaction. */
struct damage_met {
    atomic_uint_fast64_t met;   /* transactions that failed for it */
    atomic_uint_fast32_t trees; /* a bit for each it was in */
};

/** The greatest key of a tree, as the writer knows it. */
struct tree_end {
    bool is_known;
    struct key key; /* empty: the tree is */
};

struct store_txn {
    struct cache *caches; /* by enum cache_id; NULL if nothing is cached. First: see cache.h */
    MDB_txn *mdb;
    const MDB_dbi *trees;
    struct damage_met *damage; /* NULL while the store is opened */
    enum tree tree;            /* looked into last */
    bool may_write;
    bool is_headless; /* records have no heads: of a format before them, not upgraded yet */
    struct journal_record *redo; /* of a write: its changes; NULL while they are redone */
    MDB_cursor *cursors[TREES];  /* open while writing: neighbours are found without a search */
    void *const *memos;          /* by enum memo; NULL if there are none */
    struct tree_end *ends;       /* by enum tree, of a write; NULL if none is known */
    enum status failure;
    uint64_t changes;       /* logged */
    uint64_t put_bytes;     /* written to the trees: what is cached gathers before it is */
    uint64_t number;        /* of a read: see store_txn_number */
    uint64_t touches;       /* records asked for, written or deleted: tests count the growth */
    struct log_place place; /* of a write: where it will be in the log; index 0: nowhere */
    unix_ms logged_ms;      /* and when it was, by its counters */
    enum log_kind kind;     /* and what it is there */
    bool has_place;         /* its counters were put, and with them its place */
};

#endif
