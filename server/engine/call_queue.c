#include "server/engine/call_queue.h"

#include "base/require.h"

bool call_queue_put(struct call_queue *queue, struct call_list *calls, size_t calls_max,
                    enum status refusal)
{
    REQUIRE(calls != &queue->calls);
    REQUIRE(refusal != STATUS_OK);
    REQUIRE(refusal != STATUS_NOT_YET);
    if (calls->count == 0) return false;
    pthread_mutex_lock(&queue->lock);
    size_t before = queue->calls.count;
    size_t room = before < calls_max ? calls_max - before : 0;
    struct call_list accepted = call_list_take_many(calls, room);
    size_t accepted_count = accepted.count;
    REQUIRE(accepted_count <= room);
    call_list_append(&queue->calls, &accepted);
    REQUIRE(queue->calls.count == before + accepted_count);
    bool wake = before == 0 && queue->calls.count > 0;
    pthread_mutex_unlock(&queue->lock);

    call_list_set_outcome(calls, refusal);
    call_list_finish(calls);
    return wake;
}

struct call_list call_queue_take(struct call_queue *queue, size_t count)
{
    pthread_mutex_lock(&queue->lock);
    struct call_list taken = call_list_take_many(&queue->calls, count);
    pthread_mutex_unlock(&queue->lock);
    REQUIRE(taken.count <= count);
    return taken;
}

void call_queue_return(struct call_queue *queue, struct call_list *calls)
{
    REQUIRE(calls != &queue->calls);
    pthread_mutex_lock(&queue->lock);
    call_list_append(calls, &queue->calls);
    call_list_append(&queue->calls, calls);
    pthread_mutex_unlock(&queue->lock);
}

size_t call_queue_count(struct call_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    size_t count = queue->calls.count;
    pthread_mutex_unlock(&queue->lock);
    return count;
}
