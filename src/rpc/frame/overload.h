/* overload.h -- Whether a frame is served or refused at once, by how long it has waited. The clock
 * is an argument, any that does not jump. All functions but init are safe from any thread; a frame
 * that is served takes no lock.
 *
 * While every call is answered in time, none is refused, however long it waits: callers that wait
 * for their answers do not make a queue grow without end. A call that has used up most of its
 * timeout in the socket is refused, for its caller is about to give up. If calls have used up a
 * quarter of their timeout, and for OVERLOAD_SIGN_MS every one has, there is an overload; after a
 * short stall of the server, calls in time soon come in again. During an overload, a queue that has
 * stood for OVERLOAD_STANDS_MS is cut back to OVERLOAD_WAIT_MS by refusals, as CoDel drops from a
 * standing queue and spares a burst. From then on answers are quick, refusals included.
 *
 * A refusal carries an appointment (retry_after_ms). A refusal costs about as much as an answer, so
 * callers that return must be a fraction of those that are served, the smaller the more are
 * refused. The appointments of the next seconds are counted in slots, and each caller gets the
 * first slot with room. The slots reach two seconds ahead, so that the end of an overload is soon
 * noticed, and further the longer it lasts. */
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
    _Atomic uint32_t retry_after_ms;  /* given last */

    pthread_mutex_t lock;     /* of what follows */
    uint32_t served_per_slot; /* frames, in the best window of late */
    uint32_t share;           /* of them that may have been refused before; of 1,024 */
    int64_t slots_begin_ms;   /* of slots[first_slot] */
    uint32_t first_slot;
    uint32_t next_slot; /* the first with room, counted from first_slot */
    uint32_t reach;     /* slots that are used: few unless many are refused for long */
    uint32_t slots[OVERLOAD_SLOTS];
    uint32_t spread; /* counts appointments, to spread the next */
};

/** Begins without an overload. */
void overload_init(struct overload *overload, int64_t now_ms);

void overload_deinit(struct overload *overload);

/** Judges a frame that has waited so long.
 * @param is_last  Nothing waits behind it in its connection: a caller with one frame at a time
 * makes no queue, and is not refused to cut one back.
 * @return Whether to serve it; else it was refused. */
bool overload_admit_frame(struct overload *overload, uint32_t waited_ms, bool is_last,
                          int64_t now_ms);

/** Judges a call of an admitted frame. @return Whether to serve it; else it was refused. */
bool overload_admit_call(struct overload *overload, uint32_t waited_ms, uint32_t timeout_ms,
                         int64_t now_ms);

/** The appointment of a refused caller. */
uint32_t overload_retry_after_ms(struct overload *overload, int64_t now_ms);

#endif
