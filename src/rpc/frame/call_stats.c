#include "rpc/call_stats.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/require.h"
#include "rpc/frame/frame.h"

enum status call_stats_init(struct call_stats *stats, const struct method *methods, size_t count)
{
    *stats = (struct call_stats){.methods = methods, .methods_count = count};
    stats->of_methods = calloc(count + 1, sizeof *stats->of_methods);
    if (stats->of_methods == NULL) return STATUS_OUT_OF_MEMORY;
    for (size_t i = 0; i <= count; i++)
        histogram_init_us(&stats->of_methods[i].took_us);
    return STATUS_OK;
}

void call_stats_deinit(struct call_stats *stats)
{
    free(stats->of_methods);
    stats->of_methods = NULL;
}

static struct method_stats *stats_of(struct call_stats *stats, const struct method *method)
{
    size_t i = method == NULL ? stats->methods_count : (size_t)(method - stats->methods);
    REQUIRE(i <= stats->methods_count);
    return &stats->of_methods[i];
}

/* The calls from `first` on that are of the same method and ended the same way. */
static size_t equal_calls(const struct rpc_frame *frame, size_t first)
{
    const struct frame_call *calls = frame->calls;
    size_t i = first + 1;
    while (i < frame->calls_count && calls[i].call.method == calls[first].call.method &&
           calls[i].status == calls[first].status)
        i++;
    return i - first;
}

/* What is not for callers they are told as INTERNAL. */
static enum status told(enum status status)
{
    bool is_told = status == STATUS_OK || status_is_sent(status);
    return is_told && (unsigned)status < STATUS_NUMBERS ? status : STATUS_INTERNAL;
}

void call_stats_count(struct call_stats *stats, const struct rpc_frame *frame, int64_t now_ns)
{
    enum { NS_PER_US = 1000 };
    uint64_t took_us =
        now_ns > frame->came_ns ? (uint64_t)(now_ns - frame->came_ns) / NS_PER_US : 0;
    if (frame->calls == &frame->whole) {
        call_stats_count_refused(stats, frame->whole.status);
        return;
    }
    for (size_t i = 0, run; i < frame->calls_count; i += run) {
        struct method_stats *method = stats_of(stats, frame->calls[i].call.method);
        run = equal_calls(frame, i);
        atomic_fetch_add_explicit(&method->ended[told(frame->calls[i].status)], run,
                                  memory_order_relaxed);
        histogram_add(&method->took_us, took_us, run);
    }
}

void call_stats_count_refused(struct call_stats *stats, enum status why)
{
    atomic_fetch_add_explicit(&stats->frames_refused[told(why)], 1, memory_order_relaxed);
}
