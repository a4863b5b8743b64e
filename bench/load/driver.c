#include "bench/load/driver.h"

#include "bench/load/closed_loop.h"
#include "bench/load/frame_pack.h"
#include "bench/load/thread_loop.h"

enum { CYCLE = 10 * 1000 };

static void forget_unsent(const struct workload *workload, const struct frames *frames)
{
    for (size_t i = 0; workload->forget != NULL && i < frames->count; i++)
        if (!frames->were_sent[i]) workload->forget(workload->state, i);
}

static bool run_frames(struct frame_shape shape, const char *url, const struct workload *workload,
                       double seconds, struct round *ret_round)
{
    bool is_endless = workload->operations_max == WORKLOAD_ENDLESS;
    struct frames frames = frames_pack(workload, is_endless ? CYCLE : workload->operations_max);
    frames.is_cycle = is_endless;
    bool is_fine = frame_loop_run(url, &frames, shape, seconds, ret_round);
    forget_unsent(workload, &frames);
    frames_free(&frames);
    return is_fine;
}

bool driver_run(const struct driver *driver, struct onsale_channel *channel, const char *url,
                const struct workload *workload, double seconds, struct round *ret_round)
{
    switch (driver->kind) {
    case DRIVER_ASYNC:
        closed_loop_run(channel, workload, driver->callers, seconds, ret_round);
        return true;
    case DRIVER_THREADS:
        thread_loop_run(channel, workload, driver->callers, seconds, ret_round);
        return true;
    case DRIVER_FRAMES:
        return run_frames(driver->shape, url, workload, seconds, ret_round);
    }
    return false;
}
