#include "server/engine/outage.h"

#include <stdlib.h>

#include "base/planted.h"
#include "base/require.h"
#include "server/engine/buyer.h"
#include "server/engine/inside.h"

_Static_assert((int)BEAT_MS < (int)OUTAGE_MS_MIN, "a leader that is well has none");

/* --- One hold --------------------------------------------------------------------------------- */

/* The seats stay as they are to everybody who looks: only their end is another. */
static void lengthen_seats(struct batch *batch, const struct reservation *reservation,
                           unix_ms until_ms)
{
    REQUIRE(until_ms > batch->now_ms);
    for (uint32_t i = 0; i < reservation->seats_count; i++) {
        uint32_t index = reservation->seat_indexes[i], place = index % SEATS_PER_BLOCK;
        struct seat_block *block =
            seat_block_edit(batch->txn, reservation->performance_id, index / SEATS_PER_BLOCK);
        if (block == NULL) return;
        struct seat seat = seat_block_seat(block, place);
        if (!seat_is_held_until(seat, reservation->expires_at_ms)) continue;
        seat.expires_at_ms = until_ms;
        seat_block_set(block, place, seat);
    }
}

static void lengthen_holding(struct batch *batch, const struct reservation *reservation,
                             unix_ms until_ms)
{
    struct queue_entry entry;
    if (!buyer_entry_get(batch->txn, reservation, &entry)) return;
    holdings_lengthen(&entry.holdings, buyer_holding_of(reservation), until_ms);
    queue_entry_put(batch->txn, &entry);
}

static void lengthen(struct batch *batch, struct reservation_id id, unix_ms began_ms)
{
    struct reservation reservation;
    if (!reservation_get(batch->txn, id, &reservation)) return;
    if (reservation_status_at(&reservation, began_ms) != RESERVATION_HELD) return;
    unix_ms until_ms = reservation.expires_at_ms + (batch->now_ms - began_ms);
    lengthen_seats(batch, &reservation, until_ms);
    lengthen_holding(batch, &reservation, until_ms);
    reservation.expires_at_ms = until_ms;
    batch_add_reservation_event(batch, EVENT_RESERVATION_LENGTHENED, &reservation, 0);
    reservation_put(batch->txn, &reservation);
    batch_set_timer(batch,
                    &(struct timer){.due_ms = until_ms, .kind = TIMER_HOLD, .reservation_id = id});
}

/* --- All of them ------------------------------------------------------------------------------ */

/* Their timers are taken out before they are set anew: the same moments come again. */
struct live {
    struct store_txn *txn;
    unix_ms began_ms;
    struct reservation_id *ids;
    size_t count;
};

static bool gather(void *context, const struct timer_list *list)
{
    struct live *live = context;
    REQUIRE(list->kind == TIMER_HOLD);
    REQUIRE(live->count <= OUTAGE_HOLDS_MAX);
    if (list->due_ms <= live->began_ms) return true; /* over before it began */
    if (live->count + list->count > OUTAGE_HOLDS_MAX) return false;
    for (uint32_t i = 0; i < list->count; i++)
        live->ids[live->count++] = list->items[i].reservation_id;
    return true;
}

static void take_timers(struct live *live)
{
    struct timer_list list;
    size_t left = live->count;
    REQUIRE(left <= OUTAGE_HOLDS_MAX);
    while (left > 0 && timer_list_after(live->txn, TIMER_HOLD, live->began_ms, &list)) {
        REQUIRE(list.count <= left);
        left -= list.count;
        timer_list_delete(live->txn, &list);
    }
}

void outage_give_back(struct batch *batch)
{
    struct live live = {.txn = batch->txn, .began_ms = batch->meta.now_ms};
    REQUIRE(batch->now_ms >= batch->meta.now_ms);
    if (batch->now_ms - live.began_ms < OUTAGE_MS_MIN || PLANTED(17)) return;
    live.ids = malloc(OUTAGE_HOLDS_MAX * sizeof live.ids[0]);
    if (live.ids == NULL) return;
    timer_lists_visit(batch->txn, TIMER_HOLD, UNIX_MS_NEVER, gather, &live);
    take_timers(&live);
    for (size_t i = 0; i < live.count; i++)
        lengthen(batch, live.ids[i], live.began_ms);
    free(live.ids);
}

/* --- A leader that could not write ------------------------------------------------------------ */

/* By the time of the last entry in the log, as everybody who reads it sees it: a leader's own clock
 * may be behind that, and then shows less. */
bool outage_is_over(const struct engine *engine, unix_ms now_ms)
{
    if (role_now(&engine->role) != ROLE_LEADER || !engine->world.holds_wait) return false;
    return now_ms - atomic_load(&engine->clock_saved_ms) >= OUTAGE_MS_MIN;
}

struct giving {
    struct engine *engine;
    unix_ms now_ms;
};

static enum status give_body(struct store_txn *txn, void *context)
{
    struct giving *giving = context;
    struct batch batch;
    REQUIRE(giving->now_ms >= 0);
    batch_begin(&batch, txn, giving->now_ms, giving->engine->leases);
    outage_give_back(&batch);
    batch_end(&batch);
    giving->now_ms = batch.now_ms;
    return STATUS_OK;
}

enum status outage_append(struct engine *engine, unix_ms now_ms)
{
    struct giving giving = {engine, now_ms};
    REQUIRE(role_writes(&engine->role));
    enum status err = store_execute(engine->store, give_body, &giving);
    if (err == STATUS_OK) role_note_executed(engine, giving.now_ms);
    return err == STATUS_NOT_LEADER || err == STATUS_DEPOSED ? STATUS_OK : err;
}
