/* engine_promises_test.c -- Who breaks a promise between the parts of the engine is stopped before
 * it is in the store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/require.h"
#include "onsale/v1/wallet.pb-c.h"
#include "server/engine/admission.h"
#include "server/engine/buyer.h"
#include "server/engine/execute.h"
#include "server/engine/expired.h"
#include "server/engine/expired_holds.h"
#include "server/engine/inside.h"
#include "server/engine/seat_group.h"
#include "server/engine/sweep.h"
#include "tests/lib/broken_promise.h"

enum { NOW_MS = 1000, CONCERT = 1, OTHER_CONCERT = 2, USER = 7 };

/* --- Lists and queues of calls ---------------------------------------------------------------- */

static void take_from_a_list_that_counts_wrong(void)
{
    struct rpc_call call = {0};
    struct call_list list = {&call, &call, 2};
    call_list_take(&list);
}

static void append_a_list_that_goes_on_behind_its_last(void)
{
    struct rpc_call call = {.next = &call};
    struct call_list list = {0};
    struct call_list more = {&call, &call, 1};
    call_list_append(&list, &more);
}

static void append_a_list_to_itself(void)
{
    struct call_list list = {0};
    call_list_append(&list, &list);
}

static void finish_a_call_that_waits_on(void)
{
    struct rpc_call call = {.outcome = STATUS_NOT_YET};
    struct call_list list = {&call, &call, 1};
    call_list_finish(&list);
}

static void refuse_as_if_it_were_done(void)
{
    struct call_queue queue = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct call_list none = {0};
    call_queue_put(&queue, &none, 1, STATUS_OK);
}

static void return_watchers_who_have_no_place(void)
{
    struct watchers watchers;
    struct rpc_call call = {0};
    struct call_list list = {&call, &call, 1};
    watchers_init(&watchers);
    watchers_return(&watchers, &list);
}

static void forget_the_watchers_of_nobody(void)
{
    struct watchers watchers;
    watchers_init(&watchers);
    watchers_forget(&watchers, NULL);
}

/* --- Calls ------------------------------------------------------------------------------------ */

static enum status wait_on(struct call *call, const void *request, void *response)
{
    (void)call;
    (void)request;
    (void)response;
    return STATUS_NOT_YET;
}

static void execute(enum method_kind kind)
{
    static struct engine engine;
    const struct method method = {
        .name = "Wait",
        .kind = kind,
        .response = &onsale__v1__get_balance_response__descriptor,
        .handler = wait_on,
    };
    struct arena arena;
    struct rpc_call rpc = {.method = &method, .arena = &arena, .deadline_ms = UNIX_MS_NEVER};
    arena_init(&arena, SIZE_MAX);
    execute_call(&engine, NULL, NOW_MS, NULL, &rpc);
}

static void read_with_a_method_that_writes(void)
{
    execute(METHOD_WRITE);
}

static void wait_on_in_a_method_that_answers(void)
{
    execute(METHOD_READ);
}

static void wait_on_when_the_wait_is_over(void)
{
    execute(METHOD_WAIT);
}

/* What is looked at before anything is opened. */
static void open_on_a_world(struct engine_world world)
{
    struct engine *engine;
    struct rpc_transport transport = {0};
    _Atomic uint64_t floor = 0;
    world.clock_floor = &floor;
    engine_open((struct store *)&world, &world, (struct engine_methods){0}, &transport, &engine);
}

static void open_on_a_world_without_clocks(void)
{
    open_on_a_world((struct engine_world){0});
}

static void write_a_piece_of_nothing(void)
{
    static struct engine engine;
    enum engine_more more;
    engine_checkpoint(&engine, 0, &more);
}

/* --- Batches ---------------------------------------------------------------------------------- */

static struct leases *leases_make(void)
{
    struct leases *leases;
    REQUIRE(leases_open(NOW_MS, &leases) == STATUS_OK);
    return leases;
}

static struct batch batch_at(unix_ms now_ms)
{
    return (struct batch){.now_ms = now_ms, .reap_left = REAP_COST_MAX};
}

static void begin_a_batch_without_leases(void)
{
    struct batch batch;
    batch_begin(&batch, NULL, NOW_MS, NULL);
}

