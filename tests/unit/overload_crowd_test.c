/* overload_crowd_test.c -- Crowds ten times too large against the rules of overload, in simulated
 * time: callers on many connections, whose frames are read in turns, one by one, and whose commands
 * are executed in batches. Who is answered asks for the next thing at once, who is refused when it
 * was told to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rpc/frame/overload.h"
#include "server/engine/writer_pace.h"

enum {
    US_PER_MS = 1000,
    US_PER_SECOND = 1000 * 1000,
    UNCOUNTED_SECONDS = 9, /* all come at once: what happens then is not counted */
    COUNTED_SECONDS = 4,
    STEP_US = 10,
    LOOK_US = 5000, /* from one look at those who rest to the next */
    CALLERS_MAX = 50000,
    CONNECTIONS_MAX = 1000,
    BATCH_MAX = 2048,
    WAITING_MAX = 4096, /* more is crowded */
    NOBODY = -1,
};

/* A chain of callers. */
struct chain {
    int32_t first, last;
    uint32_t count;
};

struct setting {
    uint32_t connections;
    uint32_t callers;
    uint32_t timeout_ms;
    int64_t read_us; /* what the server takes to read a frame, and to refuse it */
    int64_t execute_us;
};

struct crowd {
    struct setting setting;
    struct overload overload;
    struct writer_pace pace;
    int32_t next[CALLERS_MAX];
    int64_t sent_us[CALLERS_MAX];
    int64_t due_us[CALLERS_MAX]; /* when those who rest come again */
    struct chain connections[CONNECTIONS_MAX];
    uint32_t connection; /* that is read next */
    int64_t read_next_us;
    struct chain waiting; /* commands */
    struct chain batch;
    int64_t batch_ends_us;
    uint64_t served, refused, late;
    uint64_t waits_ms[1000]; /* of the refused */
};

static void append(struct crowd *crowd, struct chain *chain, int32_t caller)
{
    crowd->next[caller] = NOBODY;
    if (chain->count++ == 0)
        chain->first = caller;
    else
        crowd->next[chain->last] = caller;
    chain->last = caller;
}

static int32_t take(struct crowd *crowd, struct chain *chain)
{
    int32_t caller = chain->first;
    chain->first = crowd->next[caller];
    chain->count--;
    return caller;
}

static void ask(struct crowd *crowd, int32_t caller, int64_t now_us)
{
    uint32_t connection = (uint32_t)caller % crowd->setting.connections;
    crowd->sent_us[caller] = now_us;
    crowd->due_us[caller] = INT64_MAX;
    append(crowd, &crowd->connections[connection], caller);
}

static bool counts(int64_t now_us)
{
    return now_us >= (int64_t)UNCOUNTED_SECONDS * US_PER_SECOND;
}

static bool admit(struct crowd *crowd, uint32_t waited_ms, int64_t now_ms)
{
    struct overload_command command = {
        .waited_ms = waited_ms,
        .ahead_ms = writer_pace_wait_ms(&crowd->pace, crowd->waiting.count),
        .timeout_ms = crowd->setting.timeout_ms,
        .is_crowded = crowd->waiting.count + crowd->batch.count >= WAITING_MAX,
    };
    return overload_admit_frame(&crowd->overload, waited_ms, now_ms) &&
           overload_admit_call(&crowd->overload, waited_ms, command.timeout_ms, now_ms) &&
           overload_admit_command(&crowd->overload, command, now_ms);
}

static void refuse(struct crowd *crowd, int32_t caller, uint32_t waited_ms, int64_t now_us)
{
    uint32_t retry_after_ms = overload_retry_after_ms(&crowd->overload, now_us / US_PER_MS);
    crowd->due_us[caller] = now_us + (int64_t)retry_after_ms * US_PER_MS;
    if (!counts(now_us)) return;
    crowd->refused++;
    crowd->waits_ms[waited_ms < 1000 ? waited_ms : 999]++;
}

static void read_one(struct crowd *crowd, int64_t now_us)
{
    uint32_t tried = 0;
    while (crowd->connections[crowd->connection].count == 0 && ++tried < crowd->setting.connections)
        crowd->connection = (crowd->connection + 1) % crowd->setting.connections;
    struct chain *connection = &crowd->connections[crowd->connection];
    if (connection->count == 0) return;
    crowd->connection = (crowd->connection + 1) % crowd->setting.connections;
    int32_t caller = take(crowd, connection);
    uint32_t waited_ms = (uint32_t)((now_us - crowd->sent_us[caller]) / US_PER_MS);
    crowd->read_next_us = now_us + crowd->setting.read_us;
    if (admit(crowd, waited_ms, now_us / US_PER_MS))
        append(crowd, &crowd->waiting, caller);
    else
        refuse(crowd, caller, waited_ms, now_us);
}

