#include "server/engine/turns.h"

#include "base/require.h"

void turns_init(struct turns *turns, size_t at_once_max)
{
    REQUIRE(at_once_max >= 1);
    *turns = (struct turns){.lock = PTHREAD_MUTEX_INITIALIZER, .at_once_max = at_once_max};
}

void turns_deinit(struct turns *turns)
{
    REQUIRE(turns->running == 0);
    REQUIRE(turns->waiting == NULL);
    pthread_mutex_destroy(&turns->lock);
}

/* Weighted fair queueing: if those who wait were all served at once, a record of each at a time, a
 * frame would be done when its rank is reached, and who would be done first comes first. Time is
 * counted in records of one peer. A frame begins with its peer's last one, or now. */
static uint64_t next_rank(const struct turns *turns, struct rpc_call *first)
{
    struct rpc_peer *peer = rpc_call_peer(first);
    uint64_t begin = turns->time;
    if (peer != NULL && peer->turn_rank > begin) begin = peer->turn_rank;
    uint64_t rank = begin + rpc_call_frame_reads(first);
    REQUIRE(rank > turns->time);
    if (peer != NULL) peer->turn_rank = rank;
    return rank;
}

/* A turn takes the time of the frame, divided by those who share it; and has not begun before. */
static void begin(struct turns *turns, const struct rpc_call *first, uint64_t rank)
{
    uint64_t records = rpc_call_frame_reads(first);
    REQUIRE(rank >= records);
    if (turns->time < rank - records) turns->time = rank - records;
    turns->time += records / (turns->peers_waiting + 1);
}

/* Of two skew heaps. */
static struct rpc_call *merge(struct rpc_call *one, struct rpc_call *other)
{
    struct rpc_call *top;
    struct rpc_call **link = &top;
    while (one != NULL && other != NULL) {
        bool is_behind = other->turn.rank < one->turn.rank;
        struct rpc_call *lower = is_behind ? other : one;
        other = is_behind ? one : other;
        one = lower->turn.right;
        lower->turn.right = lower->turn.left;
        *link = lower;
        link = &lower->turn.left;
    }
    *link = one != NULL ? one : other;
    return top;
}

static void count_waiting(struct turns *turns, struct rpc_call *first)
{
    REQUIRE(turns->running == turns->at_once_max);
    struct rpc_peer *peer = rpc_call_peer(first);
    if (peer == NULL || peer->turns_waiting++ == 0) turns->peers_waiting++;
}

static void uncount_waiting(struct turns *turns, struct rpc_call *first)
{
    REQUIRE(turns->peers_waiting >= 1);
    struct rpc_peer *peer = rpc_call_peer(first);
    if (peer == NULL || --peer->turns_waiting == 0) turns->peers_waiting--;
}

static bool take(struct turns *turns, struct rpc_call *first, uint64_t rank)
{
    if (turns->running < turns->at_once_max) {
        REQUIRE(turns->waiting == NULL);
        turns->running++;
        begin(turns, first, rank);
        return true;
    }
    first->turn = (struct rpc_turn){.rank = rank};
    turns->waiting = merge(turns->waiting, first);
    count_waiting(turns, first);
    return false;
}

static struct rpc_call *take_first_waiting(struct turns *turns)
{
    struct rpc_call *first = turns->waiting;
    if (first == NULL) return NULL;
    turns->waiting = merge(first->turn.left, first->turn.right);
    uncount_waiting(turns, first);
    begin(turns, first, first->turn.rank);
    return first;
}

bool turns_take(struct turns *turns, struct rpc_call *first)
{
    REQUIRE(first != NULL);
    REQUIRE(rpc_call_frame_reads(first) >= 1);
    pthread_mutex_lock(&turns->lock);
    bool begins = take(turns, first, next_rank(turns, first));
    pthread_mutex_unlock(&turns->lock);
    return begins;
}

struct rpc_call *turns_next(struct turns *turns)
{
    pthread_mutex_lock(&turns->lock);
    REQUIRE(turns->running >= 1);
    struct rpc_call *first = take_first_waiting(turns);
    if (first == NULL) turns->running--;
    pthread_mutex_unlock(&turns->lock);
    return first;
}
