/* call_queue.h -- A queue of calls in front of a part of the engine: several threads put, one
 * takes. */
#ifndef SERVER_CALL_QUEUE_H
#define SERVER_CALL_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "server/engine/call_list.h"

struct call_queue {
    pthread_mutex_t lock;
    struct call_list calls;
};

/** Appends calls; those beyond `calls_max` in all are finished with `refusal`, which is none
 * of STATUS_OK and STATUS_NOT_YET.
 * @return Whether the queue was empty before and is not now: its part needs waking. */
bool call_queue_put(struct call_queue *queue, struct call_list *calls, size_t calls_max,
                    enum status refusal);

/** Takes at most `count` calls from the front. */
struct call_list call_queue_take(struct call_queue *queue, size_t count);

/** Puts calls that were taken back to the front, in their order. */
void call_queue_return(struct call_queue *queue, struct call_list *calls);

size_t call_queue_count(struct call_queue *queue);

#endif
