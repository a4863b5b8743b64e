/* loop.h -- The one thread of the gateway: waits for descriptors, for what other threads hand over,
 * and for the next tick, and calls whom it concerns.
 *
 * A round is: all descriptors that are ready, what other threads have posted, then all tasks that
 * were deferred, those included that they ask for. What is freed in a round is freed by such a
 * task, so that no event of the round finds it gone.
 *
 * Threads: the loop's own, but for loop_post. */
#ifndef GATEWAY_LOOP_H
#define GATEWAY_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct loop;

/** Whose descriptor is waited for: a member of the owner's struct. */
struct loop_watch {
    /** @param events  EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR. */
    void (*ready)(struct loop_watch *watch, uint32_t events);
};

/** Something to do once: a member of the owner's struct. */
struct loop_task {
    void (*run)(struct loop_task *task);
    struct loop_task *next; /* the loop's */
    bool is_waiting;        /* the loop's */
};

/** Something to do again and again. */
struct loop_ticker {
    void (*tick)(struct loop_ticker *ticker, int64_t now_ms);
    int64_t interval_ms;
    int64_t next_ms; /* the loop's, as what follows */
    struct loop_ticker *next;
};

/** @return NULL if the system gives no descriptors for it. */
struct loop *loop_open(void);

/** Frees it; whoever it would call must be gone. NULL is fine. */
void loop_close(struct loop *loop);

/** Waits for a descriptor. @return False if the system can't. */
bool loop_watch_add(struct loop *loop, int fd, uint32_t events, struct loop_watch *watch);

/** Changes what is waited for. */
void loop_watch_change(struct loop *loop, int fd, uint32_t events, struct loop_watch *watch);

/** Waits no longer. To be called before the descriptor is closed. */
void loop_watch_remove(struct loop *loop, int fd);

/** Runs the task in a moment. From any thread. It may be asked for again once it runs. */
void loop_post(struct loop *loop, struct loop_task *task);

/** As loop_post, but does not wake the loop: it runs in the next round that there is for another
 * reason, a tick for example. Many of them cost no more wake-ups than one. */
void loop_post_quietly(struct loop *loop, struct loop_task *task);

/** Runs the task at the end of this round. One that waits already runs once. */
void loop_defer(struct loop *loop, struct loop_task *task);

/** Ticks from now on, the first time after one interval, until the loop is closed. */
void loop_tick(struct loop *loop, struct loop_ticker *ticker);

/** Ticks an interval from now, and so on: after the interval of a ticker was changed. */
void loop_tick_soon(struct loop *loop, struct loop_ticker *ticker);

/** When this round began, on onsale_now_ms's clock. */
int64_t loop_now_ms(const struct loop *loop);

/** Works until loop_stop, and may be called again then. */
void loop_run(struct loop *loop);

/** Runs what was posted and deferred, without waiting: at the end. */
void loop_finish(struct loop *loop);

/** Ends loop_run after this round. */
void loop_stop(struct loop *loop);

#endif
