#include "gateway/entry_wait.h"

#include <stdlib.h>
#include <string.h>

#include "gateway/topic.h"

enum { ENTRY_BYTES_MAX = 256 }; /* of a response, which is smaller by far */

struct entry_wait {
    struct subscription subscription; /* the first member */
    struct loop_task end;             /* it ends outside of what tells it */
    struct subscriptions *all;
    struct entry_wait *previous, *next;
    Onsale__V1__QueueEntryStatus known_status;
    uint32_t known_position;
    int64_t until_ms;
    bool is_closed;
    bool has_failed;
    struct onsale_error error; /* if it has */
    entry_wait_done *done;
    void *context;
    size_t size; /* of what was told last; 0: nothing yet */
    uint8_t response[ENTRY_BYTES_MAX];
};

static void end_soon(struct entry_wait *wait)
{
    loop_defer(wait->all->loop, &wait->end);
}

static void fail(struct entry_wait *wait, const struct onsale_error *error)
{
    wait->has_failed = true;
    wait->error = *error;
    end_soon(wait);
}

static void fail_with(struct entry_wait *wait, enum status status)
{
    struct onsale_error error;
    upstream_error(&error, status, false);
    fail(wait, &error);
}

/* The response of GetQueueEntry has the shape of that of WaitQueueEntry. */
static void told(struct subscription *subscription, struct news *news)
{
    struct entry_wait *wait = (struct entry_wait *)subscription;
    if (news->message_size > sizeof wait->response) return;
    memcpy(wait->response, news->message, news->message_size);
    wait->size = news->message_size;
    uint64_t known = (uint64_t)wait->known_status << 32 | wait->known_position;
    if (news->version != known || news->is_last) end_soon(wait);
}

static void ended(struct subscription *subscription, const struct onsale_error *error)
{
    fail((struct entry_wait *)subscription, error);
}

static void leave(struct entry_wait *wait)
{
    unsubscribe(&wait->subscription);
    if (wait->previous != NULL)
        wait->previous->next = wait->next;
    else
        wait->all->waits = wait->next;
    if (wait->next != NULL) wait->next->previous = wait->previous;
}

static void end(struct loop_task *task)
{
    struct entry_wait *wait =
        (struct entry_wait *)((char *)task - offsetof(struct entry_wait, end));
    if (!wait->is_closed) {
        leave(wait);
        wait->done(wait->context, wait->has_failed ? &wait->error : NULL, wait->response,
                   wait->size);
    }
    free(wait);
}

struct entry_wait *entry_wait_open(struct subscriptions *subscriptions,
                                   const Onsale__V1__WaitQueueEntryRequest *request,
                                   const struct upstream_origin *origin, int64_t until_ms,
                                   entry_wait_done *done, void *context)
{
    struct entry_wait *wait = calloc(1, sizeof *wait);
    if (wait == NULL) return NULL;
    wait->subscription.told = told;
    wait->subscription.ended = ended;
    wait->subscription.origin = *origin;
    wait->end.run = end;
    wait->all = subscriptions;
    wait->known_status = request->known_status;
    wait->known_position = request->known_position;
    wait->until_ms = until_ms;
    wait->done = done;
    wait->context = context;
    wait->next = subscriptions->waits;
    if (wait->next != NULL) wait->next->previous = wait;
    subscriptions->waits = wait;
    if (subscribe_queue_entry(subscriptions, &wait->subscription, request->token.data,
                              request->token.len))
        return wait;
    leave(wait);
    free(wait);
    return NULL;
}

void entry_wait_close(struct entry_wait *wait)
{
    leave(wait);
    wait->is_closed = true;
    if (!wait->end.is_waiting) free(wait);
}

void entry_waits_tick(struct subscriptions *table, int64_t now_ms)
{
    for (struct entry_wait *wait = table->waits; wait != NULL; wait = wait->next) {
        if (wait->until_ms > now_ms) continue;
        if (wait->size > 0)
            end_soon(wait);
        else
            fail_with(wait, STATUS_DEADLINE_EXCEEDED);
    }
}

void entry_waits_end(struct subscriptions *subscriptions)
{
    for (struct entry_wait *wait = subscriptions->waits; wait != NULL; wait = wait->next) {
        if (wait->size > 0)
            end_soon(wait);
        else
            fail_with(wait, STATUS_SHUTTING_DOWN);
    }
}
