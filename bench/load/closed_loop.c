#include "bench/load/closed_loop.h"

#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/require.h"
#include "bench/load/refusal.h"
#include "bench/measure/clock.h"

/* Latencies are sampled: a million times a second the clock and the counting would show. */
enum { SAMPLE_EVERY = 8, REFUSALS_IN_A_ROW_MAX = 100, CACHE_LINE = 64 };

struct closed_loop {
    struct onsale_channel *channel;
    const struct workload *workload;
    uint32_t callers_count;
    atomic_bool stop;
    atomic_uint callers_running;
    sem_t over;
    atomic_flag refusal_told;
    struct latencies latencies;
};

/* Makes operations one after another: number, number + callers, number + 2 * callers ... */
struct caller {
    _Alignas(CACHE_LINE) struct closed_loop *loop;
    uint64_t operation;
    uint32_t step;
    uint32_t refusals_in_a_row;
    uint64_t started_ns; /* 0: not sampled */
    uint64_t done;
    uint64_t refused;
};

static void on_answer(void *context, const struct onsale_error *error,
                      const ProtobufCMessage *response);

static void caller_end(struct caller *caller)
{
    struct closed_loop *loop = caller->loop;
    if (atomic_fetch_sub(&loop->callers_running, 1) == 1) sem_post(&loop->over);
}

static void caller_send(struct caller *caller, const struct request *request)
{
    onsale_channel_call_async(caller->loop->channel, request->method, &request->message.base, NULL,
                              on_answer, caller);
}

static void caller_begin(struct caller *caller)
{
    const struct closed_loop *loop = caller->loop;
    struct request request;
    if (atomic_load_explicit(&loop->stop, memory_order_relaxed) ||
        caller->operation >= loop->workload->operations_max ||
        caller->refusals_in_a_row > REFUSALS_IN_A_ROW_MAX) {
        caller_end(caller);
        return;
    }
    caller->step = 0;
    caller->started_ns = (caller->done + caller->refused) % SAMPLE_EVERY == 0 ? clock_now_ns() : 0;
    loop->workload->prepare(loop->workload->state, caller->operation, 0, NULL, &request);
    caller_send(caller, &request);
}

static void caller_finish(struct caller *caller, bool is_refused)
{
    if (is_refused) {
        caller->refused++;
        caller->refusals_in_a_row++;
    } else {
        caller->done++;
        caller->refusals_in_a_row = 0;
    }
    if (!is_refused && caller->started_ns != 0)
        latencies_add(&caller->loop->latencies, clock_now_ns() - caller->started_ns);
    caller->operation += caller->loop->callers_count;
    caller_begin(caller);
}

static void on_answer(void *context, const struct onsale_error *error,
                      const ProtobufCMessage *response)
{
    struct caller *caller = context;
    const struct workload *workload = caller->loop->workload;
    struct request request;
    if (error != NULL) refusal_tell(&caller->loop->refusal_told, error);
    caller->step++;
    if (error == NULL &&
        workload->prepare(workload->state, caller->operation, caller->step, response, &request))
        caller_send(caller, &request);
    else
        caller_finish(caller, error != NULL);
}

/* Waits for the last caller; tells them to stop when the time is up. */
static void loop_wait(struct closed_loop *loop, double seconds)
{
    uint64_t end_ns = clock_now_ns() + (uint64_t)(seconds * (double)NS_PER_SECOND);
    const struct timespec end = {(time_t)(end_ns / NS_PER_SECOND), (long)(end_ns % NS_PER_SECOND)};
    if (seconds > 0 && sem_clockwait(&loop->over, CLOCK_MONOTONIC, &end) == 0) return;
    if (seconds > 0) atomic_store(&loop->stop, true);
    while (sem_wait(&loop->over) != 0)
        continue;
}

static void callers_init(struct closed_loop *loop, struct caller *callers)
{
    for (uint32_t i = 0; i < loop->callers_count; i++)
        callers[i] = (struct caller){.loop = loop, .operation = i};
}

void closed_loop_run(struct onsale_channel *channel, const struct workload *workload,
                     uint32_t in_flight, double seconds, struct round *ret_round)
{
    struct round round = {0};
    struct closed_loop *loop = calloc(1, sizeof *loop);
    struct caller *callers = aligned_alloc(CACHE_LINE, in_flight * sizeof *callers);
    REQUIRE(loop != NULL);
    REQUIRE(callers != NULL);
    loop->channel = channel;
    loop->workload = workload;
    loop->callers_count = in_flight;
    atomic_init(&loop->callers_running, in_flight);
    REQUIRE(sem_init(&loop->over, 0, 0) == 0);
    callers_init(loop, callers);

    uint64_t started_ns = clock_now_ns();
    for (uint32_t i = 0; i < in_flight; i++)
        caller_begin(&callers[i]);
    loop_wait(loop, seconds);
    round.seconds = (double)(clock_now_ns() - started_ns) / (double)NS_PER_SECOND;

    for (uint32_t i = 0; i < in_flight; i++) {
        round.operations += callers[i].done;
        round.refused += callers[i].refused;
    }
    round_take_latencies(&round, &loop->latencies);
    sem_destroy(&loop->over);
    free(callers);
    free(loop);
    *ret_round = round;
}
