#include "server/engine/role.h"

#include <string.h>

#include "base/planted.h"
#include "base/require.h"
#include "onsale/rpc/v1/rpc.packing.h"
#include "onsale/rpc/v1/rpc.pb-c.h"
#include "rpc/wire/unpack.h"
#include "server/engine/flusher.h"
#include "server/engine/follower.h"
#include "server/engine/hand_over.h"
#include "server/engine/inside.h"
#include "server/engine/reader.h"

enum { NS_PER_MS = 1000000, STAGGER_MS_MAX = 200 };

_Static_assert(SETTLE_MS < BEAT_MS, "after a write a leader says sooner that it is settled");
_Static_assert(BEAT_MS < READ_LEASE_MS, "a beat renews the read lease before it ends");
_Static_assert(2 * FOLLOW_MS <= BEAT_MS, "a follower sees each beat");
_Static_assert((int)AWAIT_LOOK_MS < (int)FOLLOW_MS, "a leader that is awaited is looked for");
_Static_assert(FOLLOW_MS < BEHIND_MS, "a follower looks for more while a read waits");
_Static_assert(BEHIND_MS < LEASE_WAIT_MS, "who is behind tells so before who leads");
_Static_assert(READ_LEASE_MS < LEASE_WAIT_MS, "a read waits until the leader may be sure again");
_Static_assert((int)STAGGER_MS_MAX < (int)SILENCE_MS,
               "the last to claim waits less than twice as long as the first");

static int64_t monotonic_ms(const struct engine *engine)
{
    return engine->world.monotonic_ms(engine->world.context);
}

static int64_t boot_ns(const struct engine *engine)
{
    return engine->world.boot_ns(engine->world.context);
}

enum status role_open(struct engine *engine)
{
    struct role *role = &engine->role;
    uint8_t drawn;
    REQUIRE(role->log == NULL);
    REQUIRE(role->now == ROLE_SINGLE);
    role->log = engine->world.log;
    pthread_mutex_init(&role->lock, NULL);
    pthread_mutex_init(&role->answering, NULL);
    if (role->log == NULL) return STATUS_OK;
    REQUIRE(engine->world.self != NULL);
    REQUIRE(engine->world.boot_ns != NULL);
    engine->world.entropy(engine->world.context, &drawn, sizeof drawn);
    role->stagger_ms = drawn * STAGGER_MS_MAX / UINT8_MAX;
    REQUIRE(role->stagger_ms <= STAGGER_MS_MAX);
    role->quiet_ns = boot_ns(engine);
    role->logged_ms = engine->last_write_ms;
    role->logged_at_ms = monotonic_ms(engine);
    role->follow_ok_ms = role->logged_at_ms;
    role->is_fit = true;
    role->checked_ms = role->logged_at_ms - CHECK_MS; /* at once: it also connects */
    role->now = ROLE_FOLLOWER;
    return STATUS_OK;
}

void role_close(struct engine *engine)
{
    pthread_mutex_destroy(&engine->role.lock);
    pthread_mutex_destroy(&engine->role.answering);
}

/* --- Who leads -------------------------------------------------------------------------------- */

Onsale__Rpc__V1__Leader *role_find_leader(struct role *role, struct arena *arena)
{
    struct scan_problem problem;
    ProtobufCMessage *message = NULL;
    REQUIRE(arena != NULL);
    pthread_mutex_lock(&role->lock);
    enum status err =
        unpack_message(&onsale__rpc__v1__leader__descriptor, &onsale__rpc__v1__leader__packer,
                       role->leader, role->leader_size, STATUS_INTERNAL, arena, &problem, &message);
    uint64_t epoch = role->leader_epoch;
    pthread_mutex_unlock(&role->lock);
    Onsale__Rpc__V1__Leader *leader = (Onsale__Rpc__V1__Leader *)message;
    if (err != STATUS_OK || leader == NULL) return NULL;
    leader->epoch = epoch;
    return leader;
}

