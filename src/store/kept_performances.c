#include "store/kept_performances.h"

#include <string.h>

#include "base/require.h"
#include "store/records.h"
#include "store/transaction.h"

static uint32_t slot_of(uint32_t performance_id)
{
    return performance_id % PERFORMANCES_KEPT;
}

/* --- performances --- */

/* A read has place for one. */
static struct performance *place_of(struct store_txn *txn, uint32_t performance_id)
{
    if (!txn->may_write) return &txn->performance;
    return &txn->kept->performances.performances[slot_of(performance_id)];
}

const struct performance *performance_look(struct store_txn *txn, uint32_t performance_id)
{
    if (performance_id == 0) return NULL;
    struct performance *place = place_of(txn, performance_id);
    if (place->id == performance_id) return place;
    if (performance_read(txn, performance_id, place)) return place;
    place->id = 0;
    return NULL;
}

bool performance_get(struct store_txn *txn, uint32_t performance_id, struct performance *ret)
{
    const struct performance *performance = performance_look(txn, performance_id);
    if (performance != NULL) *ret = *performance;
    return performance != NULL;
}

void performance_put(struct store_txn *txn, const struct performance *performance)
{
    txn->kept->performances.has_changes = true;
    place_of(txn, performance->id)->id = 0;
    performance_write(txn, performance);
}

/* --- states --- */

static void note_state(struct store_txn *txn, uint32_t slot)
{
    struct kept_performances *kept = &txn->kept->performances;
    if (!bits_has(kept->is_changed, slot)) return;
    bits_clear(kept->is_changed, slot);
    performance_state_note(txn, &kept->states[slot]);
    kept->noted[slot] = kept->states[slot];
    bits_set(kept->is_noted, slot);
}

static void put_state(struct store_txn *txn, uint32_t slot)
{
    struct kept_performances *kept = &txn->kept->performances;
    note_state(txn, slot);
    if (!bits_has(kept->is_noted, slot)) return;
    bits_clear(kept->is_noted, slot);
    performance_state_write_noted(txn, &kept->states[slot]);
}

static struct performance_state *look_state(struct store_txn *txn, uint32_t performance_id)
{
    uint32_t slot = slot_of(performance_id);
    struct performance_state *state = &txn->kept->performances.states[slot];
    if (performance_id == 0) return NULL;
    if (state->performance_id == performance_id) return state;
    put_state(txn, slot);
    state->performance_id = 0;
    return performance_state_read(txn, performance_id, state) ? state : NULL;
}

const struct performance_state *performance_state_look(struct store_txn *txn,
                                                       uint32_t performance_id)
{
    REQUIRE(txn->may_write);
    return look_state(txn, performance_id);
}

struct performance_state *performance_state_edit(struct store_txn *txn, uint32_t performance_id)
{
    REQUIRE(txn->may_write);
    struct performance_state *state = look_state(txn, performance_id);
    if (state == NULL) return NULL;
    bits_set(txn->kept->performances.is_changed, slot_of(performance_id));
    txn->kept->performances.has_changes = true;
    return state;
}

bool performance_state_get(struct store_txn *txn, uint32_t performance_id,
                           struct performance_state *ret)
{
    if (!txn->may_write) return performance_state_read(txn, performance_id, ret);
    const struct performance_state *state = look_state(txn, performance_id);
    if (state != NULL) *ret = *state;
    return state != NULL;
}

void performance_state_put(struct store_txn *txn, const struct performance_state *state)
{
    struct kept_performances *kept = &txn->kept->performances;
    uint32_t slot = slot_of(state->performance_id);
    kept->has_changes = true;
    if (kept->states[slot].performance_id == state->performance_id) {
        kept->states[slot].performance_id = 0;
        bits_clear(kept->is_changed, slot);
        bits_clear(kept->is_noted, slot);
    }
    performance_state_write(txn, state);
}

/* --- all of it --- */

static void give_up_state(struct kept_performances *kept, uint32_t slot)
{
    bits_clear(kept->is_changed, slot);
    if (bits_has(kept->is_noted, slot))
        kept->states[slot] = kept->noted[slot];
    else
        kept->states[slot].performance_id = 0;
}

/* A write that gave up may have read what it had put. */
static void forget_unnoted(struct kept_performances *kept)
{
    for (uint32_t slot = 0; slot < PERFORMANCES_KEPT; slot++) {
        kept->performances[slot].id = 0;
        if (!bits_has(kept->is_noted, slot)) kept->states[slot].performance_id = 0;
    }
}

void kept_performances_begin(struct kept_performances *kept)
{
    if (!kept->has_changes) return;
    for (uint32_t i = 0; i < PERFORMANCES_KEPT / BITS_PER_WORD; i++)
        while (kept->is_changed[i] != 0)
            give_up_state(kept, bits_first(kept->is_changed, i));
    forget_unnoted(kept);
    kept->has_changes = false;
}

void kept_performances_note(struct store_txn *txn)
{
    const uint64_t *is_changed = txn->kept->performances.is_changed;
    for (uint32_t i = 0; i < PERFORMANCES_KEPT / BITS_PER_WORD; i++)
        while (is_changed[i] != 0)
            note_state(txn, bits_first(is_changed, i));
}

void kept_performances_committed(struct kept_performances *kept)
{
    kept->has_changes = false;
}

void kept_performances_put(struct store_txn *txn)
{
    const uint64_t *is_noted = txn->kept->performances.is_noted;
    kept_performances_note(txn);
    for (uint32_t i = 0; i < PERFORMANCES_KEPT / BITS_PER_WORD; i++)
        while (is_noted[i] != 0)
            put_state(txn, bits_first(is_noted, i));
}

void kept_performances_forget(struct kept_performances *kept)
{
    memset(kept, 0, sizeof *kept);
}
