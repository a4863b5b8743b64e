/* frame_pack.h -- Packs a workload's requests as a foreign client would: one call a frame. */
#ifndef BENCH_LOAD_FRAME_PACK_H
#define BENCH_LOAD_FRAME_PACK_H

#include "bench/load/frame_loop.h"
#include "bench/load/workload.h"

/** Packs step 0 of the operations 0..count-1, to be freed with frames_free. */
struct frames frames_pack(const struct workload *workload, size_t count);

void frames_free(struct frames *frames);

#endif
