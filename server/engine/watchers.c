#include "server/engine/watchers.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/require.h"

/* What is needed to decide whether to look at a call, without touching the call. */
struct watcher {
    struct rpc_call *call;
    const struct rpc_peer *peer;
    struct rpc_watch watch;
};

enum { CAPACITY_MIN = 256 };

_Static_assert(CAPACITY_MIN <= (int)WATCHERS_MAX, "there is no more room than places");

void watchers_init(struct watchers *watchers)
{
    *watchers = (struct watchers){.lock = PTHREAD_MUTEX_INITIALIZER};
}

void watchers_deinit(struct watchers *watchers)
{
    REQUIRE(watchers->count == 0);
    REQUIRE(watchers->all_count == 0);
    REQUIRE(watchers->gone.count == 0);
    free(watchers->all);
    pthread_mutex_destroy(&watchers->lock);
}

size_t watchers_count(const struct watchers *watchers)
{
    return atomic_load(&watchers->count);
}

/* Room for everybody who has a place, so that who was looked at can always return. */
static bool make_room(struct watchers *watchers, size_t count)
{
    REQUIRE(count <= WATCHERS_MAX);
    if (count <= watchers->capacity) return true;
    size_t capacity = watchers->capacity == 0 ? CAPACITY_MIN : watchers->capacity * 2;
    struct watcher *all = realloc(watchers->all, capacity * sizeof *all);
    if (all == NULL) return false;
    watchers->all = all;
    watchers->capacity = capacity;
    REQUIRE(count <= capacity);
    return true;
}

/* Under the lock, like the mark that a peer is gone is seen: by one side or by the other. */
static void append(struct watchers *watchers, struct rpc_call *call)
{
    const struct rpc_peer *peer = rpc_call_peer(call);
    if (peer != NULL && atomic_load(&peer->is_gone)) {
        call_list_add(&watchers->gone, call);
        atomic_fetch_sub(&watchers->count, 1);
        return;
    }
    REQUIRE(watchers->all_count < watchers->capacity);
    watchers->all[watchers->all_count++] = (struct watcher){call, peer, call->watch};
}

void watchers_add(struct watchers *watchers, struct call_list *calls)
{
    pthread_mutex_lock(&watchers->lock);
    while (calls->count > 0 && watchers->count < WATCHERS_MAX &&
           make_room(watchers, watchers->count + 1)) {
        atomic_fetch_add(&watchers->count, 1);
        append(watchers, call_list_take(calls));
    }
    REQUIRE(watchers->all_count <= watchers->count);
    pthread_mutex_unlock(&watchers->lock);
}

struct call_list watchers_take(struct watchers *watchers, unix_ms now_ms, bool everybody,
                               uint64_t (*version)(void *context, uint64_t subject), void *context,
                               struct call_list *ret_gone)
{
    struct call_list taken = {0};
    size_t kept = 0;
    pthread_mutex_lock(&watchers->lock);
    for (size_t i = 0; i < watchers->all_count; i++) {
        struct watcher *watcher = &watchers->all[i];
        if (everybody || watcher->watch.look_ms <= now_ms ||
            version(context, watcher->watch.subject) != watcher->watch.version)
            call_list_add(&taken, watcher->call);
        else
            watchers->all[kept++] = *watcher;
    }
    REQUIRE(kept + taken.count == watchers->all_count);
    watchers->all_count = kept;
    *ret_gone = watchers->gone;
    watchers->gone = (struct call_list){0};
    pthread_mutex_unlock(&watchers->lock);
    return taken;
}

void watchers_return(struct watchers *watchers, struct call_list *calls)
{
    struct rpc_call *call;
    REQUIRE(calls->count <= watchers_count(watchers));
    pthread_mutex_lock(&watchers->lock);
    while ((call = call_list_take(calls)) != NULL)
        append(watchers, call);
    pthread_mutex_unlock(&watchers->lock);
}

void watchers_leave(struct watchers *watchers, size_t count)
{
    size_t before = atomic_fetch_sub(&watchers->count, count);
    REQUIRE(before >= count);
}

bool watchers_forget(struct watchers *watchers, const struct rpc_peer *peer)
{
    size_t kept = 0;
    REQUIRE(peer != NULL);
    pthread_mutex_lock(&watchers->lock);
    for (size_t i = 0; i < watchers->all_count; i++)
        if (watchers->all[i].peer == peer)
            call_list_add(&watchers->gone, watchers->all[i].call);
        else
            watchers->all[kept++] = watchers->all[i];
    size_t forgotten = watchers->all_count - kept;
    size_t before = atomic_fetch_sub(&watchers->count, forgotten);
    REQUIRE(before >= forgotten);
    watchers->all_count = kept;
    pthread_mutex_unlock(&watchers->lock);
    return forgotten > 0;
}

unix_ms watchers_due(struct watchers *watchers)
{
    unix_ms due_ms = UNIX_MS_NEVER;
    pthread_mutex_lock(&watchers->lock);
    for (size_t i = 0; i < watchers->all_count; i++)
        if (watchers->all[i].watch.look_ms < due_ms) due_ms = watchers->all[i].watch.look_ms;
    if (watchers->gone.count > 0) due_ms = 0;
    pthread_mutex_unlock(&watchers->lock);
    return due_ms;
}