static void end_a_batch_before_the_one_before(void)
{
    struct batch batch = batch_at(NOW_MS);
    batch.meta.now_ms = NOW_MS + 1;
    batch_end(&batch);
}

static void tell_of_an_entry_that_its_seats_are_sold(void)
{
    struct batch batch = batch_at(NOW_MS);
    struct queue_entry entry = {.concert_id = CONCERT, .number = 1};
    batch_add_entry_event(&batch, EVENT_RESERVATION_PAID, &entry, 0);
}

static void set_a_timer_that_is_due_now(void)
{
    struct batch batch = batch_at(NOW_MS);
    struct timer timer = {.due_ms = NOW_MS, .kind = TIMER_PURGE, .concert_id = CONCERT};
    batch_set_timer(&batch, &timer);
}

static void set_a_timer_of_no_concert(void)
{
    struct batch batch = batch_at(NOW_MS);
    struct timer timer = {.due_ms = NOW_MS + 1, .kind = TIMER_PURGE};
    timer_lists_begin(&batch.timers);
    batch_set_timer(&batch, &timer);
}

static void sweep_twice_in_a_batch(void)
{
    struct batch batch = batch_at(NOW_MS);
    batch_spend_reap(&batch, 1);
    sweep_run(&batch, 1);
}

static void sweep_more_holds_than_fit(void)
{
    struct batch batch = batch_at(NOW_MS);
    sweep_run(&batch, SWEEP_HOLDS_MAX + 1);
}

static void end_more_holds_than_fit(void)
{
    struct batch batch = batch_at(NOW_MS);
    expired_holds_end(&batch, NULL, SWEEP_HOLDS_MAX + 1);
}

/* --- Queues and seats ------------------------------------------------------------------------- */

static void end_entry(uint32_t concert_id, enum queue_entry_status before,
                      enum queue_entry_status after)
{
    struct batch batch = batch_at(NOW_MS);
    struct queue queue = queue_make(CONCERT, queue_policy_default(), 0, NOW_MS);
    struct queue_entry entry = {.concert_id = concert_id, .number = 1, .status = before};
    admission_end(&batch, &queue, &entry, after);
}

static void end_an_entry_of_another_queue(void)
{
    end_entry(OTHER_CONCERT, QUEUE_ENTRY_WAITING, QUEUE_ENTRY_LEFT);
}

static void end_an_entry_that_has_ended(void)
{
    end_entry(CONCERT, QUEUE_ENTRY_LEFT, QUEUE_ENTRY_EXPIRED);
}

static void end_an_entry_as_active(void)
{
    end_entry(CONCERT, QUEUE_ENTRY_WAITING, QUEUE_ENTRY_ACTIVE);
}

static void renew(uint32_t concert_id, enum queue_entry_status status)
{
    struct queue queue = queue_make(CONCERT, queue_policy_default(), 0, NOW_MS);
    struct queue_entry entry = {.concert_id = concert_id, .number = 1, .status = status};
    leases_renew(leases_make(), &queue, &entry, NOW_MS);
}

static void renew_an_entry_of_another_queue(void)
{
    renew(OTHER_CONCERT, QUEUE_ENTRY_WAITING);
}

static void renew_an_entry_that_does_not_wait(void)
{
    renew(CONCERT, QUEUE_ENTRY_ACTIVE);
}

static void note_a_start_after_a_poll(void)
{
    struct leases *leases = leases_make();
    struct queue queue = queue_make(CONCERT, queue_policy_default(), 0, NOW_MS);
    struct queue_entry entry = {.concert_id = CONCERT, .number = 1, .status = QUEUE_ENTRY_WAITING};
    queue.policy.waiting_from_last_poll = true;
    leases_renew(leases, &queue, &entry, NOW_MS);
    leases_note_start(leases, &queue);
}

static void release_more_seats_than_a_hold_has(void)
{
    struct reservation reservation = {.seats_count = SEATS_PER_HOLD_MAX + 1};
    seat_group_release(NULL, &reservation, 1);
}

static void save_seats_without_a_version(void)
{
    uint32_t index = 0;
    struct seat seat = {0};
    seat_group_save(NULL, 1, &index, 1, &seat, 0);
}

