/* Tasks that other threads hand over. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "gateway/loop.h"

enum { TASKS = 20000, THREADS = 3, TICK_MS = 1 };

struct counted {
    struct loop_task task; /* the first member */
    struct crowd *crowd;
};

struct crowd {
    struct loop *loop;
    struct loop_ticker ticker;
    struct counted tasks[THREADS][TASKS];
    size_t ran;
};

struct poster {
    struct crowd *crowd;
    size_t number;
    bool is_quiet;
};

static void run(struct loop_task *task)
{
    struct crowd *crowd = ((struct counted *)task)->crowd;
    crowd->ran++;
    if (crowd->ran == (size_t)THREADS * TASKS) loop_stop(crowd->loop);
}

static void *post_all(void *context)
{
    const struct poster *poster = context;
    for (size_t i = 0; i < TASKS; i++) {
        struct loop_task *task = &poster->crowd->tasks[poster->number][i].task;
        if (poster->is_quiet)
            loop_post_quietly(poster->crowd->loop, task);
        else
            loop_post(poster->crowd->loop, task);
    }
    return NULL;
}

static void tick(struct loop_ticker *ticker, int64_t now_ms)
{
    (void)ticker, (void)now_ms;
}

/* @param quiet  So many of the threads do not wake the loop. */
static void every_task_runs(size_t quiet)
{
    static struct crowd crowd;
    pthread_t threads[THREADS];
    struct poster posters[THREADS];
    crowd = (struct crowd){.loop = loop_open(), .ticker = {.tick = tick, .interval_ms = TICK_MS}};
    assert_non_null(crowd.loop);
    if (quiet > 0) loop_tick(crowd.loop, &crowd.ticker);
    for (size_t i = 0; i < THREADS; i++) {
        for (size_t j = 0; j < TASKS; j++)
            crowd.tasks[i][j] = (struct counted){{.run = run}, &crowd};
        posters[i] = (struct poster){&crowd, i, i < quiet};
        assert_int_equal(pthread_create(&threads[i], NULL, post_all, &posters[i]), 0);
    }
    loop_run(crowd.loop);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(crowd.ran, THREADS * TASKS);
    loop_close(crowd.loop);
}

/* Nothing else would wake it: if a wake-up is lost it sleeps on. */
static void what_other_threads_post_runs_without_a_tick(void **state)
{
    (void)state;
    every_task_runs(0);
}

static void what_is_posted_quietly_runs_when_the_loop_is_awake(void **state)
{
    (void)state;
    every_task_runs(2);
}

static void stop(struct loop_task *task)
{
    loop_stop(((struct counted *)task)->crowd->loop);
}

static void what_was_deferred_before_the_first_round_runs(void **state)
{
    (void)state;
    struct crowd *crowd = calloc(1, sizeof *crowd);
    assert_non_null(crowd);
    struct counted last = {{.run = stop}, crowd};
    crowd->loop = loop_open();
    assert_non_null(crowd->loop);
    loop_defer(crowd->loop, &last.task);
    loop_run(crowd->loop);
    loop_close(crowd->loop);
    free(crowd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_other_threads_post_runs_without_a_tick),
        cmocka_unit_test(what_is_posted_quietly_runs_when_the_loop_is_awake),
        cmocka_unit_test(what_was_deferred_before_the_first_round_runs),
    };
    return cmocka_run_group_tests_name("gateway: loop", tests, NULL, NULL);
}
