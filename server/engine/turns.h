/* turns.h -- Frames of large reads take turns: so many are executed at once and no more, and small
 * calls always find a thread.
 *
 * Who waits next is decided by what a frame asks for and what its peer asked for of late: each peer
 * has its part of the turns, in records, and who comes with little is served before those who keep
 * coming with much. Waiting takes no memory: the frames wait on the list of their own calls. Safe
 * from any thread. */
#ifndef SERVER_TURNS_H
#define SERVER_TURNS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rpc/dispatch.h"

struct turns {
    pthread_mutex_t lock;
    size_t at_once_max;
    size_t running;
    uint64_t time;            /* that has passed for each of those who wait: see turns.c */
    size_t peers_waiting;     /* frames without a peer count each */
    struct rpc_call *waiting; /* a heap of the first calls of frames; the lowest rank is on top */
};

/** @param at_once_max  At least 1. */
void turns_init(struct turns *turns, size_t at_once_max);

/** Nobody may be running or wait. */
void turns_deinit(struct turns *turns);

/** Asks for a turn.
 * @param first  The first call of the frame, with the others behind it. The frame's reads ask for
 * at least one record.
 * @return True if the turn begins now: who has it ends it by turns_next. False if the frame waits:
 * it then belongs to whoever ends a turn. */
bool turns_take(struct turns *turns, struct rpc_call *first);

/** Ends a turn, and begins the next one for a frame that waits.
 * @return The first call of that frame, of the caller, who has its turn; NULL if none waits. */
struct rpc_call *turns_next(struct turns *turns);

#endif
