#include "gateway/subscriptions.h"

#include <stdlib.h>

#include "base/require.h"
#include "gateway/following.h"

struct subscription *subscription_open(struct subscriptions *all,
                                       const struct subscriber *subscriber)
{
    struct subscription *subscription = calloc(1, sizeof *subscription);
    if (subscription == NULL) return NULL;
    subscription->all = all;
    subscription->subscriber = *subscriber;
    all->count++;
    return subscription;
}

void subscription_free(struct subscription *subscription)
{
    if (subscription->catch_up != NULL) upstream_cancel(subscription->catch_up);
    subscription->all->count--;
    free(subscription);
}

void subscription_link(struct subscription **list, struct subscription *subscription)
{
    subscription->previous = NULL;
    subscription->next = *list;
    if (*list != NULL) (*list)->previous = subscription;
    *list = subscription;
}

void subscription_unlink(struct subscription **list, struct subscription *subscription)
{
    if (subscription->previous != NULL)
        subscription->previous->next = subscription->next;
    else
        *list = subscription->next;
    if (subscription->next != NULL) subscription->next->previous = subscription->previous;
}

void subscriptions_end_list(struct subscription **list, const struct onsale_error *error)
{
    while (*list != NULL) {
        struct subscription *subscription = *list;
        struct subscriber subscriber = subscription->subscriber;
        subscription_unlink(list, subscription);
        subscription_free(subscription);
        subscriber.ended(subscriber.context, error);
    }
}

void subscription_cancel(struct subscription *subscription)
{
    if (subscription->entry != NULL)
        followed_entry_leave(subscription);
    else if (subscription->seats != NULL)
        followed_seats_leave(subscription);
    else
        followed_events_leave(subscription);
    subscription_free(subscription);
}

bool poll_may_heal(const struct onsale_error *error)
{
    return error->code == ONSALE__RPC__V1__CODE__CODE_UNAVAILABLE ||
           error->code == ONSALE__RPC__V1__CODE__CODE_DEADLINE_EXCEEDED ||
           error->code == ONSALE__RPC__V1__CODE__CODE_RESOURCE_EXHAUSTED;
}

static void end_all(struct subscriptions *all)
{
    followed_entries_end(all, &all->end);
    followed_seats_end(all, &all->end);
    followed_events_end(all, &all->end);
}

static void look(struct loop_ticker *ticker, int64_t now_ms)
{
    struct subscriptions *all =
        (struct subscriptions *)((char *)ticker - offsetof(struct subscriptions, ticker));
    if (all->has_ended) {
        end_all(all);
        return;
    }
    followed_entries_look(all, now_ms);
    followed_seats_look(all, now_ms);
    followed_events_look(all, now_ms);
    entry_waits_look(all, now_ms);
}

struct subscriptions *subscriptions_open(struct loop *loop, struct upstream *upstream)
{
    struct subscriptions *all = calloc(1, sizeof *all);
    if (all == NULL) return NULL;
    if (!followed_entries_open(&all->entries)) {
        free(all);
        return NULL;
    }
    all->loop = loop;
    all->upstream = upstream;
    all->ticker = (struct loop_ticker){.tick = look, .interval_ms = LOOK_MS};
    loop_tick(loop, &all->ticker);
    return all;
}

void subscriptions_end(struct subscriptions *all, const struct onsale_error *error)
{
    all->has_ended = true;
    all->end = *error;
    end_all(all);
}

void subscriptions_close(struct subscriptions *all)
{
    if (all == NULL) return;
    REQUIRE(all->count == 0);
    if (all->events.poll != NULL) upstream_cancel(all->events.poll);
    followed_entries_close(&all->entries);
    free(all);
}