static void write_batch(struct crowd *crowd, int64_t now_us)
{
    if (crowd->batch.count > 0) writer_pace_learn(&crowd->pace, now_us / US_PER_MS);
    while (crowd->batch.count > 0) {
        int32_t caller = take(crowd, &crowd->batch);
        int64_t took_us = now_us - crowd->sent_us[caller];
        crowd->served += counts(now_us);
        crowd->late += counts(now_us) && took_us >= (int64_t)crowd->setting.timeout_ms * US_PER_MS;
        ask(crowd, caller, now_us);
    }
    while (crowd->waiting.count > 0 && crowd->batch.count < BATCH_MAX)
        append(crowd, &crowd->batch, take(crowd, &crowd->waiting));
    writer_pace_begin(&crowd->pace, crowd->batch.count, now_us / US_PER_MS);
    crowd->batch_ends_us = now_us + crowd->batch.count * crowd->setting.execute_us;
}

static void come_again(struct crowd *crowd, int64_t now_us)
{
    for (uint32_t i = 0; i < crowd->setting.callers; i++)
        if (crowd->due_us[i] <= now_us) ask(crowd, (int32_t)i, now_us);
}

static struct crowd *run_crowd(struct setting setting)
{
    struct crowd *crowd = calloc(1, sizeof *crowd);
    assert_non_null(crowd);
    assert_in_range(setting.callers, 1, CALLERS_MAX);
    assert_in_range(setting.connections, 1, CONNECTIONS_MAX);
    crowd->setting = setting;
    overload_init(&crowd->overload, 0);
    const int64_t end_us = (int64_t)(UNCOUNTED_SECONDS + COUNTED_SECONDS) * US_PER_SECOND;
    for (int64_t now_us = 0; now_us < end_us; now_us += STEP_US) {
        if (now_us % LOOK_US == 0) come_again(crowd, now_us);
        if (now_us >= crowd->read_next_us) read_one(crowd, now_us);
        if (now_us >= crowd->batch_ends_us) write_batch(crowd, now_us);
    }
    overload_deinit(&crowd->overload);
    return crowd;
}

static uint32_t refusal_p99_ms(const struct crowd *crowd)
{
    uint64_t left = crowd->refused / 100;
    uint32_t ms = 999;
    while (ms > 0 && crowd->waits_ms[ms] <= left)
        left -= crowd->waits_ms[ms--];
    return ms;
}

static void expect_nine_tenths(struct setting setting)
{
    struct crowd *crowd = run_crowd(setting);
    int64_t each_us = setting.read_us > setting.execute_us ? setting.read_us : setting.execute_us;
    const uint64_t most = (uint64_t)COUNTED_SECONDS * US_PER_SECOND / (uint64_t)each_us;
    print_message("%u callers on %u connections with %u ms: %u%% served, %u%% refused, p99 %u ms\n",
                  setting.callers, setting.connections, setting.timeout_ms,
                  (unsigned)(crowd->served * 100 / most), (unsigned)(crowd->refused * 100 / most),
                  refusal_p99_ms(crowd));
    assert_in_range(crowd->served, most * 9 / 10, most + BATCH_MAX);
    assert_true(refusal_p99_ms(crowd) <= 10);
    assert_int_equal(crowd->late, 0);
    free(crowd);
}

/* So many callers fit into their timeouts, and ten times as many come. */
static void nine_tenths_of_what_fits_are_served_of_ten_times_as_much(void **state)
{
    (void)state;
    expect_nine_tenths((struct setting){1, 5000, 10, 20, 10});
    expect_nine_tenths((struct setting){1, 50000, 1000, 20, 10});
}

/* Some connections have nothing to read while others have much. */
static void the_same_holds_on_many_connections(void **state)
{
    (void)state;
    expect_nine_tenths((struct setting){64, 10240, 1000, 50, 40});
    expect_nine_tenths((struct setting){300, 10240, 1000, 50, 40});
    expect_nine_tenths((struct setting){300, 20000, 1000, 50, 50});
    expect_nine_tenths((struct setting){1000, 20000, 1000, 30, 20});
}

/* Frames are read sooner than their commands are executed. */
static void the_same_holds_where_commands_wait_for_the_writer(void **state)
{
    (void)state;
    expect_nine_tenths((struct setting){64, 10240, 1000, 20, 100});
    expect_nine_tenths((struct setting){300, 10240, 1000, 20, 100});
    expect_nine_tenths((struct setting){300, 10240, 200, 20, 100});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nine_tenths_of_what_fits_are_served_of_ten_times_as_much),
        cmocka_unit_test(the_same_holds_on_many_connections),
        cmocka_unit_test(the_same_holds_where_commands_wait_for_the_writer),
    };
    return cmocka_run_group_tests_name("overload: crowds", tests, NULL, NULL);
}
