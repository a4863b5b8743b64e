#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/require.h"
#include "client/command/bench.h"

enum {
    NS_PER_SECOND = 1000 * 1000 * 1000,
    PAUSE_NS = 100 * 1000,
    REQUEST_ARENA_BYTES = 64 * 1024,
    UNDER_WAY_MAX = 100 * 1000, /* beyond, an open loop is late, and its latencies tell so */
};

/* A call under way. */
struct bench_call {
    struct bench *bench;
    struct bench_target *target;
    int64_t intended_ns; /* when it was to begin */
};

static volatile sig_atomic_t is_interrupted;

static void interrupt(int signal)
{
    (void)signal;
    is_interrupted = 1;
}

/* The report comes all the same; a second time ends the process. */
static void catch_interrupts(void)
{
    struct sigaction action = {.sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* --- Calls ------------------------------------------------------------------------------------ */

/* On a thread of the library. */
static void on_answer(void *context, const struct onsale_error *error,
                      const ProtobufCMessage *response)
{
    struct bench_call *call = context;
    struct bench *bench = call->bench;
    struct bench_target *target = call->target;
    size_t status = error == NULL ? STATUS_OK : (size_t)error->status;
    (void)response;
    latencies_add(&target->latencies, (uint64_t)(bench_clock_ns() - call->intended_ns));
    if (status >= STATUS_NUMBERS) status = STATUS_UNKNOWN_REASON;
    atomic_fetch_add_explicit(&target->ended[status], 1, memory_order_relaxed);
    free(call);
    sem_post(&bench->idle);
    atomic_fetch_add(&bench->ended, 1); /* the last that is touched: see wait_for_answers */
}

static void send_call(struct bench *bench, int64_t intended_ns, struct arena *arena)
{
    struct bench_target *target = &bench->targets[mix_pick(&bench->mix, bench_random(bench))];
    struct bench_call *call = malloc(sizeof *call);
    REQUIRE(call != NULL);
    *call = (struct bench_call){bench, target, intended_ns};
    arena_reset(arena);
    const ProtobufCMessage *request = bench_request(bench, target, arena);
    atomic_fetch_add(&bench->sent, 1);
    onsale_channel_call_async(bench->run->channel, target->method, request, NULL, on_answer, call);
}

/* --- Loops ------------------------------------------------------------------------------------ */

static void pause_ns(int64_t ns)
{
    if (ns > 0) nanosleep(&(struct timespec){.tv_nsec = ns < PAUSE_NS ? ns : PAUSE_NS}, NULL);
}

static bool has_room(struct bench *bench)
{
    return atomic_load(&bench->sent) - atomic_load(&bench->ended) < UNDER_WAY_MAX;
}

/* Calls begin when they are to begin, however slow the answers are: one that has to wait for its
 * turn has waited since its intended beginning. */
static uint64_t send_due(struct bench *bench, uint64_t count, int64_t now_ns, struct arena *arena)
{
    for (; has_room(bench); count++) {
        int64_t due_ns = bench->began_ns + (int64_t)(count * NS_PER_SECOND / bench->rate);
        if (due_ns > now_ns || due_ns - bench->began_ns >= bench->duration_ns) break;
        send_call(bench, due_ns, arena);
    }
    return count;
}

/* Who has its answer asks again. */
static void send_idle(struct bench *bench, struct arena *arena)
{
    int64_t until_ns = bench_clock_ns() + PAUSE_NS;
    struct timespec until = {until_ns / NS_PER_SECOND, until_ns % NS_PER_SECOND};
    if (sem_clockwait(&bench->idle, CLOCK_MONOTONIC, &until) == 0)
        send_call(bench, bench_clock_ns(), arena);
}

static void wait_for_answers(struct bench *bench)
{
    while (atomic_load(&bench->ended) < atomic_load(&bench->sent))
        pause_ns(PAUSE_NS);
}

static void tell_progress(struct bench *bench, int64_t now_ns, int64_t *told_ns)
{
    if (now_ns - *told_ns < NS_PER_SECOND) return;
    bench_report_progress(bench, now_ns);
    *told_ns = now_ns;
}

void bench_load(struct bench *bench)
{
    struct arena arena;
    uint64_t count = 0;
    bool is_over = false;
    arena_init(&arena, REQUEST_ARENA_BYTES);
    REQUIRE(sem_init(&bench->idle, 0, (unsigned)bench->callers) == 0);
    catch_interrupts();
    int64_t told_ns = bench->began_ns = bench_clock_ns();
    while (!is_over) {
        int64_t now_ns = bench->ended_ns = bench_clock_ns();
        is_over = now_ns - bench->began_ns >= bench->duration_ns || is_interrupted != 0;
        tell_progress(bench, now_ns, &told_ns);
        if (bench->rate > 0) {
            count = send_due(bench, count, now_ns, &arena); /* at the end, too */
            pause_ns(PAUSE_NS);
        } else if (!is_over) {
            send_idle(bench, &arena);
        }
    }
    wait_for_answers(bench);
    arena_deinit(&arena);
}
