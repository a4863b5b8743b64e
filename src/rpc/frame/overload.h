/* overload.h -- Whether a frame is served or refused at once, by how long it has waited. The clock
 * is an argument, any that does not jump. All functions but init are safe from any thread; whoever
 * is served meets no lock.
 *
 * While everybody is answered in time nobody is refused, however long they wait: callers that wait
 * for their answers fill no queue without end. A call that has used up most of its timeout in the
 * socket is refused, for its caller is about to give it up. Calls that have used up a quarter, and
 * for OVERLOAD_SIGN_MS none that has not, tell of an overload: a server that was held up for a
 * moment has calls in time again soon. During one, a queue that has stood for OVERLOAD_STANDS_MS is
 * cut back to OVERLOAD_WAIT_MS by refusals (as CoDel drops from a standing queue, and spares a
 * burst), since then answers are quick, also those that say no.
 *
 * Who is refused is given an appointment: a refusal costs about as much as an answer, so those who
 * come again are to be a share of those who are served, the smaller the more are refused. The
 * appointments of the next seconds are counted, and each is the first that has room. They reach two
 * seconds ahead, so that an overload that is over is soon forgotten, and further the longer it
 * lasts. */
#ifndef RPC_FRAME_OVERLOAD_H
#define RPC_FRAME_OVERLOAD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    OVERLOAD_WAIT_MS = 5,
    OVERLOAD_WAIT_MS_MAX = 100, /* of one connection, also where the others' queues are short */
    OVERLOAD_STANDS_MS = 50,
    OVERLOAD_SIGN_MS = 200,
    OVERLOAD_LASTS_MS = 5000, /* after the last sign of it */
    OVERLOAD_SLOT_MS = 50,
    OVERLOAD_SLOTS = 400,
    OVERLOAD_RETRY_MS_MAX = OVERLOAD_SLOTS * OVERLOAD_SLOT_MS,
    OVERLOAD_REACH_MIN = 40, /* slots */
};

struct overload {
    _Atomic int64_t over_ms;        /* when it is over unless there is another sign of it */
    _Atomic int64_t short_at_ms;    /* when a frame that had hardly waited was seen last */
    _Atomic int64_t in_time_at_ms;  /* when a call that had used up less than a quarter was */
    _Atomic int64_t window_ends_ms; /* of the two counts */
    _Atomic uint32_t frames;
    _Atomic uint32_t refusals;        /* of frames, and of calls of others */
    _Atomic uint64_t refusals_in_all; /* this and the next two: for the statistics */
    _Atomic uint32_t wait_ms;         /* of the frame seen last */
    _Atomic uint32_t retry_after_ms;  /* told last */

    pthread_mutex_t lock;     /* of what follows */
    uint32_t served_per_slot; /* frames, in the best window of late */
    uint32_t share;           /* of them that may have been refused before; of 1,024 */
    int64_t slots_begin_ms;   /* of slots[first_slot] */
    uint32_t first_slot;
    uint32_t next_slot; /* the first with room, counted from first_slot */
    uint32_t reach;     /* slots that are used: few unless many are refused for long */
    uint32_t slots[OVERLOAD_SLOTS];
    uint32_t spread; /* counts what was told, to spread the next */
};

/** There is none. */
void overload_init(struct overload *overload, int64_t now_ms);

void overload_deinit(struct overload *overload);

/** A frame comes, which has waited so long.
 * @param is_last  Nothing waits behind it in its connection: who asks for one thing at a time makes
 * no queue and is not cut out of one.
 * @return Whether to serve it; else it was refused. */
bool overload_admit_frame(struct overload *overload, uint32_t waited_ms, bool is_last,
                          int64_t now_ms);

/** A call of a frame that was admitted. @return Whether to serve it; else it was refused. */
bool overload_admit_call(struct overload *overload, uint32_t waited_ms, uint32_t timeout_ms,
                         int64_t now_ms);

/** When somebody who was refused is to come again. */
uint32_t overload_retry_after_ms(struct overload *overload, int64_t now_ms);

#endif
