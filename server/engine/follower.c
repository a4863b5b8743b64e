#include "server/engine/follower.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/require.h"
#include "server/engine/hand_over.h"
#include "server/engine/inside.h"

/* So many entries, or bytes of them, are committed together: one by one they take three times as
 * long. */
enum { GROUP_ENTRIES = 64, GROUP_BYTES = 4 << 20, NS_PER_MS = 1000000 };

/* Where the leader has left on purpose, servers claim so much sooner one after the other. */
enum { LEFT_STAGGER = 16 };

_Static_assert(GROUP_ENTRIES >= 1, "a group ends");
_Static_assert(GROUP_BYTES <= UINT32_MAX, "its bytes are counted");

void role_note_problem(struct role *role, enum status err, const char *problem)
{
    REQUIRE(problem != NULL);
    pthread_mutex_lock(&role->lock);
    if (err == STATUS_OK)
        role->problem[0] = '\0';
    else
        snprintf(role->problem, sizeof role->problem, "%s%s%s", status_english(err),
                 problem[0] == '\0' ? "" : ": ", problem);
    pthread_mutex_unlock(&role->lock);
}

struct following {
    struct engine *engine;
    unix_ms logged_ms;   /* of the last entry */
    enum status failure; /* of the store */
};

/* Reads see it before they are told the time. */
static enum status show(struct following *following)
{
    struct engine *engine = following->engine;
    struct role *role = &engine->role;
    REQUIRE(role_now(role) == ROLE_FOLLOWER);
    if (role->group == 0) return STATUS_OK;
    role->group = 0;
    role->group_bytes = 0;
    enum status err = engine_commit(engine);
    if (err != STATUS_OK) return err;
    REQUIRE(store_committed(engine->store) == store_executed(engine->store));
    REQUIRE(following->logged_ms >= atomic_load(&role->logged_ms));
    atomic_store(&role->logged_ms, following->logged_ms);
    atomic_store(&role->logged_at_ms, engine->world.monotonic_ms(engine->world.context));
    atomic_store(&engine->acknowledged, store_committed(engine->store));
    if (store_wants_checkpoint(engine->store))
        engine->world.wake(engine->world.context, ENGINE_CHECKPOINTER);
    return STATUS_OK;
}

/* A mark is committed by itself: see store_hash. */
static bool ends_group(const struct role *role, const struct log_entry *entry)
{
    REQUIRE(role->group >= 1);
    return role->group >= GROUP_ENTRIES || role->group_bytes >= GROUP_BYTES ||
           entry->kind == LOG_HASH;
}

static enum status apply(void *context, const struct log_entry *entry)
{
    struct following *following = context;
    struct role *role = &following->engine->role;
    REQUIRE(role->group < GROUP_ENTRIES);
    enum status err = store_follow(following->engine->store, entry);
    if (err == STATUS_OK && entry->kind == LOG_START) role_note_leader(role, entry);
    if (err == STATUS_OK) hashes_note_entry(following->engine, entry);
    if (err == STATUS_OK) hand_over_note_entry(following->engine, entry);
    if (err == STATUS_OK) following->logged_ms = entry->time_ms;
    role->group++;
    role->group_bytes += entry->redo_size;
    if (err == STATUS_OK && ends_group(role, entry)) err = show(following);
    following->failure = err;
    return err;
}

/* The leader has said that it leaves, and nothing was seen behind that but that it says so again.
 * Then nobody waits for long, only one after the other. */
static bool is_left_to_others(const struct engine *engine, int64_t now_ns)
{
    const struct role *role = &engine->role;
    REQUIRE(role->stagger_ms >= 0);
    if (role->leaving.left_ns == 0 || now_ns < role->quiet_ns) return false;
    if (log_seen(role->log) > store_applied(engine->store).index + 1) return false;
    return now_ns - role->leaving.left_ns >= role->stagger_ms * NS_PER_MS / LEFT_STAGGER;
}

static bool may_claim(struct engine *engine)
{
    struct role *role = &engine->role;
    REQUIRE(role->stagger_ms >= 0);
    int64_t now_ns = engine->world.boot_ns(engine->world.context);
    int64_t news_ns = log_news_ns(role->log);
    REQUIRE(role_now(role) == ROLE_FOLLOWER);
    if (engine->world.follows_only) return false;
    if (is_left_to_others(engine, now_ns)) return true;
    if (news_ns < role->quiet_ns) news_ns = role->quiet_ns;
    return now_ns - news_ns >= (SILENCE_MS + role->stagger_ms) * NS_PER_MS;
}

static bool check_log(struct engine *engine)
{
    struct role *role = &engine->role;
    char problem[LOG_PROBLEM_BYTES] = "";
    REQUIRE(role_now(role) == ROLE_FOLLOWER);
    enum status err = log_check(role->log, true, problem);
    atomic_store(&role->is_fit, err != STATUS_LOG_UNFIT);
    role_note_problem(role, err, problem);
    return err == STATUS_OK;
}

static enum status take_none(void *context, const struct log_entry *entry)
{
    (void)context;
    (void)entry;
    return STATUS_OK;
}

/* Who reads at a host that lags hears nothing of a leader that is well. So before a claim it looks
 * where entries are appended; whether that was news may_claim tells. */
static bool look_at_end(struct engine *engine)
{
    struct role *role = &engine->role;
    char problem[LOG_PROBLEM_BYTES] = "";
    REQUIRE(role_now(role) == ROLE_FOLLOWER);
    enum status err =
        log_follow(role->log, store_applied(engine->store), true, take_none, NULL, problem);
    if (err != STATUS_OK) role_note_problem(role, err, problem);
    return err == STATUS_OK;
}

static void try_to_lead(struct engine *engine)
{
    REQUIRE(!engine->world.follows_only);
    if (!look_at_end(engine)) {
        role_claim_later(engine);
        return;
    }
    if (!may_claim(engine)) return;
    if (check_log(engine))
        takeover_begin(engine);
    else
        role_claim_later(engine);
}

/* It can't take an entry. Reads go on, as of the one before, unless the store has failed. */
static enum status stop_at_next(struct engine *engine, enum status err)
{
    char problem[LOG_PROBLEM_BYTES];
    REQUIRE(err != STATUS_OK);
    snprintf(problem, sizeof problem, "entry %" PRIu64, store_applied(engine->store).index + 1);
    role_note_problem(&engine->role, err, problem);
    return err == STATUS_LOG_DAMAGED || err == STATUS_LOG_NEWER ? STATUS_OK : err;
}

enum status follower_step(struct engine *engine)
{
    struct role *role = &engine->role;
    REQUIRE(role_now(role) == ROLE_FOLLOWER);
    struct following following = {.engine = engine};
    char problem[LOG_PROBLEM_BYTES] = "";
    role->group = 0;
    role->group_bytes = 0;
    enum status err =
        log_follow(role->log, store_applied(engine->store), false, apply, &following, problem);
    if (following.failure != STATUS_OK) return stop_at_next(engine, following.failure);
    enum status shown = show(&following);
    if (shown != STATUS_OK) return shown;
    role_note_problem(role, err, problem);
    if (err != STATUS_OK) return STATUS_OK; /* the log is not there: reads go on */
    atomic_store(&role->follow_ok_ms, engine->world.monotonic_ms(engine->world.context));
    if (may_claim(engine)) try_to_lead(engine);
    return STATUS_OK;
}
