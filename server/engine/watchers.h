/* watchers.h -- The long polls that wait, WATCHERS_MAX at most.
 *
 * A poll is executed again when the subject it waits for has changed: executing thousands of them
 * after every write would cost more than everything else. Safe from any thread. */
#ifndef SERVER_WATCHERS_H
#define SERVER_WATCHERS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "server/engine/call_list.h"

struct watcher;

struct watchers {
    pthread_mutex_t lock;
    struct watcher *all; /* who waits */
    size_t all_count;
    size_t capacity;     /* of `all` */
    atomic_size_t count; /* places taken: who waits or is being looked at */
    struct call_list
        gone; /* their peers are gone: they have no place, and are yet to be finished */
};

void watchers_init(struct watchers *watchers);

/** Nobody may wait. */
void watchers_deinit(struct watchers *watchers);

/** Places taken. */
size_t watchers_count(const struct watchers *watchers);

/** Takes calls that had nothing to tell, with their `watch` set.
 * @param calls  Those for whom there is no place are left in it. */
void watchers_add(struct watchers *watchers, struct call_list *calls);

/** Takes out whom to look at: those whose subject has another version now, whose time has come, and
 * those of peers that are gone. They keep their places until watchers_leave or watchers_return.
 *
 * @param version   Of a subject now; called under the lock.
 * @param everybody Take all.
 * @param ret_gone  Calls to be finished unseen; they have no place.
 * @return Whom to look at. */
struct call_list watchers_take(struct watchers *watchers, unix_ms now_ms, bool everybody,
                               uint64_t (*version)(void *context, uint64_t subject), void *context,
                               struct call_list *ret_gone);

/** Those who were looked at and wait on. */
void watchers_return(struct watchers *watchers, struct call_list *calls);

/** So many of those who were looked at have their answer. */
void watchers_leave(struct watchers *watchers, size_t count);

/** The calls of a peer give up their places at once. @return Whether there are any. */
bool watchers_forget(struct watchers *watchers, const struct rpc_peer *peer);

/** When somebody is to be looked at whatever changes; UNIX_MS_NEVER if nobody. */
unix_ms watchers_due(struct watchers *watchers);

#endif
