/* pace.h -- The pace of a checkpoint: how many bytes are written at a time, and how long the disk
 * then rests.
 *
 * The journal shares the disk: a caller that waits for a flush also waits for the piece of the
 * checkpoint being written. How long a piece takes depends on how many of its pages have changed,
 * which is not known before. So the size is found by trying: it is doubled after a piece that was
 * quick, and halved after one that took long. */
#ifndef SERVER_PACE_H
#define SERVER_PACE_H

#include <stdbool.h>
#include <stdint.h>

enum { PACE_BYTES_MIN = 64 * 1024, PACE_BYTES_MAX = 1024 * 1024 };

struct pace {
    uint64_t piece_bytes; /* of the next piece: PACE_BYTES_MIN..PACE_BYTES_MAX */
};

/** Begins with little. */
struct pace pace_make(void);

/** Learns from a piece that was written.
 * @param busy_ns    How long it took.
 * @param is_urgent  There is no time to rest, and a piece may take longer.
 * @return Nanoseconds that the disk should be left alone: as long as it was busy, within limits. 0
 * where nothing had been changed. */
int64_t pace_learn(struct pace *pace, int64_t busy_ns, bool is_urgent);

#endif
