#include "store/caches.h"

#include "base/require.h"
#include "store/performance_states.h"
#include "store/performances.h"
#include "store/queue_entries.h"
#include "store/queue_users.h"
#include "store/queues.h"
#include "store/rank_nodes.h"
#include "store/reservations.h"
#include "store/seats.h"

static const struct cache_kind *const kinds[CACHES] = {
#define CACHE(name, kind) [CACHE_##name] = &(kind),
#include "store/caches.def"
#undef CACHE
};

enum status caches_init(struct caches *caches, struct layouts *layouts)
{
    *caches = (struct caches){.layouts.cached = layouts};
    for (enum cache_id id = 0; id < CACHES; id++) {
        REQUIRE(kinds[id]->slots <= CACHE_SLOTS_MAX);
        REQUIRE(kinds[id]->record_bytes <= CACHE_RECORD_BYTES_MAX);
        if (cache_init(&caches->caches[id], kinds[id])) continue;
        caches_deinit(caches);
        return STATUS_OUT_OF_MEMORY;
    }
    caches->memos[MEMO_EVENT_BATCH] = &caches->events;
    caches->memos[MEMO_LAYOUTS] = &caches->layouts;
    caches->memos[MEMO_TIMERS] = &caches->timers;
    return STATUS_OK;
}

void caches_deinit(struct caches *caches)
{
    for (enum cache_id id = 0; id < CACHES; id++)
        cache_deinit(&caches->caches[id]);
}

void caches_lend(struct caches *caches, struct store_txn *txn)
{
    REQUIRE(txn->caches == NULL);
    REQUIRE(txn->may_write);
    caches->timers.known = 0;
    caches->layouts.has_put = false;
    txn->caches = caches->caches;
    txn->ends = caches->ends;
    txn->memos = caches->memos;
}

void caches_lend_read(struct read_caches *read, struct layouts *layouts, struct store_txn *txn)
{
    REQUIRE(txn->caches == NULL);
    REQUIRE(!txn->may_write);
    for (enum cache_id id = 0; id < CACHES; id++)
        cache_init_none(&read->caches[id], kinds[id]);
    cache_init_slot(&read->caches[CACHE_QUEUES], kinds[CACHE_QUEUES], &read->queue_slot,
                    &read->queue);
    cache_init_slot(&read->caches[CACHE_PERFORMANCES], kinds[CACHE_PERFORMANCES],
                    &read->performance_slot, &read->performance);
    read->event_place.number = 0;
    read->timers.known = 0;
    read->layouts = (struct layouts_memo){.cached = layouts};
    seen_ranks_clear(&read->ranks);
    read->memos[MEMO_EVENT_BATCH] = NULL;
    read->memos[MEMO_EVENT_PLACE] = &read->event_place;
    read->memos[MEMO_LAYOUTS] = &read->layouts;
    read->memos[MEMO_RANKS] = &read->ranks;
    read->memos[MEMO_TIMERS] = &read->timers;
    txn->caches = read->caches;
    txn->memos = read->memos;
}

void caches_begin(struct caches *caches)
{
    REQUIRE(caches->caches[0].items != NULL);
    for (enum cache_id id = 0; id < CACHES; id++)
        cache_begin(&caches->caches[id]);
    event_batch_clear(&caches->events);
}

void caches_log(struct store_txn *txn)
{
    REQUIRE(txn->may_write);
    REQUIRE(txn->caches != NULL);
    for (enum cache_id id = 0; id < CACHES; id++)
        cache_log(txn, id);
    event_batch_put(txn);
}

void caches_keep(struct caches *caches)
{
    for (enum cache_id id = 0; id < CACHES; id++)
        cache_keep(&caches->caches[id]);
}

void caches_write_back(struct store_txn *txn)
{
    REQUIRE(txn->may_write);
    REQUIRE(txn->caches != NULL);
    for (enum cache_id id = 0; id < CACHES; id++)
        cache_write_back(txn, id);
}

void caches_drop(struct caches *caches)
{
    for (enum cache_id id = 0; id < CACHES; id++)
        cache_drop(&caches->caches[id]);
    for (enum tree tree = 0; tree < TREES; tree++)
        caches->ends[tree].is_known = false;
    caches->timers.known = 0;
}
