#include "bench/load/frame_loop.h"

#include <nng/nng.h>
#include <nng/protocol/reqrep0/req.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/require.h"
#include "bench/measure/clock.h"
#include "onsale/rpc/v1/rpc.fields.h"

enum { SAMPLE_EVERY = 8, CACHE_LINE = 64, ANSWER_BYTES_MAX = 16 * 1024 * 1024 };

struct frame_loop {
    const struct frames *frames;
    uint32_t callers_count;
    atomic_bool stop;
    atomic_bool failed;
    atomic_uint callers_running;
    sem_t over;
    struct latencies latencies;
};

struct caller {
    _Alignas(CACHE_LINE) struct frame_loop *loop;
    nng_ctx context;
    nng_aio *aio;
    bool is_sending;
    uint64_t number; /* of the message: number, number + callers, number + 2 * callers ... */
    uint64_t started_ns;
    uint64_t done;
    uint64_t refused;
};

static void caller_end(struct caller *caller)
{
    if (atomic_fetch_sub(&caller->loop->callers_running, 1) == 1) sem_post(&caller->loop->over);
}

static void caller_fail(struct caller *caller, int rc)
{
    if (!atomic_exchange(&caller->loop->failed, true))
        fprintf(stderr, "nng: %s\n", nng_strerror(rc));
    caller_end(caller);
}

static void caller_send(struct caller *caller)
{
    const struct frames *frames = caller->loop->frames;
    size_t frame = (size_t)(caller->number % frames->count);
    size_t begin = frame == 0 ? 0 : frames->ends[frame - 1];
    nng_msg *message;
    if (atomic_load_explicit(&caller->loop->stop, memory_order_relaxed) ||
        (!frames->is_cycle && caller->number >= frames->count)) {
        caller_end(caller);
        return;
    }
    if (frames->were_sent != NULL) frames->were_sent[frame] = true;
    REQUIRE(nng_msg_alloc(&message, frames->ends[frame] - begin) == 0);
    memcpy(nng_msg_body(message), frames->bytes + begin, frames->ends[frame] - begin);
    caller->started_ns = (caller->done + caller->refused) % SAMPLE_EVERY == 0 ? clock_now_ns() : 0;
    caller->is_sending = true;
    nng_aio_set_msg(caller->aio, message);
    nng_ctx_send(caller->context, caller->aio);
}

/* Of a reply that the server has packed: its results come first, and in a result its code, which is
 * not written if it is 0. */
static bool says_ok(const uint8_t *bytes, size_t size)
{
    struct wire_reader reply = {bytes, bytes + size};
    struct wire_reader result;
    uint64_t code;
    return onsale__rpc__v1__reply_frame__next_results(&reply, &result) &&
           !onsale__rpc__v1__result__next_code(&result, &code);
}

static void caller_take_answer(struct caller *caller)
{
    struct frame_loop *loop = caller->loop;
    nng_msg *message = nng_aio_get_msg(caller->aio);
    bool is_done = !loop->frames->are_calls || says_ok(nng_msg_body(message), nng_msg_len(message));
    nng_msg_free(message);
    caller->done += is_done;
    caller->refused += !is_done;
    if (caller->started_ns != 0)
        latencies_add(&loop->latencies, clock_now_ns() - caller->started_ns);
    caller->number += loop->callers_count;
    caller_send(caller);
}

static void on_progress(void *argument)
{
    struct caller *caller = argument;
    int rc = nng_aio_result(caller->aio);
    if (rc != 0 && caller->is_sending) nng_msg_free(nng_aio_get_msg(caller->aio));
    if (rc != 0) {
        caller_fail(caller, rc);
    } else if (caller->is_sending) {
        caller->is_sending = false;
        nng_ctx_recv(caller->context, caller->aio);
    } else {
        caller_take_answer(caller);
    }
}

