/* cache.h -- A write-back cache of decoded records, one for each kind of record that is asked for
 * again and again. For src/store only.
 *
 * The writer's caches live as long as the store, since nobody else writes. A write changes records
 * in them. When it ends, each changed record is packed and logged to the journal, once however
 * often it was changed. It is put into its tree then, too, or, if its kind is hot, not before a
 * commit: a record that many writes change is put once for all of them.
 *
 *   a slot is    cached     it has the record, as this write sees it
 *                changed    by this write, and the journal does not know
 *                logged     the journal knows, and the tree does not: of a hot kind
 *
 *   the life     cache_begin: what a write has changed that gave up is as it was before
 *                cache_log: a write ends well
 *                cache_write_back: before a commit, and before a walk through the tree
 *                cache_drop: the transaction was aborted, and with it what is in the tree
 *
 * A record has one slot where it can be; whatever is there makes way, and is written back. Reads
 * have a cache of one slot of few kinds, which ends with them. */
#ifndef STORE_CACHE_H
#define STORE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/require.h"
#include "store/bits.h"
#include "store/bytes.h"
#include "store/key.h"
#include "store/store.h"
#include "store/tree.h"

enum cache_id {
#define CACHE(name, kind) CACHE_##name,
#include "store/caches.def"
#undef CACHE
    CACHES,
};

enum { CACHE_SLOTS_MAX = 4096, CACHE_RECORD_BYTES_MAX = 2048 };

_Static_assert((CACHE_SLOTS_MAX & (CACHE_SLOTS_MAX - 1)) == 0,
               "a power of two, as are all numbers of slots");

/** What a record is called, in two numbers: an id, or up to two numbers of its key. */
struct cache_key {
    uint64_t high;
    uint64_t low;
    uint32_t slot; /* modulo the slots; neighbours in the tree are best neighbours here */
};

struct cache_kind {
    enum tree tree;
    uint32_t slots;        /* of the writer: a power of two, 64..CACHE_SLOTS_MAX */
    uint32_t item_bytes;   /* a decoded record; what it begins with is copied, if it is larger */
    uint32_t record_bytes; /* most of a packed one, with its head; CACHE_RECORD_BYTES_MAX */
    bool is_sparse;        /* one that is not there is all zeros, and one that packs to nothing is
                              not there */
    bool is_hot;           /* nearly every write changes it */
    bool is_scattered;     /* the order of the slots is not that of the keys */
    bool grows;            /* new keys are mostly greater than all before: they append */
    struct key (*key)(struct cache_key key);
    void (*pack)(struct writer *value, struct cache_key key, const void *item);
    /* All of the item. Whether the value was good is seen by record_check. */
    void (*unpack)(struct reader *value, struct cache_key key, void *ret_item);
    /* Packs what is to be changed of the record, for the journal. NULL: always the whole record.
       @return False if that is not enough: the whole record is logged. */
    bool (*pack_change)(struct writer *change, const void *before, const void *item);
};

struct cache {
    const struct cache_kind *kind;
    uint32_t slots;   /* 0: nothing is cached */
    size_t stride;    /* from one item to the next */
    bool has_changes; /* of a write that has not ended well */
    struct cache_key *keys;
    uint64_t *is_cached; /* a bit for each slot, as in the next three */
    uint64_t *is_changed;
    uint64_t *is_logged;
    uint64_t *has_before; /* of one that is changed: it was cached when this write came to it */
    uint8_t *items;       /* NULL: nothing is cached */
    uint8_t *before;      /* of a hot kind: as the writes before this one left them */
};

/** Memory of a cache with one slot, for a read. */
struct cache_slot {
    struct cache_key key;
    uint64_t is_cached;
};

/** Makes the writer's cache of a kind. @return False if there is no memory. */
bool cache_init(struct cache *cache, const struct cache_kind *kind);

/** Makes a read's cache with one slot. @param item  Has item_bytes of the kind; borrowed. */
void cache_init_slot(struct cache *cache, const struct cache_kind *kind, struct cache_slot *slot,
                     void *item);

/** A zeroed cache is fine. Not for one of a read. */
void cache_deinit(struct cache *cache);

/** A read's cache without slots. */
void cache_init_none(struct cache *cache, const struct cache_kind *kind);

/* --- For the files of records ----------------------------------------------------------------- */
/* Each finds nothing and does nothing once the transaction has failed. */

/** Those of a transaction, by enum cache_id: it begins with them (transaction_inside.h), and must
 * have some. */
static inline struct cache *store_txn_caches(const struct store_txn *txn)
{
    struct cache *caches = *(struct cache *const *)(const void *)txn;
    REQUIRE(caches != NULL);
    return caches;
}

/** Reads a record that is not cached; in a write, and of kinds that reads cache, it is afterwards.
 */
void *cache_fetch(struct store_txn *txn, enum cache_id id, struct cache_key key);

static inline void *cache_item(const struct cache *cache, struct cache_key key)
{
    uint32_t slot = key.slot & (cache->slots - 1);
    const struct cache_key *found = &cache->keys[slot];
    bool is_in =
        found->low == key.low && found->high == key.high && bits_has(cache->is_cached, slot);
    return is_in ? cache->items + slot * cache->stride : NULL;
}

/** The record if it is cached. @return Borrowed until the next call for this cache; NULL. */
static inline const void *cache_find(struct store_txn *txn, enum cache_id id, struct cache_key key)
{
    return cache_item(&store_txn_caches(txn)[id], key);
}

/** The record, which is cached if it was not. In a read: of kinds that reads cache only.
 * @return As cache_find; NULL if it is not there. */
static inline const void *cache_look(struct store_txn *txn, enum cache_id id, struct cache_key key)
{
    const void *item = cache_find(txn, id, key);
    return item != NULL ? item : cache_fetch(txn, id, key);
}

/** Marks a record as changed by this write, and reads it before if it is not cached. */
void *cache_change(struct store_txn *txn, enum cache_id id, struct cache_key key);

/** The record, to be changed: see cache_log. In a write. */
static inline void *cache_edit(struct store_txn *txn, enum cache_id id, struct cache_key key)
{
    const struct cache *cache = &store_txn_caches(txn)[id];
    void *item = cache_item(cache, key);
    bool is_changed = item != NULL && bits_has(cache->is_changed, key.slot & (cache->slots - 1));
    return is_changed ? item : cache_change(txn, id, key);
}

/** Copies the record. In any transaction. @return Whether it is there. */
bool cache_get(struct store_txn *txn, enum cache_id id, struct cache_key key, void *ret_item);

/** Caches a record as it is in its tree. In a write. */
void cache_fill(struct store_txn *txn, enum cache_id id, struct cache_key key, const void *item);

/** Puts a record, also over what is there. In a write. */
void cache_put(struct store_txn *txn, enum cache_id id, struct cache_key key, const void *item);

/** Forgets a record that is being put into its tree by other means. In a write. */
void cache_forget(struct store_txn *txn, enum cache_id id, struct cache_key key);

/** Deletes a record from the cache and from its tree, if it is there. In a write. */
void cache_delete(struct store_txn *txn, enum cache_id id, struct cache_key key);

/** Writes back all that is changed or logged, in the order of the keys. Does nothing in a read. */
void cache_write_back(struct store_txn *txn, enum cache_id id);

/* --- For who begins and ends transactions (caches.h) ------------------------------------------ */

void cache_begin(struct cache *cache);
void cache_log(struct store_txn *txn, enum cache_id id);

/** The write has ended well: what it changed is not taken back any more. */
void cache_keep(struct cache *cache);
void cache_drop(struct cache *cache);

#endif