/* Without memory for it the refusal goes without. */
enum status role_refuse(struct engine *engine, struct rpc_call *rpc)
{
    REQUIRE(!role_is_single(&engine->role));
    Onsale__Rpc__V1__Leader *leader = role_find_leader(&engine->role, rpc->arena);
    rpc->details_count = 0;
    if (leader != NULL) rpc_call_add_detail(rpc, &onsale__rpc__v1__leader__packer, &leader->base);
    return STATUS_NOT_LEADER;
}

void role_refuse_all(struct engine *engine, struct call_list *calls)
{
    for (struct rpc_call *rpc = calls->first; rpc != NULL; rpc = rpc->next)
        rpc->outcome = role_refuse(engine, rpc);
    call_list_finish(calls);
    REQUIRE(calls->count == 0);
}

void role_note_leader(struct role *role, const struct log_entry *start)
{
    REQUIRE(start->kind == LOG_START);
    REQUIRE(start->epoch >= 1);
    if (start->note_size > sizeof role->leader) return;
    pthread_mutex_lock(&role->lock);
    if (start->note_size > 0) memcpy(role->leader, start->note, start->note_size);
    role->leader_size = start->note_size;
    role->leader_epoch = start->epoch;
    pthread_mutex_unlock(&role->lock);
}

/* --- The leader ------------------------------------------------------------------------------- */

bool role_wants_beat(struct engine *engine)
{
    struct role *role = &engine->role;
    if (role_now(role) != ROLE_LEADER) return false;
    int64_t since_ms = monotonic_ms(engine) - role->staged_ms;
    REQUIRE(since_ms >= 0);
    if (since_ms >= BEAT_MS) return true;
    return !role->is_settled && since_ms >= SETTLE_MS &&
           store_flushed(engine->store) == store_executed(engine->store);
}

void role_note_staged(struct engine *engine, bool is_beat)
{
    if (role_is_single(&engine->role)) return;
    REQUIRE(role_now(&engine->role) != ROLE_FOLLOWER);
    engine->role.staged_ms = monotonic_ms(engine);
    engine->role.is_settled = is_beat;
    if (hashes_mark_is_due(engine)) atomic_store(&engine->role.has_errand, true);
}

void role_note_executed(struct engine *engine, unix_ms now_ms)
{
    REQUIRE(now_ms >= atomic_load(&engine->clock_saved_ms));
    role_note_staged(engine, false);
    atomic_store(&engine->clock_saved_ms, now_ms);
    atomic_store(&engine->commit_due_ms, now_ms);
    engine->world.wake(engine->world.context, ENGINE_FLUSHER);
}

void role_note_deposed(struct engine *engine)
{
    enum engine_role leader = ROLE_LEADER;
    REQUIRE(!role_is_single(&engine->role));
    atomic_compare_exchange_strong(&engine->role.now, &leader, ROLE_DEPOSED);
    engine->world.wake(engine->world.context, ENGINE_WRITER);
}

unix_ms role_due(struct engine *engine)
{
    struct role *role = &engine->role;
    if (role_is_single(role)) return UNIX_MS_NEVER;
    unix_ms now_ms = engine_now_ms(engine);
    if (role_now(role) == ROLE_DEPOSED) return 0;
    if (role_now(role) == ROLE_TAKING_OVER && role->takeover != TAKEOVER_WAITS) return 0;
    if (role_now(role) != ROLE_LEADER)
        return now_ms + (hand_over_is_awaited(engine) ? AWAIT_LOOK_MS : FOLLOW_MS);
    if (atomic_load(&role->has_errand)) return 0;
    if (call_queue_count(&engine->behind) > 0)
        return reader_is_behind(engine) ? 0 : now_ms + FOLLOW_MS;
    int64_t left_ms = role->staged_ms + (role->is_settled ? BEAT_MS : SETTLE_MS);
    left_ms -= monotonic_ms(engine);
    return left_ms <= 0 ? 0 : now_ms + left_ms;
}