static void count_a_hold_without_seats(void)
{
    struct reservation reservation = {.user_id = USER};
    buyer_holding_of(&reservation);
}

static const struct broken_promise promises[] = {
    {"a_list_of_calls_counts_them", "list->count == 0", take_from_a_list_that_counts_wrong},
    {"nothing_follows_the_last_call_of_a_list", "more->last->next == NULL",
     append_a_list_that_goes_on_behind_its_last},
    {"a_list_is_not_appended_to_itself", "more != list", append_a_list_to_itself},
    {"a_call_that_waits_on_is_not_finished", "call->outcome != STATUS_NOT_YET",
     finish_a_call_that_waits_on},
    {"a_refusal_is_one", "refusal != STATUS_OK", refuse_as_if_it_were_done},
    {"who_waits_on_has_a_place", "calls->count <= watchers_count(watchers)",
     return_watchers_who_have_no_place},
    {"a_peer_that_is_gone_is_one", "peer != NULL", forget_the_watchers_of_nobody},
    {"a_method_that_writes_has_a_batch", "rpc->method->kind != METHOD_WRITE",
     read_with_a_method_that_writes},
    {"only_long_polls_wait_on", "err != STATUS_NOT_YET || !call.wait_is_over",
     wait_on_in_a_method_that_answers},
    {"a_long_poll_is_answered_when_its_wait_is_over", "err != STATUS_NOT_YET || !call.wait_is_over",
     wait_on_when_the_wait_is_over},
    {"an_engine_has_clocks", "world->clock_ms != NULL", open_on_a_world_without_clocks},
    {"a_piece_of_the_data_file_has_bytes", "bytes >= 1", write_a_piece_of_nothing},
    {"a_batch_has_leases", "leases != NULL", begin_a_batch_without_leases},
    {"a_batch_is_not_before_the_one_before", "batch->now_ms >= batch->meta.now_ms",
     end_a_batch_before_the_one_before},
    {"an_event_about_an_entry_is_of_its_kinds", "kind <= EVENT_QUEUE_LEFT",
     tell_of_an_entry_that_its_seats_are_sold},
    {"a_timer_is_due_after_its_batch", "timer->kind == TIMER_LINE || timer->due_ms > batch->now_ms",
     set_a_timer_that_is_due_now},
    {"a_timer_of_an_entry_has_a_concert", "timer->concert_id != 0", set_a_timer_of_no_concert},
    {"a_batch_sweeps_once", "batch->reap_left == REAP_COST_MAX", sweep_twice_in_a_batch},
    {"a_batch_ends_no_more_holds_than_it_may", "holds_max <= SWEEP_HOLDS_MAX",
     sweep_more_holds_than_fit},
    {"there_is_room_for_the_holds_that_end", "count <= SWEEP_HOLDS_MAX", end_more_holds_than_fit},
    {"an_entry_is_ended_in_its_queue", "entry->concert_id == queue->concert_id",
     end_an_entry_of_another_queue},
    {"an_entry_ends_once",
     "entry->status == QUEUE_ENTRY_WAITING || entry->status == QUEUE_ENTRY_ACTIVE",
     end_an_entry_that_has_ended},
    {"an_entry_ends_as_expired_or_left",
     "status == QUEUE_ENTRY_EXPIRED || status == QUEUE_ENTRY_LEFT", end_an_entry_as_active},
    {"an_entry_is_renewed_in_its_queue", "entry->concert_id == queue->concert_id",
     renew_an_entry_of_another_queue},
    {"an_entry_is_renewed_while_it_waits", "entry->status == QUEUE_ENTRY_WAITING",
     renew_an_entry_that_does_not_wait},
    {"starts_are_noted_before_polls", "leases->capacity == 0", note_a_start_after_a_poll},
    {"no_more_seats_are_released_than_a_hold_has", "reservation->seats_count <= SEATS_PER_HOLD_MAX",
     release_more_seats_than_a_hold_has},
    {"a_change_of_seats_has_a_version", "version != 0", save_seats_without_a_version},
    {"a_hold_has_seats", "reservation->seats_count >= 1", count_a_hold_without_seats},
};

int main(void)
{
    return broken_promises_run(promises, sizeof promises / sizeof promises[0], NULL, NULL);
}
