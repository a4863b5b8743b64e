#include "server/engine/cluster_view.h"

#include <inttypes.h>

#include "base/require.h"
#include "server/engine/inside.h"

enum { NS_PER_MS = 1000000, NEWS_MS_MAX = 1000 };

#define ROLE_IS(name)                                                                              \
    _Static_assert((int)ROLE_##name + 1 == (int)ONSALE__V1__CLUSTER_ROLE__CLUSTER_ROLE_##name,     \
                   "in step with the protocol")
ROLE_IS(SINGLE);
ROLE_IS(FOLLOWER);
ROLE_IS(TAKING_OVER);
ROLE_IS(LEADER);
ROLE_IS(DEPOSED);

/* @return STATUS_OK; STATUS_OUT_OF_MEMORY. */
static enum status tell_leader(const Onsale__Rpc__V1__Leader *leader, struct arena *arena,
                               Onsale__V1__GetClusterStatusResponse *response)
{
    const char *urls = "";
    REQUIRE(leader->name != NULL);
    response->leader = leader->name;
    for (size_t i = 0; i < leader->n_urls && urls != NULL; i++)
        urls = arena_printf(arena, "%s%s%s", urls, i == 0 ? "" : ",", leader->urls[i]);
    if (urls == NULL) return STATUS_OUT_OF_MEMORY;
    response->leader_urls = (char *)urls;
    return STATUS_OK;
}

/* Who leads, as the newest START says, and what is wrong with the log. */
static enum status tell_others(struct role *role, struct arena *arena,
                               Onsale__V1__GetClusterStatusResponse *response)
{
    const Onsale__Rpc__V1__Leader *leader = role_find_leader(role, arena);
    REQUIRE(role->leader_size <= sizeof role->leader);
    pthread_mutex_lock(&role->lock);
    response->epoch = leader == NULL ? role->leader_epoch : leader->epoch;
    response->log_problem = arena_printf(arena, "%s", role->problem);
    pthread_mutex_unlock(&role->lock);
    if (role_is_stopped(role))
        response->log_problem = arena_printf(arena,
                                             "it answers nothing any more: at entry %" PRIu64
                                             " its records were not the leader's",
                                             atomic_load(&role->hashes.differs_at));
    if (response->log_problem == NULL) return STATUS_OUT_OF_MEMORY;
    /* A note that is none names nobody. */
    return leader == NULL ? STATUS_OK : tell_leader(leader, arena, response);
}

/* A leader appends, and followers read, several times a second. */
static void tell_log(struct engine *engine, bool leads,
                     Onsale__V1__GetClusterStatusResponse *response)
{
    const struct role *role = &engine->role;
    const struct engine_world *world = &engine->world;
    REQUIRE(!role_is_single(role));
    int64_t heard_ms = leads ? log_lease_ns(role->log) / NS_PER_MS : role->follow_ok_ms;
    int64_t now_ms =
        leads ? world->boot_ns(world->context) / NS_PER_MS : world->monotonic_ms(world->context);
    response->log_reachable = now_ms - heard_ms < NEWS_MS_MAX;
    response->log_fit = atomic_load(&role->is_fit);
}

static void tell_place(struct engine *engine, bool leads,
                       Onsale__V1__GetClusterStatusResponse *response)
{
    const struct engine_world *world = &engine->world;
    REQUIRE(!role_is_single(&engine->role));
    response->applied_index = store_place(engine->store).index;
    response->acknowledged_index = leads ? log_acknowledged(engine->role.log) : 0;
    uint64_t seen = log_seen(engine->role.log);
    response->log_index = seen > response->applied_index ? seen : response->applied_index;
    if (leads) return;
    int64_t lag_ms = world->monotonic_ms(world->context) - atomic_load(&engine->role.logged_at_ms);
    response->lag_ms = lag_ms < 0 ? 0 : lag_ms;
}

static enum status tell_hash(struct engine *engine, struct arena *arena,
                             Onsale__V1__GetClusterStatusResponse *response)
{
    struct state_hash own = hashes_own(engine);
    response->hash_index = own.index;
    if (own.index == 0) return STATUS_OK;
    response->hash.data = arena_copy(arena, own.bytes, sizeof own.bytes);
    if (response->hash.data == NULL) return STATUS_OUT_OF_MEMORY;
    response->hash.len = sizeof own.bytes;
    return STATUS_OK;
}

enum status cluster_view_tell(struct engine *engine, struct arena *arena,
                              Onsale__V1__GetClusterStatusResponse *response)
{
    struct role *role = &engine->role;
    enum engine_role now = role_now(role);
    bool leads = now == ROLE_LEADER;
    REQUIRE(arena != NULL);
    response->role = (Onsale__V1__ClusterRole)(now + 1);
    if (now == ROLE_SINGLE) return STATUS_OK;
    REQUIRE(engine->world.self != NULL);
    response->node = engine->world.self->name;
    tell_place(engine, leads, response);
    tell_log(engine, leads, response);
    enum status err = tell_hash(engine, arena, response);
    if (err == STATUS_OK) err = tell_others(role, arena, response);
    if (err != STATUS_OK || !leads) return err;
    response->epoch = store_place(engine->store).epoch;
    return tell_leader(engine->world.self, arena, response); /* as long as it leads */
}

enum status cluster_view_hand_over(struct engine *engine)
{
    REQUIRE(engine != NULL);
    if (role_now(&engine->role) != ROLE_LEADER) return STATUS_NOT_LEADER;
    atomic_store(&engine->role.hands_over, true);
    atomic_store(&engine->role.has_errand, true);
    engine->world.wake(engine->world.context, ENGINE_WRITER);
    return STATUS_OK;
}