/* It is looked at before each claim, too: this also keeps the connection for that. */
void role_check_log(struct engine *engine)
{
    struct role *role = &engine->role;
    char problem[LOG_PROBLEM_BYTES] = "";
    if (role_is_single(role) || role_is_stopped(role)) return;
    REQUIRE(monotonic_ms(engine) >= role->checked_ms);
    int64_t every_ms = atomic_load(&role->is_fit) ? CHECK_MS : UNFIT_MS;
    if (monotonic_ms(engine) - role->checked_ms < every_ms) return;
    role->checked_ms = monotonic_ms(engine);
    enum status err = log_check(role->log, true, problem);
    if (err == STATUS_LOG_AWAY) return; /* the writer finds that out sooner */
    atomic_store(&role->is_fit, err != STATUS_LOG_UNFIT);
    if (role_now(role) != ROLE_LEADER) return;
    role_note_problem(role, err, problem);
    if (err != STATUS_LOG_UNFIT) return;
    atomic_store(&role->hands_over, true);
    atomic_store(&role->has_errand, true);
    engine->world.wake(engine->world.context, ENGINE_WRITER);
}

/* --- Reads ------------------------------------------------------------------------------------ */

/* Asked after the snapshot was taken: whoever is stopped before that, and goes on hours later, does
 * not tell what was. */
bool role_is_sure(const struct engine *engine)
{
    const struct role *role = &engine->role;
    if (role_is_single(role) || PLANTED(13)) return true;
    if (role_now(role) != ROLE_LEADER) return false;
    int64_t since_ns = boot_ns(engine) - log_lease_ns(role->log);
    return since_ns < (int64_t)READ_LEASE_MS * NS_PER_MS;
}

struct rpc_place role_place_of(const struct engine *engine, uint64_t write)
{
    if (role_is_single(&engine->role)) return (struct rpc_place){0};
    REQUIRE(write <= store_executed(engine->store) || !role_writes(&engine->role));
    return (struct rpc_place){
        .epoch = store_place(engine->store).epoch,
        .index = store_index_of(engine->store, write),
    };
}

bool role_takes_read(const struct engine *engine, const struct rpc_call *first)
{
    if (role_is_stopped(&engine->role)) return false;
    return role_writes(&engine->role) || rpc_call_is_for_any_server(first) ||
           hand_over_is_awaited(engine);
}

bool role_may_read(const struct engine *engine, const struct rpc_call *first)
{
    if (role_is_single(&engine->role)) return !reader_is_behind(engine);
    if (!role_writes(&engine->role) && !rpc_call_is_for_any_server(first)) return false;
    if (rpc_call_min_index(first) > store_place(engine->store).index) return false;
    return role_now(&engine->role) != ROLE_LEADER ||
           (!reader_is_behind(engine) && role_is_sure(engine));
}

void role_put_behind(struct engine *engine, struct call_list *calls)
{
    REQUIRE(!role_is_single(&engine->role));
    REQUIRE(calls->count >= 1);
    bool leads = role_now(&engine->role) == ROLE_LEADER;
    int64_t now_ms = monotonic_ms(engine);
    for (struct rpc_call *rpc = calls->first; rpc != NULL; rpc = rpc->next) {
        bool is_for_leader = leads || !rpc_call_is_for_any_server(rpc);
        rpc->watch.look_ms = now_ms + (is_for_leader ? LEASE_WAIT_MS : BEHIND_MS);
    }
    call_queue_put(&engine->behind, calls, SIZE_MAX, STATUS_INTERNAL);
    engine->world.wake(engine->world.context, ENGINE_WRITER);
}

static enum status give_up(struct engine *engine, struct rpc_call *rpc)
{
    REQUIRE(rpc->method->kind != METHOD_WRITE);
    bool may_follow = role_now(&engine->role) != ROLE_LEADER && rpc_call_is_for_any_server(rpc);
    return may_follow ? STATUS_FOLLOWER_BEHIND : role_refuse(engine, rpc);
}

