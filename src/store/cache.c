#include "store/cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "store/bits.h"
#include "store/record.h"
#include "store/transaction_inside.h"

/* So that items of any type may lie one behind the other. */
enum { ALIGNMENT = 16, BITS_KINDS = 4 };

_Static_assert(ALIGNMENT >= _Alignof(max_align_t), "an item of any type is aligned");
_Static_assert(CACHE_SLOTS_MAX % BITS_PER_WORD == 0, "sets have whole words");
_Static_assert(CACHE_SLOTS_MAX <= UINT16_MAX, "a sort of all slots has gaps enough");

/* --- Slots ------------------------------------------------------------------------------------ */

static inline uint32_t slot_of(const struct cache *cache, struct cache_key key)
{
    return key.slot & (cache->slots - 1);
}

static size_t stride_of(const struct cache_kind *kind)
{
    REQUIRE(kind->item_bytes >= 1);
    return (kind->item_bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static inline void *item_of(const struct cache *cache, uint32_t slot)
{
    return cache->items + slot * cache->stride;
}

static inline void *before_of(const struct cache *cache, uint32_t slot)
{
    return cache->before + slot * cache->stride;
}

static inline bool is_in(const struct cache *cache, struct cache_key key)
{
    return cache_item(cache, key) != NULL;
}

_Static_assert(offsetof(struct store_txn, caches) == 0, "a transaction begins with its caches");

static inline struct cache *cache_of(const struct store_txn *txn, enum cache_id id)
{
    REQUIRE(id < CACHES);
    return &store_txn_caches(txn)[id];
}

static inline struct cache *cache_to_change(const struct store_txn *txn, enum cache_id id)
{
    REQUIRE(txn->may_write);
    return cache_of(txn, id);
}

/* --- Memory ----------------------------------------------------------------------------------- */

/* One block: items and what they were, keys, bits. */
bool cache_init(struct cache *cache, const struct cache_kind *kind)
{
    REQUIRE(kind->slots <= CACHE_SLOTS_MAX);
    REQUIRE(kind->record_bytes > RECORD_HEAD_BYTES);
    REQUIRE(kind->record_bytes <= CACHE_RECORD_BYTES_MAX);
    REQUIRE(kind->tree < TREES);
    REQUIRE(kind->slots >= BITS_PER_WORD);
    REQUIRE((kind->slots & (kind->slots - 1)) == 0);
    size_t words = kind->slots / BITS_PER_WORD;
    size_t items_bytes = kind->slots * stride_of(kind);
    size_t before_bytes = kind->is_hot ? items_bytes : 0;
    uint8_t *memory =
        calloc(1, items_bytes + before_bytes + kind->slots * sizeof(struct cache_key) +
                      BITS_KINDS * words * sizeof(uint64_t));
    if (memory == NULL) return false;
    struct cache_key *keys = (struct cache_key *)(void *)(memory + items_bytes + before_bytes);
    uint64_t *bits = (uint64_t *)(keys + kind->slots);
    *cache = (struct cache){
        .kind = kind,
        .slots = kind->slots,
        .stride = stride_of(kind),
        .items = memory,
        .before = kind->is_hot ? memory + items_bytes : NULL,
        .keys = keys,
        .is_cached = bits,
        .is_changed = bits + words,
        .is_logged = bits + 2 * words,
        .has_before = bits + 3 * words,
    };
    return true;
}

void cache_init_slot(struct cache *cache, const struct cache_kind *kind, struct cache_slot *slot,
                     void *item)
{
    REQUIRE(slot != NULL);
    REQUIRE(item != NULL);
    slot->is_cached = 0;
    *cache = (struct cache){
        .kind = kind, .slots = 1, .keys = &slot->key, .is_cached = &slot->is_cached, .items = item};
}

void cache_init_none(struct cache *cache, const struct cache_kind *kind)
{
    REQUIRE(kind != NULL);
    static struct cache_key no_key;
    static uint64_t no_bits; /* for nobody to set */
    *cache = (struct cache){.kind = kind, .slots = 1, .keys = &no_key, .is_cached = &no_bits};
}

void cache_deinit(struct cache *cache)
{
    REQUIRE(cache->items == NULL || cache->slots > 1);
    free(cache->items);
    *cache = (struct cache){0};
}

/* --- What becomes of a slot ------------------------------------------------------------------- */

static inline struct writer pack(const struct store_txn *txn, const struct cache *cache,
                                 uint32_t slot, uint8_t *bytes)
{
    struct writer value = {.start = bytes,
                           .at = bytes + RECORD_HEAD_BYTES,
                           .end = bytes + cache->kind->record_bytes,
                           .format = txn->is_headless ? HEADLESS_FORMAT : STORE_FORMAT_VERSION};
    cache->kind->pack(&value, cache->keys[slot], item_of(cache, slot));
    return value;
}

static inline bool is_nothing(const struct cache *cache, const struct writer *value)
{
    return cache->kind->is_sparse && writer_size(value) == RECORD_HEAD_BYTES;
}

static bool log_change(struct store_txn *txn, const struct cache *cache, uint32_t slot,
                       const struct key *key, uint8_t *bytes)
{
    const struct cache_kind *kind = cache->kind;
    if (kind->pack_change == NULL || !bits_has(cache->has_before, slot)) return false;
    REQUIRE(bits_has(cache->is_cached, slot));
    struct writer change = writer_make(bytes, kind->record_bytes);
    if (!kind->pack_change(&change, before_of(cache, slot), item_of(cache, slot))) return false;
    record_log_change(txn, kind->tree, key, &change);
    return true;
}

static void log_record(struct store_txn *txn, const struct cache *cache, uint32_t slot)
{
    REQUIRE(cache->kind->is_hot);
    uint8_t bytes[CACHE_RECORD_BYTES_MAX];
    struct key key = cache->kind->key(cache->keys[slot]);
    if (log_change(txn, cache, slot, &key, bytes)) return;
    struct writer value = pack(txn, cache, slot, bytes);
    if (is_nothing(cache, &value))
        record_log_delete(txn, cache->kind->tree, &key);
    else
        record_log(txn, cache->kind->tree, &key, &value);
}

/* Packed once for both. */
static void log_and_put(struct store_txn *txn, const struct cache *cache, uint32_t slot)
{
    REQUIRE(!cache->kind->is_hot);
    uint8_t bytes[CACHE_RECORD_BYTES_MAX];
    struct key key = cache->kind->key(cache->keys[slot]);
    struct writer value = pack(txn, cache, slot, bytes);
    if (is_nothing(cache, &value))
        record_delete(txn, cache->kind->tree, &key);
    else
        record_put(txn, cache->kind->tree, &key, &value);
}

static void log_slot(struct store_txn *txn, struct cache *cache, uint32_t slot)
{
    if (!bits_has(cache->is_changed, slot)) return;
    REQUIRE(bits_has(cache->is_cached, slot));
    bits_clear(cache->is_changed, slot);
    if (!cache->kind->is_hot) {
        log_and_put(txn, cache, slot);
        return;
    }
    log_record(txn, cache, slot);
    bits_set(cache->is_logged, slot);
}

static void write_slot_back(struct store_txn *txn, struct cache *cache, uint32_t slot)
{
    uint8_t bytes[CACHE_RECORD_BYTES_MAX];
    if (!bits_has(cache->is_logged, slot)) return;
    REQUIRE(!bits_has(cache->is_changed, slot));
    REQUIRE(bits_has(cache->is_cached, slot));
    bits_clear(cache->is_logged, slot);
    struct key key = cache->kind->key(cache->keys[slot]);
    struct writer value = pack(txn, cache, slot, bytes);
    if (is_nothing(cache, &value))
        record_delete_logged(txn, cache->kind->tree, &key);
    else
        record_put_logged(txn, cache->kind->tree, &key, &value);
}

static void empty_slot(struct cache *cache, uint32_t slot)
{
    bits_clear(cache->is_cached, slot);
    if (cache->is_changed == NULL) return;
    bits_clear(cache->is_changed, slot);
    bits_clear(cache->is_logged, slot);
}

/* --- Slots in their order --------------------------------------------------------------------- */

/* Calls `visit`, which clears the bit, for the slots of a set. */
static void visit_slots(struct store_txn *txn, struct cache *cache, const uint64_t *bits,
                        void (*visit)(struct store_txn *txn, struct cache *cache, uint32_t slot))
{
    for (uint32_t i = 0; i < cache->slots / BITS_PER_WORD; i++)
        while (bits[i] != 0)
            visit(txn, cache, bits_first(bits, i));
}

struct found_slot {
    struct cache_key key;
    uint32_t slot;
};

static bool is_before(const struct found_slot *a, const struct found_slot *b)
{
    return a->key.high != b->key.high ? a->key.high < b->key.high : a->key.low < b->key.low;
}

/* Shell's, with Ciura's gaps: there are a few dozen mostly, and most kinds are in order already. */
static void sort_slots(struct found_slot *slots, size_t count)
{
    REQUIRE(count <= CACHE_SLOTS_MAX);
    static const size_t gaps[] = {1750, 701, 301, 132, 57, 23, 10, 4, 1};
    for (size_t g = 0; g < sizeof gaps / sizeof gaps[0]; g++)
        for (size_t i = gaps[g]; i < count; i++) {
            struct found_slot moved = slots[i];
            size_t at = i;
            for (; at >= gaps[g] && is_before(&moved, &slots[at - gaps[g]]); at -= gaps[g])
                slots[at] = slots[at - gaps[g]];
            slots[at] = moved;
        }
}

static size_t find_slots(const struct cache *cache, const uint64_t *bits,
                         struct found_slot *ret_slots)
{
    REQUIRE(cache->slots <= CACHE_SLOTS_MAX);
    size_t count = 0;
    for (uint32_t i = 0; i < cache->slots / BITS_PER_WORD; i++)
        for (uint64_t word = bits[i]; word != 0; word &= word - 1) {
            uint32_t slot = i * BITS_PER_WORD + bits_first(&word, 0);
            ret_slots[count++] = (struct found_slot){cache->keys[slot], slot};
        }
    return count;
}

/* Keys that follow one another are put into the same page. */
static void visit_sorted(struct store_txn *txn, struct cache *cache, const uint64_t *bits,
                         void (*visit)(struct store_txn *txn, struct cache *cache, uint32_t slot))
{
    struct found_slot slots[CACHE_SLOTS_MAX];
    size_t count = find_slots(cache, bits, slots);
    REQUIRE(count <= cache->slots);
    sort_slots(slots, count);
    for (size_t i = 0; i < count; i++)
        visit(txn, cache, slots[i].slot);
}

static void visit_all(struct store_txn *txn, struct cache *cache, const uint64_t *bits,
                      void (*visit)(struct store_txn *txn, struct cache *cache, uint32_t slot))
{
    if (cache->kind->is_scattered)
        visit_sorted(txn, cache, bits, visit);
    else
        visit_slots(txn, cache, bits, visit);
}

/* Whatever is in the slot makes way: with all others that are changed, if only so their order is
 * that of the keys. */
static void claim_slot(struct store_txn *txn, struct cache *cache, uint32_t slot)
{
    REQUIRE(slot < cache->slots);
    REQUIRE(cache->items != NULL);
    if (!bits_has(cache->is_cached, slot)) return;
    if (txn->may_write && bits_has(cache->is_changed, slot)) {
        if (cache->kind->is_scattered) visit_sorted(txn, cache, cache->is_changed, log_slot);
        log_slot(txn, cache, slot);
    }
    if (txn->may_write) write_slot_back(txn, cache, slot);
    empty_slot(cache, slot);
}

/* --- Reading ---------------------------------------------------------------------------------- */

/* From the tree. */
static bool read_item(struct store_txn *txn, const struct cache_kind *kind, struct cache_key key,
                      void *ret_item)
{
    struct key tree_key = kind->key(key);
    struct reader value;
    if (!record_get(txn, kind->tree, &tree_key, &value)) {
        if (!kind->is_sparse || store_txn_failure(txn) != STATUS_OK) return false;
        memset(ret_item, 0, kind->item_bytes);
        return true;
    }
    kind->unpack(&value, key, ret_item);
    return record_check(txn, &value);
}

static bool is_new(struct store_txn *txn, const struct cache_kind *kind, struct cache_key key)
{
    struct key tree_key = kind->key(key);
    return record_is_beyond(txn, kind->tree, &tree_key);
}

void *cache_fetch(struct store_txn *txn, enum cache_id id, struct cache_key key)
{
    struct cache *cache = cache_of(txn, id);
    uint32_t slot = slot_of(cache, key);
    REQUIRE(cache->items != NULL);
    if (cache->kind->grows && is_new(txn, cache->kind, key)) return NULL;
    claim_slot(txn, cache, slot);
    if (!read_item(txn, cache->kind, key, item_of(cache, slot))) return NULL;
    cache->keys[slot] = key;
    bits_set(cache->is_cached, slot);
    return item_of(cache, slot);
}

bool cache_get(struct store_txn *txn, enum cache_id id, struct cache_key key, void *ret_item)
{
    REQUIRE(ret_item != NULL);
    const struct cache *cache = cache_of(txn, id);
    if (cache->items == NULL) return read_item(txn, cache->kind, key, ret_item);
    const void *item = cache_look(txn, id, key);
    if (item != NULL) memcpy(ret_item, item, cache->kind->item_bytes);
    return item != NULL;
}

/* --- Changing --------------------------------------------------------------------------------- */

/* A write that gives up wants what was there. Of a kind that is not hot the tree has it. */
static void note_before(struct cache *cache, uint32_t slot)
{
    if (!cache->kind->is_hot || bits_has(cache->is_changed, slot)) return;
    memcpy(before_of(cache, slot), item_of(cache, slot), cache->kind->item_bytes);
    bits_set(cache->has_before, slot);
}

static void note_change(struct cache *cache, uint32_t slot)
{
    REQUIRE(bits_has(cache->is_cached, slot));
    bits_set(cache->is_changed, slot);
    cache->has_changes = true;
}

void *cache_change(struct store_txn *txn, enum cache_id id, struct cache_key key)
{
    struct cache *cache = cache_to_change(txn, id);
    void *item = cache_item(cache, key);
    if (item == NULL) item = cache_fetch(txn, id, key);
    if (item == NULL) return NULL;
    note_before(cache, slot_of(cache, key));
    note_change(cache, slot_of(cache, key));
    return item;
}

static uint32_t set_item(struct store_txn *txn, struct cache *cache, struct cache_key key,
                         const void *item)
{
    REQUIRE(item != NULL);
    uint32_t slot = slot_of(cache, key);
    if (is_in(cache, key)) {
        note_before(cache, slot);
    } else {
        claim_slot(txn, cache, slot);
        bits_clear(cache->has_before, slot);
        cache->keys[slot] = key;
        bits_set(cache->is_cached, slot);
    }
    memcpy(item_of(cache, slot), item, cache->kind->item_bytes);
    return slot;
}

void cache_fill(struct store_txn *txn, enum cache_id id, struct cache_key key, const void *item)
{
    struct cache *cache = cache_to_change(txn, id);
    REQUIRE(!is_in(cache, key));
    set_item(txn, cache, key, item);
}

void cache_put(struct store_txn *txn, enum cache_id id, struct cache_key key, const void *item)
{
    struct cache *cache = cache_to_change(txn, id);
    if (txn->failure != STATUS_OK) return;
    note_change(cache, set_item(txn, cache, key, item));
}

void cache_forget(struct store_txn *txn, enum cache_id id, struct cache_key key)
{
    struct cache *cache = cache_to_change(txn, id);
    uint32_t slot = slot_of(cache, key);
    if (is_in(cache, key)) empty_slot(cache, slot);
}

/* What is only logged must be in the tree, or else its deletion would not be logged. */
void cache_delete(struct store_txn *txn, enum cache_id id, struct cache_key key)
{
    struct cache *cache = cache_to_change(txn, id);
    uint32_t slot = slot_of(cache, key);
    struct key tree_key = cache->kind->key(key);
    if (is_in(cache, key)) {
        bits_clear(cache->is_changed, slot);
        write_slot_back(txn, cache, slot);
        empty_slot(cache, slot);
    }
    record_delete(txn, cache->kind->tree, &tree_key);
}

/* --- The life of a cache ---------------------------------------------------------------------- */

static void take_back(struct store_txn *txn, struct cache *cache, uint32_t slot)
{
    REQUIRE(bits_has(cache->is_cached, slot));
    (void)txn;
    REQUIRE(cache->before != NULL || !bits_has(cache->has_before, slot));
    bits_clear(cache->is_changed, slot);
    if (bits_has(cache->has_before, slot))
        memcpy(item_of(cache, slot), before_of(cache, slot), cache->kind->item_bytes);
    else
        empty_slot(cache, slot);
}

void cache_begin(struct cache *cache)
{
    REQUIRE(cache->is_changed != NULL);
    if (!cache->has_changes) return;
    visit_slots(NULL, cache, cache->is_changed, take_back);
    cache->has_changes = false;
}

void cache_keep(struct cache *cache)
{
    REQUIRE(cache->is_changed != NULL);
    REQUIRE(cache->items != NULL);
    cache->has_changes = false;
}

void cache_log(struct store_txn *txn, enum cache_id id)
{
    struct cache *cache = cache_to_change(txn, id);
    if (cache->has_changes) visit_all(txn, cache, cache->is_changed, log_slot);
}

void cache_write_back(struct store_txn *txn, enum cache_id id)
{
    if (!txn->may_write) return;
    struct cache *cache = cache_to_change(txn, id);
    cache_log(txn, id);
    if (cache->kind->is_hot) visit_all(txn, cache, cache->is_logged, write_slot_back);
}

void cache_drop(struct cache *cache)
{
    REQUIRE(cache->items != NULL);
    size_t bytes = cache->slots / BITS_PER_WORD * sizeof(uint64_t);
    memset(cache->is_cached, 0, bytes);
    memset(cache->is_changed, 0, bytes);
    memset(cache->is_logged, 0, bytes);
    cache->has_changes = false;
}
