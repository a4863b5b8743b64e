#include "gateway/loop.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <onsale/onsale.h>

#include "base/require.h"

enum { EVENTS_PER_ROUND = 256, WAIT_MS_MAX = 60 * 1000 };

/* First in, first out. */
struct task_list {
    struct loop_task *first;
    struct loop_task *last;
};

struct loop {
    int epoll_fd;
    int posted_fd; /* an eventfd: wakes the loop */
    bool is_stopping;
    int64_t now_ms;
    struct loop_watch posted_watch;
    struct loop_ticker *tickers;
    struct task_list deferred;
    pthread_mutex_t lock; /* of what follows */
    bool is_asleep;       /* and is to be woken by who posts */
    struct task_list posted;
    struct task_list quiet; /* posted without waking the loop */
};

static void task_add(struct task_list *list, struct loop_task *task)
{
    if (task->is_waiting) return;
    task->is_waiting = true;
    task->next = NULL;
    if (list->first == NULL)
        list->first = task;
    else
        list->last->next = task;
    list->last = task;
}

/* A task may free itself, and ask for more. */
static void run_tasks(struct task_list *list, pthread_mutex_t *lock)
{
    struct loop_task *task = list->first;
    *list = (struct task_list){0};
    if (lock != NULL) pthread_mutex_unlock(lock);
    while (task != NULL) {
        struct loop_task *next = task->next;
        if (next != NULL) __builtin_prefetch(next); /* thousands of them are in no cache */
        task->is_waiting = false;
        task->run(task);
        task = next;
    }
}

/* It was woken, and looks for what was posted in every round. */
static void wake_up(struct loop_watch *watch, uint32_t events)
{
    (void)watch, (void)events;
}

struct loop *loop_open(void)
{
    struct loop *loop = calloc(1, sizeof *loop);
    if (loop == NULL) return NULL;
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    loop->posted_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    loop->now_ms = onsale_now_ms();
    loop->posted_watch.ready = wake_up;
    pthread_mutex_init(&loop->lock, NULL);
    if (loop->epoll_fd >= 0 && loop->posted_fd >= 0 &&
        loop_watch_add(loop, loop->posted_fd, EPOLLIN | EPOLLET, &loop->posted_watch))
        return loop;
    loop_close(loop);
    return NULL;
}

void loop_close(struct loop *loop)
{
    if (loop == NULL) return;
    if (loop->epoll_fd >= 0) close(loop->epoll_fd);
    if (loop->posted_fd >= 0) close(loop->posted_fd);
    pthread_mutex_destroy(&loop->lock);
    free(loop);
}

bool loop_watch_add(struct loop *loop, int fd, uint32_t events, struct loop_watch *watch)
{
    struct epoll_event event = {.events = events, .data.ptr = watch};
    return epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

void loop_watch_change(struct loop *loop, int fd, uint32_t events, struct loop_watch *watch)
{
    struct epoll_event event = {.events = events, .data.ptr = watch};
    REQUIRE(epoll_ctl(loop->epoll_fd, EPOLL_CTL_MOD, fd, &event) == 0);
}

void loop_watch_remove(struct loop *loop, int fd)
{
    REQUIRE(epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, fd, NULL) == 0);
}

void loop_post(struct loop *loop, struct loop_task *task)
{
    const uint64_t one = 1;
    pthread_mutex_lock(&loop->lock);
    task_add(&loop->posted, task);
    bool wakes = loop->is_asleep;
    loop->is_asleep = false;
    pthread_mutex_unlock(&loop->lock);
    if (wakes) REQUIRE(write(loop->posted_fd, &one, sizeof one) == (ssize_t)sizeof one);
}

void loop_post_quietly(struct loop *loop, struct loop_task *task)
{
    pthread_mutex_lock(&loop->lock);
    task_add(&loop->quiet, task);
    pthread_mutex_unlock(&loop->lock);
}

static void run_posted(struct loop *loop)
{
    pthread_mutex_lock(&loop->lock);
    loop->is_asleep = false;
    run_tasks(&loop->posted, &loop->lock); /* unlocks */
}

static void run_quiet(struct loop *loop)
{
    pthread_mutex_lock(&loop->lock);
    run_tasks(&loop->quiet, &loop->lock); /* unlocks */
}

void loop_defer(struct loop *loop, struct loop_task *task)
{
    task_add(&loop->deferred, task);
}

void loop_tick(struct loop *loop, struct loop_ticker *ticker)
{
    REQUIRE(ticker->interval_ms > 0);
    ticker->next_ms = loop->now_ms + ticker->interval_ms;
    ticker->next = loop->tickers;
    loop->tickers = ticker;
}

void loop_tick_soon(struct loop *loop, struct loop_ticker *ticker)
{
    REQUIRE(ticker->interval_ms > 0);
    ticker->next_ms = loop->now_ms + ticker->interval_ms;
}

int64_t loop_now_ms(const struct loop *loop)
{
    return loop->now_ms;
}

static int wait_ms(const struct loop *loop)
{
    int64_t wait = WAIT_MS_MAX;
    for (const struct loop_ticker *ticker = loop->tickers; ticker != NULL; ticker = ticker->next)
        if (ticker->next_ms - loop->now_ms < wait) wait = ticker->next_ms - loop->now_ms;
    return wait < 0 ? 0 : (int)wait;
}

/* Who posts while the loop is awake has nobody to wake: it looks before it falls asleep.
 * @return For how long it may sleep. */
static int fall_asleep(struct loop *loop)
{
    pthread_mutex_lock(&loop->lock);
    loop->is_asleep = loop->posted.first == NULL && loop->deferred.first == NULL;
    bool is_asleep = loop->is_asleep;
    pthread_mutex_unlock(&loop->lock);
    return is_asleep ? wait_ms(loop) : 0;
}

/* A tick that comes late is not made up for. */
static void run_tickers(struct loop *loop)
{
    for (struct loop_ticker *ticker = loop->tickers; ticker != NULL; ticker = ticker->next) {
        if (ticker->next_ms > loop->now_ms) continue;
        ticker->next_ms = loop->now_ms + ticker->interval_ms;
        ticker->tick(ticker, loop->now_ms);
    }
}

void loop_run(struct loop *loop)
{
    struct epoll_event events[EVENTS_PER_ROUND];
    while (!loop->is_stopping) {
        int count = epoll_wait(loop->epoll_fd, events, EVENTS_PER_ROUND, fall_asleep(loop));
        loop->now_ms = onsale_now_ms();
        for (int i = 0; i < count; i++) {
            struct loop_watch *watch = events[i].data.ptr;
            watch->ready(watch, events[i].events);
        }
        run_posted(loop);
        run_tickers(loop);
        run_quiet(loop);
        while (loop->deferred.first != NULL)
            run_tasks(&loop->deferred, NULL);
    }
    loop->is_stopping = false;
}

void loop_finish(struct loop *loop)
{
    run_posted(loop);
    run_quiet(loop);
    while (loop->deferred.first != NULL)
        run_tasks(&loop->deferred, NULL);
}

void loop_stop(struct loop *loop)
{
    loop->is_stopping = true;
}
