#include "server/engine/call_list.h"

#include "base/require.h"

void call_list_add(struct call_list *list, struct rpc_call *call)
{
    call->next = NULL;
    if (list->last == NULL) {
        REQUIRE(list->count == 0);
        list->first = call;
    } else {
        list->last->next = call;
    }
    list->last = call;
    list->count++;
}

void call_list_append(struct call_list *list, struct call_list *more)
{
    REQUIRE(more != list);
    REQUIRE((more->first == NULL) == (more->count == 0));
    REQUIRE((list->last == NULL) == (list->count == 0));
    if (more->first == NULL) return;
    REQUIRE(more->last->next == NULL);
    if (list->last == NULL)
        list->first = more->first;
    else
        list->last->next = more->first;
    list->last = more->last;
    list->count += more->count;
    *more = (struct call_list){0};
}

struct rpc_call *call_list_take(struct call_list *list)
{
    struct rpc_call *call = list->first;
    if (call == NULL) return NULL;
    list->first = call->next;
    list->count--;
    if (list->first == NULL) {
        REQUIRE(list->count == 0);
        list->last = NULL;
    }
    call->next = NULL;
    return call;
}

struct call_list call_list_take_many(struct call_list *list, size_t count)
{
    struct call_list taken = {0};
    if (count >= list->count) {
        call_list_append(&taken, list);
        return taken;
    }
    while (taken.count < count)
        call_list_add(&taken, call_list_take(list));
    return taken;
}

void call_list_finish(struct call_list *list)
{
    struct rpc_call *call;
    while ((call = call_list_take(list)) != NULL) {
        REQUIRE(call->outcome != STATUS_NOT_YET);
        rpc_call_finish(call, call->outcome);
    }
}

void call_list_set_executed(struct call_list *list, unix_ms executed_ms)
{
    REQUIRE(executed_ms > 0);
    for (struct rpc_call *call = list->first; call != NULL; call = call->next)
        call->executed_ms = executed_ms;
}

void call_list_set_outcome(struct call_list *list, enum status outcome)
{
    for (struct rpc_call *call = list->first; call != NULL; call = call->next)
        call->outcome = outcome;
}
