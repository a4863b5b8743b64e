#include "server/engine/hashes.h"

#include <string.h>

#include "base/require.h"
#include "server/engine/batch.h"
#include "server/engine/inside.h"

enum { INDEX_BYTES = 8, NOTE_BYTES = INDEX_BYTES + STORE_HASH_BYTES };

_Static_assert((int)NOTE_BYTES <= (int)LOG_NOTE_BYTES_MAX, "an entry has room for it");

/* --- Notes ------------------------------------------------------------------------------------ */

static void pack(const struct state_hash *hash, uint8_t ret_note[NOTE_BYTES])
{
    REQUIRE(hash->index >= 1);
    for (size_t i = 0; i < INDEX_BYTES; i++)
        ret_note[i] = (uint8_t)(hash->index >> 8 * i);
    memcpy(ret_note + INDEX_BYTES, hash->bytes, STORE_HASH_BYTES);
}

static struct state_hash unpack(const uint8_t note[NOTE_BYTES])
{
    struct state_hash hash = {0};
    for (size_t i = 0; i < INDEX_BYTES; i++)
        hash.index |= (uint64_t)note[i] << 8 * i;
    memcpy(hash.bytes, note + INDEX_BYTES, STORE_HASH_BYTES);
    return hash;
}

/* --- Comparing -------------------------------------------------------------------------------- */

/* Whoever finds it; a leader leaves the shop to others first. */
static void stop(struct engine *engine, uint64_t index)
{
    REQUIRE(index >= 1);
    store_condemn(engine->store, index);
    atomic_store(&engine->role.hashes.differs_at, index);
    atomic_store(&engine->role.hands_over, true);
    atomic_store(&engine->role.has_errand, true);
    engine->world.wake(engine->world.context, ENGINE_WRITER);
    engine->world.wake(engine->world.context, ENGINE_WATCHER);
}

/* @param place  Of those that the role has, where the hash goes. */
static void note(struct engine *engine, struct state_hash *place, const struct state_hash *hash)
{
    struct hashes *hashes = &engine->role.hashes;
    REQUIRE(place == &hashes->own || place == &hashes->told);
    pthread_mutex_lock(&engine->role.lock);
    *place = *hash;
    bool differ = hashes->own.index == hashes->told.index &&
                  memcmp(hashes->own.bytes, hashes->told.bytes, STORE_HASH_BYTES) != 0;
    pthread_mutex_unlock(&engine->role.lock);
    if (differ) stop(engine, hash->index);
}

void hashes_note_entry(struct engine *engine, const struct log_entry *entry)
{
    REQUIRE(!role_is_single(&engine->role));
    if (entry->kind != LOG_HASH || entry->note_size != NOTE_BYTES) return;
    struct state_hash told = unpack(entry->note);
    note(engine, &engine->role.hashes.told, &told);
}

void hashes_run(struct engine *engine)
{
    struct state_hash own;
    if (role_is_single(&engine->role)) return;
    if (store_hash(engine->store, &own.index, own.bytes) != STATUS_OK) return;
    REQUIRE(own.index >= 1);
    note(engine, &engine->role.hashes.own, &own);
    atomic_store(&engine->role.has_errand, true);
    engine->world.wake(engine->world.context, ENGINE_WRITER);
}

struct state_hash hashes_own(struct engine *engine)
{
    REQUIRE(!role_is_single(&engine->role));
    pthread_mutex_lock(&engine->role.lock);
    struct state_hash own = engine->role.hashes.own;
    pthread_mutex_unlock(&engine->role.lock);
    return own;
}

/* --- The leader's entries --------------------------------------------------------------------- */

bool hashes_mark_is_due(const struct engine *engine)
{
    int64_t every_ms = engine->world.hash_every_ms;
    REQUIRE(every_ms >= 0);
    int64_t since_ms =
        engine->world.monotonic_ms(engine->world.context) - engine->role.hashes.marked_ms;
    return every_ms > 0 && since_ms >= every_ms;
}

/* What it has and nobody has told yet. */
static bool take_untold(struct engine *engine, struct state_hash *ret)
{
    struct hashes *hashes = &engine->role.hashes;
    pthread_mutex_lock(&engine->role.lock);
    *ret = hashes->own;
    bool is_untold = hashes->own.index > hashes->told.index;
    if (is_untold) hashes->told = hashes->own;
    pthread_mutex_unlock(&engine->role.lock);
    return is_untold;
}

struct appending {
    struct engine *engine;
    unix_ms now_ms;
};

static enum status entry_body(struct store_txn *txn, void *context)
{
    struct appending *appending = context;
    struct batch batch;
    REQUIRE(appending->now_ms >= 0);
    batch_begin(&batch, txn, appending->now_ms, appending->engine->leases);
    store_txn_set_kind(txn, LOG_HASH);
    batch_end(&batch);
    appending->now_ms = batch.now_ms;
    return STATUS_OK;
}

static enum status append(struct engine *engine, unix_ms now_ms, const uint8_t *bytes, size_t size)
{
    struct appending appending = {engine, now_ms};
    enum status err = store_append(engine->store, bytes, size, entry_body, &appending);
    if (err == STATUS_NOT_LEADER || err == STATUS_DEPOSED) return STATUS_OK;
    if (err != STATUS_OK) return err;
    role_note_executed(engine, appending.now_ms);
    return STATUS_OK;
}

enum status hashes_append(struct engine *engine, unix_ms now_ms)
{
    struct state_hash hash;
    uint8_t bytes[NOTE_BYTES];
    REQUIRE(role_writes(&engine->role));
    if (take_untold(engine, &hash)) {
        pack(&hash, bytes);
        return append(engine, now_ms, bytes, sizeof bytes);
    }
    if (!hashes_mark_is_due(engine)) return STATUS_OK;
    engine->role.hashes.marked_ms = engine->world.monotonic_ms(engine->world.context);
    return append(engine, now_ms, NULL, 0);
}
