#include "server/pace.h"

/* A piece is to take half a millisecond, or some if it is urgent: then all is over soonest. */
enum { PIECE_NS = 500 * 1000, URGENT_PIECE_NS = 5 * 1000 * 1000 };

/* A piece without changes takes no longer than this. */
enum { IDLE_NS_MAX = 50 * 1000 };

/* A disk that is slow by itself is not left alone for longer. */
enum { REST_NS_MAX = 5 * 1000 * 1000 };

struct pace pace_make(void)
{
    return (struct pace){.piece_bytes = PACE_BYTES_MIN};
}

int64_t pace_learn(struct pace *pace, int64_t busy_ns, bool is_urgent)
{
    int64_t wanted_ns = is_urgent ? URGENT_PIECE_NS : PIECE_NS;
    if (busy_ns < wanted_ns / 2 && pace->piece_bytes < PACE_BYTES_MAX) pace->piece_bytes *= 2;
    if (busy_ns > wanted_ns && pace->piece_bytes > PACE_BYTES_MIN) pace->piece_bytes /= 2;
    if (is_urgent || busy_ns <= IDLE_NS_MAX) return 0;
    return busy_ns < REST_NS_MAX ? busy_ns : REST_NS_MAX;
}