/* The server executes what is sent twice twice, so nothing is sent again by itself. */
static int socket_open(const char *url, nng_socket *ret_socket)
{
    int rc = nng_req0_open(ret_socket);
    REQUIRE(rc == 0);
    REQUIRE(nng_socket_set_ms(*ret_socket, NNG_OPT_REQ_RESENDTIME, NNG_DURATION_INFINITE) == 0);
    REQUIRE(nng_socket_set_size(*ret_socket, NNG_OPT_RECVMAXSZ, ANSWER_BYTES_MAX) == 0);
    rc = nng_dial(*ret_socket, url, NULL, 0);
    if (rc != 0) fprintf(stderr, "%s: %s\n", url, nng_strerror(rc));
    if (rc != 0) nng_close(*ret_socket);
    return rc;
}

static void caller_open(struct caller *caller, struct frame_loop *loop, nng_socket socket,
                        uint64_t number)
{
    *caller = (struct caller){.loop = loop, .number = number};
    REQUIRE(nng_ctx_open(&caller->context, socket) == 0);
    REQUIRE(nng_aio_alloc(&caller->aio, on_progress, caller) == 0);
    nng_aio_set_timeout(caller->aio, NNG_DURATION_INFINITE);
}

static void loop_measure(struct frame_loop *loop, struct caller *callers, double seconds,
                         struct round *ret_round)
{
    struct round round = {0};
    uint64_t started_ns = clock_now_ns();
    uint64_t end_ns = started_ns + (uint64_t)(seconds * (double)NS_PER_SECOND);
    const struct timespec end = {(time_t)(end_ns / NS_PER_SECOND), (long)(end_ns % NS_PER_SECOND)};
    for (uint32_t i = 0; i < loop->callers_count; i++)
        caller_send(&callers[i]);
    if (sem_clockwait(&loop->over, CLOCK_MONOTONIC, &end) != 0) {
        atomic_store(&loop->stop, true);
        while (sem_wait(&loop->over) != 0)
            continue;
    }
    round.seconds = (double)(clock_now_ns() - started_ns) / (double)NS_PER_SECOND;
    for (uint32_t i = 0; i < loop->callers_count; i++) {
        round.operations += callers[i].done;
        round.refused += callers[i].refused;
    }
    round_take_latencies(&round, &loop->latencies);
    *ret_round = round;
}

static bool loop_run(struct frame_loop *loop, const char *url, struct frame_shape shape,
                     double seconds, struct round *ret_round)
{
    static const size_t alignment = CACHE_LINE;
    struct caller *callers = aligned_alloc(alignment, loop->callers_count * sizeof *callers);
    nng_socket sockets[FRAME_CALLERS_MAX];
    uint32_t opened = 0;
    REQUIRE(callers != NULL);
    while (opened < shape.sockets && socket_open(url, &sockets[opened]) == 0)
        opened++;
    bool is_connected = opened == shape.sockets;
    for (uint32_t i = 0; is_connected && i < loop->callers_count; i++)
        caller_open(&callers[i], loop, sockets[i % shape.sockets], i);
    if (is_connected) loop_measure(loop, callers, seconds, ret_round);
    for (uint32_t i = 0; is_connected && i < loop->callers_count; i++) {
        nng_aio_free(callers[i].aio);
        nng_ctx_close(callers[i].context);
    }
    while (opened > 0)
        nng_close(sockets[--opened]);
    free(callers);
    return is_connected && !atomic_load(&loop->failed);
}

bool frame_loop_run(const char *url, const struct frames *frames, struct frame_shape shape,
                    double seconds, struct round *ret_round)
{
    struct frame_loop *loop = calloc(1, sizeof *loop);
    REQUIRE(loop != NULL);
    loop->frames = frames;
    loop->callers_count = shape.sockets * shape.contexts;
    REQUIRE(loop->callers_count >= 1);
    REQUIRE(loop->callers_count <= FRAME_CALLERS_MAX);
    atomic_init(&loop->callers_running, loop->callers_count);
    REQUIRE(sem_init(&loop->over, 0, 0) == 0);
    bool is_fine = loop_run(loop, url, shape, seconds, ret_round);
    sem_destroy(&loop->over);
    free(loop);
    return is_fine;
}