void role_serve_behind(struct engine *engine)
{
    struct call_list calls = call_queue_take(&engine->behind, SIZE_MAX);
    struct call_list ready = {0}, late = {0}, others = {0};
    struct rpc_call *rpc;
    int64_t now_ms = monotonic_ms(engine);
    REQUIRE(!role_is_single(&engine->role));
    if (calls.count == 0) return;
    while ((rpc = call_list_take(&calls)) != NULL) {
        if (!role_takes_read(engine, rpc)) {
            rpc->outcome = role_refuse(engine, rpc);
            call_list_add(&late, rpc);
        } else if (role_may_read(engine, rpc)) {
            call_list_add(&ready, rpc);
        } else if (rpc->watch.look_ms <= now_ms || atomic_load(&engine->draining)) {
            rpc->outcome = give_up(engine, rpc);
            call_list_add(&late, rpc);
        } else {
            call_list_add(&others, rpc);
        }
    }
    call_queue_put(&engine->behind, &others, SIZE_MAX, STATUS_INTERNAL);
    if (ready.count > 0) reader_serve(engine, &ready, engine_report_now_ms(engine));
    call_list_finish(&late);
    REQUIRE(ready.count == 0);
    REQUIRE(late.count == 0);
}

/* --- Time ------------------------------------------------------------------------------------- */

/* That of the newest entry, and what has passed since, up to a beat: by then there is another. */
unix_ms role_logged_now_ms(struct engine *engine)
{
    struct role *role = &engine->role;
    REQUIRE(!role_is_single(role));
    int64_t at_ms = atomic_load(&role->logged_at_ms);
    unix_ms logged_ms = atomic_load(&role->logged_ms);
    int64_t passed_ms = monotonic_ms(engine) - at_ms;
    if (passed_ms < 0) passed_ms = 0;
    return clock_raise(&engine->clock, logged_ms + (passed_ms < BEAT_MS ? passed_ms : BEAT_MS));
}

/* --- Steps ------------------------------------------------------------------------------------ */

/* What was acknowledged is answered; the rest never happened. Later entries have the numbers of
 * what never happened, so nobody may answer meanwhile. */
void role_step_down(struct engine *engine)
{
    struct role *role = &engine->role;
    REQUIRE(role_now(role) == ROLE_DEPOSED);
    pthread_mutex_lock(&role->answering);
    flusher_refuse_unflushed(engine);
    store_abandon(engine->store);
    pthread_mutex_unlock(&role->answering);
    REQUIRE(store_executed(engine->store) == store_committed(engine->store));
    atomic_store(&engine->commit_due_ms, UNIX_MS_NEVER);
    role->quiet_ns = boot_ns(engine);
    atomic_store(&role->logged_at_ms, monotonic_ms(engine));
    atomic_store(&role->now, ROLE_FOLLOWER);
}

enum status role_run_errand(struct engine *engine, unix_ms now_ms)
{
    struct role *role = &engine->role;
    REQUIRE(role_now(role) == ROLE_LEADER);
    if (atomic_load(&role->hands_over)) return hand_over_begin(engine);
    atomic_store(&role->has_errand, false);
    return hashes_append(engine, now_ms);
}

/* Unless it has come to lead, or somebody is about to. */
static void refuse_writes(struct engine *engine)
{
    REQUIRE(!role_is_single(&engine->role));
    if (role_writes(&engine->role) || hand_over_is_awaited(engine)) return;
    struct call_list writes = call_queue_take(&engine->writes, SIZE_MAX);
    role_refuse_all(engine, &writes);
}

enum status role_step(struct engine *engine)
{
    struct role *role = &engine->role;
    REQUIRE(!role_is_single(role));
    REQUIRE(role_now(role) != ROLE_LEADER);
    enum status err = hand_over_go_on(engine);
    if (err != STATUS_OK) return err == STATUS_NOT_YET ? STATUS_OK : err;
    if (role_now(role) == ROLE_DEPOSED) role_step_down(engine);
    REQUIRE(role_now(role) == ROLE_FOLLOWER || role_now(role) == ROLE_TAKING_OVER);
    if (role_is_stopped(role))
        takeover_give_up(engine);
    else
        err = role_now(role) == ROLE_FOLLOWER ? follower_step(engine) : takeover_step(engine);
    refuse_writes(engine);
    role_serve_behind(engine);
    return err;
}
