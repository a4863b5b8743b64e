#include "gateway/entry_wait.h"

#include <stdlib.h>
#include <string.h>

#include "gateway/following.h"

enum { ENTRY_BYTES_MAX = 256 }; /* of a response, which is smaller by far */

struct entry_wait {
    struct loop_task end; /* the first member: it ends outside of what tells it */
    struct subscriptions *all;
    struct subscription *subscription; /* NULL: it has ended */
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

/* The response of GetQueueEntry has the shape of that of WaitQueueEntry. */
static void take_news(void *context, const uint8_t *message, size_t size)
{
    struct entry_wait *wait = context;
    Onsale__V1__WaitQueueEntryResponse *response =
        onsale__v1__wait_queue_entry_response__unpack(NULL, size, message);
    if (response != NULL && response->entry != NULL && size <= sizeof wait->response) {
        memcpy(wait->response, message, size);
        wait->size = size;
        if (response->entry->status != wait->known_status ||
            response->entry->position != wait->known_position)
            end_soon(wait);
    }
    onsale__v1__wait_queue_entry_response__free_unpacked(response, NULL);
}

static void take_end(void *context, const struct onsale_error *error)
{
    struct entry_wait *wait = context;
    wait->subscription = NULL;
    bool may_answer = wait->size > 0 && (error == NULL || error->status == ONSALE_SHUTTING_DOWN);
    if (may_answer)
        end_soon(wait); /* a gateway that stops tells how things are, which ends the wait early */
    else if (error != NULL)
        fail(wait, error);
}

static size_t nothing_unsent(const void *context)
{
    (void)context;
    return 0;
}

static void unlink_wait(struct entry_wait *wait)
{
    if (wait->previous != NULL)
        wait->previous->next = wait->next;
    else
        wait->all->waits = wait->next;
    if (wait->next != NULL) wait->next->previous = wait->previous;
}

static void leave(struct entry_wait *wait)
{
    if (wait->subscription != NULL) subscription_cancel(wait->subscription);
    wait->subscription = NULL;
    unlink_wait(wait);
}

static void end(struct loop_task *task)
{
    struct entry_wait *wait = (struct entry_wait *)task;
    if (!wait->is_closed) {
        leave(wait);
        wait->done(wait->context, wait->has_failed ? &wait->error : NULL, wait->response,
                   wait->size);
    }
    free(wait);
}

struct entry_wait *entry_wait_open(struct subscriptions *all,
                                   const Onsale__V1__WaitQueueEntryRequest *request,
                                   int64_t until_ms, entry_wait_done *done, void *context)
{
    struct entry_wait *wait = calloc(1, sizeof *wait);
    if (wait == NULL) return NULL;
    const struct subscriber subscriber = {take_news, take_end, nothing_unsent, wait};
    wait->end.run = end;
    wait->all = all;
    wait->known_status = request->known_status;
    wait->known_position = request->known_position;
    wait->until_ms = until_ms;
    wait->done = done;
    wait->context = context;
    wait->subscription = subscribe_queue_entry(all, request->token, &subscriber);
    if (wait->subscription == NULL) {
        free(wait);
        return NULL;
    }
    wait->next = all->waits;
    if (wait->next != NULL) wait->next->previous = wait;
    all->waits = wait;
    return wait;
}

void entry_wait_close(struct entry_wait *wait)
{
    leave(wait);
    wait->is_closed = true;
    if (!wait->end.is_waiting) free(wait);
}

void entry_waits_look(struct subscriptions *all, int64_t now_ms)
{
    for (struct entry_wait *wait = all->waits; wait != NULL; wait = wait->next) {
        struct onsale_error late;
        if (wait->until_ms > now_ms) continue;
        upstream_error(&late, STATUS_DEADLINE_EXCEEDED, false);
        if (wait->size > 0)
            end_soon(wait);
        else
            fail(wait, &late);
    }
}
