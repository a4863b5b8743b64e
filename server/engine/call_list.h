/* call_list.h -- A list of calls in the order they came, linked by `next`. Invariant: there is a
 * first and a last call unless count is 0, and none after the last. */
#ifndef SERVER_CALL_LIST_H
#define SERVER_CALL_LIST_H

#include <stddef.h>

#include "rpc/dispatch.h"

struct call_list {
    struct rpc_call *first;
    struct rpc_call *last;
    size_t count;
};

/** Appends one call; whatever followed it is cut off. */
void call_list_add(struct call_list *list, struct rpc_call *call);

/** Appends all calls of `more` and empties it. */
void call_list_append(struct call_list *list, struct call_list *more);

/** Takes the first call off. @return NULL if there is none. */
struct rpc_call *call_list_take(struct call_list *list);

/** Takes the first `count` calls off, or all if there are fewer. */
struct call_list call_list_take_many(struct call_list *list, size_t count);

/** Finishes every call with the outcome noted in it. The calls are gone after.
 * None may be NOT_YET: that is for those that wait on. */
void call_list_finish(struct call_list *list);

/** Notes the same outcome in every call. */
void call_list_set_outcome(struct call_list *list, enum status outcome);

/** Notes in every call when it was executed: its answer waits. */
void call_list_set_executed(struct call_list *list, unix_ms executed_ms);

#endif
