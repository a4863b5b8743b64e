/* overload.h -- Whether a frame is served or refused at once, by how long it has waited. The clock
 * is an argument, any that does not jump. All functions but init are safe from any thread; a frame
 * that is served takes no lock.
 *
 * While every call is answered in time, none is refused, however long it waits: callers that wait
 * for their answers do not make a queue grow without end. A call that has used up most of its
 * timeout in the socket is refused, for its caller is about to give up. If calls have used up a
 * quarter of their timeout, and for OVERLOAD_SIGN_MS every one has, there is an overload; after a
 * short stall of the server, calls in time soon come in again. During an overload every frame that
 * has waited for more than OVERLOAD_WAIT_MS is refused. From then on answers are quick, refusals
 * included. Each frame is judged alone: of many connections some always have short queues, which
 * says nothing about the others.
 *
 * Commands wait in the server, too. A command that would use up its timeout there is refused when
 * it comes, and so is every command while hardly any room is left: a refusal must not wait for what
 * is served. If a refused command would have waited for OVERLOAD_AHEAD_LONG_MS there is an overload
 * as well, and during one no more are let in than are executed in OVERLOAD_AHEAD_MS: thousands that
 * are answered together come again together, and the last of them are read late.
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
    OVERLOAD_WAIT_MS = 3,  /* the wait in a socket is known about so well */
    OVERLOAD_AHEAD_MS = 2, /* 20: refusals took half as long again */
    OVERLOAD_AHEAD_LONG_MS = 100,
    OVERLOAD_SIGN_MS = 200,
    OVERLOAD_LASTS_MS = 5000, /* after the last sign of it */
    OVERLOAD_SLOT_MS = 50,
    OVERLOAD_SLOTS = 400,
    OVERLOAD_RETRY_MS_MAX = OVERLOAD_SLOTS * OVERLOAD_SLOT_MS,
    OVERLOAD_REACH_MIN = 40, /* slots */
};

struct overload {
    _Atomic int64_t over_ms;        /* when it is over unless there is another sign of it */
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

/** Judges a frame that has waited so long. @return Whether to serve it; else it was refused. */
bool overload_admit_frame(struct overload *overload, uint32_t waited_ms, int64_t now_ms);

/** Judges a call of an admitted frame. @return Whether to serve it; else it was refused. */
bool overload_admit_call(struct overload *overload, uint32_t waited_ms, uint32_t timeout_ms,
                         int64_t now_ms);

/** A command, which waits in the server before it is executed. */
struct overload_command {
    uint32_t waited_ms;
    uint32_t ahead_ms; /* what it will wait, as far as is known */
    uint32_t timeout_ms;
    bool is_crowded; /* there is hardly room for more that wait */
};

/** Judges a command that passed overload_admit_call. @return Whether to serve it; else it was
 * refused.
 */
bool overload_admit_command(struct overload *overload, struct overload_command command,
                            int64_t now_ms);

/** The appointment of a refused caller. */
uint32_t overload_retry_after_ms(struct overload *overload, int64_t now_ms);

#endif
