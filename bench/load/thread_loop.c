#include "bench/load/thread_loop.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/require.h"
#include "bench/load/refusal.h"
#include "bench/measure/clock.h"

enum { CALLER_STACK_BYTES = 256 * 1024 };

struct thread_loop {
    struct onsale_channel *channel;
    const struct workload *workload;
    uint32_t threads;
    uint64_t end_ns;
    atomic_flag refusal_told;
    struct latencies latencies;
};

struct caller {
    struct thread_loop *loop;
    pthread_t thread;
    uint64_t operation;
    uint64_t done;
    uint64_t refused;
};

/* @return False if a step was refused. */
static bool operation_run(struct thread_loop *loop, uint64_t operation)
{
    const struct workload *workload = loop->workload;
    ProtobufCMessage *answer = NULL;
    struct request request;
    struct onsale_error error;
    enum onsale_status status = ONSALE_OK;
    for (uint32_t step = 0; status == ONSALE_OK &&
                            workload->prepare(workload->state, operation, step, answer, &request);
         step++) {
        if (answer != NULL) protobuf_c_message_free_unpacked(answer, NULL);
        answer = NULL;
        status = onsale_channel_call(loop->channel, request.method, &request.message.base, NULL,
                                     &answer, &error);
    }
    if (answer != NULL) protobuf_c_message_free_unpacked(answer, NULL);
    if (status != ONSALE_OK) refusal_tell(&loop->refusal_told, &error);
    return status == ONSALE_OK;
}

static void *caller_run(void *context)
{
    struct caller *caller = context;
    struct thread_loop *loop = caller->loop;
    uint64_t now_ns = clock_now_ns();
    while (caller->operation < loop->workload->operations_max && now_ns < loop->end_ns) {
        uint64_t started_ns = now_ns;
        bool is_done = operation_run(loop, caller->operation);
        now_ns = clock_now_ns();
        caller->operation += loop->threads;
        caller->done += is_done;
        caller->refused += !is_done;
        if (is_done) latencies_add(&loop->latencies, now_ns - started_ns);
    }
    return NULL;
}

static void callers_start(struct thread_loop *loop, struct caller *callers)
{
    pthread_attr_t attributes;
    REQUIRE(pthread_attr_init(&attributes) == 0);
    REQUIRE(pthread_attr_setstacksize(&attributes, CALLER_STACK_BYTES) == 0);
    for (uint32_t i = 0; i < loop->threads; i++) {
        callers[i] = (struct caller){.loop = loop, .operation = i};
        REQUIRE(pthread_create(&callers[i].thread, &attributes, caller_run, &callers[i]) == 0);
    }
    pthread_attr_destroy(&attributes);
}

void thread_loop_run(struct onsale_channel *channel, const struct workload *workload,
                     uint32_t threads, double seconds, struct round *ret_round)
{
    struct round round = {0};
    struct thread_loop *loop = calloc(1, sizeof *loop);
    struct caller *callers = calloc(threads, sizeof *callers);
    REQUIRE(loop != NULL);
    REQUIRE(callers != NULL);
    loop->channel = channel;
    loop->workload = workload;
    loop->threads = threads;

    uint64_t started_ns = clock_now_ns();
    loop->end_ns = started_ns + (uint64_t)(seconds * (double)NS_PER_SECOND);
    callers_start(loop, callers);
    for (uint32_t i = 0; i < threads; i++) {
        REQUIRE(pthread_join(callers[i].thread, NULL) == 0);
        round.operations += callers[i].done;
        round.refused += callers[i].refused;
    }
    round.seconds = (double)(clock_now_ns() - started_ns) / (double)NS_PER_SECOND;
    round_take_latencies(&round, &loop->latencies);
    free(callers);
    free(loop);
    *ret_round = round;
}
