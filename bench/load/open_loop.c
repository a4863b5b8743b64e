#include "bench/load/open_loop.h"

#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "base/require.h"
#include "bench/load/refusal.h"
#include "bench/measure/clock.h"

enum { TIMER_SLACK_NS = 1000, TIMER_SLACK_DEFAULT = 0, PAUSE_NS = 100 * 1000 };

struct open_loop {
    struct onsale_channel *channel;
    const struct workload *workload;
    sem_t over;
    atomic_uint_fast64_t running; /* operations, and one for the generator itself */
    atomic_uint_fast64_t done;
    atomic_uint_fast64_t refused;
    atomic_flag refusal_told;
    struct latencies latencies;
};

struct operation {
    struct open_loop *loop;
    uint64_t number;
    uint64_t intended_ns;
    uint32_t step;
};

static void on_answer(void *context, const struct onsale_error *error,
                      const ProtobufCMessage *response);

static void operation_send(struct operation *operation, const struct request *request)
{
    onsale_channel_call_async(operation->loop->channel, request->method, &request->message.base,
                              NULL, on_answer, operation);
}

static void loop_leave(struct open_loop *loop)
{
    if (atomic_fetch_sub(&loop->running, 1) == 1) sem_post(&loop->over);
}

static void operation_finish(struct operation *operation, bool is_refused)
{
    struct open_loop *loop = operation->loop;
    latencies_add(&loop->latencies, clock_now_ns() - operation->intended_ns);
    atomic_fetch_add_explicit(is_refused ? &loop->refused : &loop->done, 1, memory_order_relaxed);
    free(operation);
    loop_leave(loop);
}

static void on_answer(void *context, const struct onsale_error *error,
                      const ProtobufCMessage *response)
{
    struct operation *operation = context;
    const struct workload *workload = operation->loop->workload;
    struct request request;
    if (error != NULL) refusal_tell(&operation->loop->refusal_told, error);
    operation->step++;
    if (error == NULL &&
        workload->prepare(workload->state, operation->number, operation->step, response, &request))
        operation_send(operation, &request);
    else
        operation_finish(operation, error != NULL);
}

static void operation_begin(struct open_loop *loop, uint64_t number, uint64_t intended_ns)
{
    struct request request;
    struct operation *operation = malloc(sizeof *operation);
    REQUIRE(operation != NULL);
    *operation = (struct operation){.loop = loop, .number = number, .intended_ns = intended_ns};
    atomic_fetch_add_explicit(&loop->running, 1, memory_order_relaxed);
    loop->workload->prepare(loop->workload->state, number, 0, NULL, &request);
    operation_send(operation, &request);
}

/* One sleep for each of 100,000 operations a second would take a core: so operations that lie close
 * together begin together, a little late, and their latency counts from when they should have. */
static void sleep_until(uint64_t intended_ns)
{
    uint64_t now_ns = clock_now_ns();
    if (now_ns >= intended_ns) return;
    clock_sleep_until_ns(now_ns + PAUSE_NS > intended_ns ? now_ns + PAUSE_NS : intended_ns);
}

static void loop_generate(struct open_loop *loop, uint64_t started_ns, double rate, double seconds)
{
    uint64_t count = (uint64_t)(rate * seconds);
    if (count > loop->workload->operations_max) count = loop->workload->operations_max;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t intended_ns = started_ns + (uint64_t)((double)i / rate * (double)NS_PER_SECOND);
        sleep_until(intended_ns);
        operation_begin(loop, i, intended_ns);
    }
}

void open_loop_run(struct onsale_channel *channel, const struct workload *workload, double rate,
                   double seconds, struct round *ret_round)
{
    struct round round = {0};
    struct open_loop *loop = calloc(1, sizeof *loop);
    REQUIRE(loop != NULL);
    loop->channel = channel;
    loop->workload = workload;
    atomic_init(&loop->running, 1);
    REQUIRE(sem_init(&loop->over, 0, 0) == 0);

    prctl(PR_SET_TIMERSLACK, TIMER_SLACK_NS);
    uint64_t started_ns = clock_now_ns();
    loop_generate(loop, started_ns, rate, seconds);
    prctl(PR_SET_TIMERSLACK, TIMER_SLACK_DEFAULT);
    loop_leave(loop);
    while (sem_wait(&loop->over) != 0)
        continue;

    round.seconds = (double)(clock_now_ns() - started_ns) / (double)NS_PER_SECOND;
    round.operations = atomic_load(&loop->done);
    round.refused = atomic_load(&loop->refused);
    round_take_latencies(&round, &loop->latencies);
    sem_destroy(&loop->over);
    free(loop);
    *ret_round = round;
}
