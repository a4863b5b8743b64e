/* role.h -- What a server of a shop on several machines is: it follows the log of the one that
 * leads, or leads itself. Only the log says who does (log/log.h). A server without a log is SINGLE
 * and has none of this.
 *
 *   FOLLOWER     applies entries, and answers reads as of the last; refuses writes with NOT_LEADER
 *   TAKING_OVER  nobody has led for a while: it has claimed an epoch, and reads to the end of the
 *                log, appends its START, and waits until nobody else can answer as a leader
 *   LEADER       executes writes; answers reads while it is sure to lead (the read lease)
 *   DEPOSED      another leads, or is to: on its way to be a FOLLOWER
 *
 * The writer's thread takes all steps; each is short, and none waits for the log longer than the
 * store's patience. */
#ifndef SERVER_ROLE_H
#define SERVER_ROLE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/time.h"
#include "log/log.h"
#include "onsale/rpc/v1/rpc.pb-c.h"
#include "server/engine/call_list.h"
#include "server/engine/hand_over.h"
#include "server/engine/hashes.h"

/** Unit: milliseconds. */
enum {
    BEAT_MS = 250,        /* a leader says that it is alive */
    SETTLE_MS = 10,       /* and, after the last write, that it was acknowledged */
    FOLLOW_MS = 10,       /* a follower looks for more */
    SILENCE_MS = 600,     /* nobody leads, thinks a follower that can read the log */
    READ_LEASE_MS = 500,  /* a leader answers reads after its last acknowledged append was sent */
    BEHIND_MS = 200,      /* a read waits for what its caller has seen */
    LEASE_WAIT_MS = 2000, /* a read waits for the leader to be sure again */
    CHECK_MS = 60 * 1000, /* the log is looked at, whether it can be relied on */
    UNFIT_MS = 1000,      /* and again, if it can't */
};

_Static_assert(READ_LEASE_MS < SILENCE_MS, "a takeover hardly ever waits for the lease");
_Static_assert(2 * BEAT_MS <= SILENCE_MS, "a beat may be late");

struct engine;

/** In step with ClusterRole of the protocol. */
enum engine_role { ROLE_SINGLE, ROLE_FOLLOWER, ROLE_TAKING_OVER, ROLE_LEADER, ROLE_DEPOSED };

/** How far a takeover has come. */
enum takeover { TAKEOVER_READS, TAKEOVER_APPENDS, TAKEOVER_WAITS };

enum { LEADER_BYTES_MAX = LOG_NOTE_BYTES_MAX };

struct role {
    struct log *log; /* NULL: SINGLE */
    _Atomic enum engine_role now;
    enum takeover takeover; /* the writer's, as are: */
    uint64_t epoch;         /* claimed */
    struct log_place from;  /* what the takeover reads the log after */
    uint64_t read_sum;      /* of what it has read: see entry_sum */
    unix_ms start_ms;       /* time of its START */
    int64_t heard_ns;       /* on the boot clock: when the last entry before START was seen */
    int64_t quiet_ns;       /* on the boot clock: since when it has followed, or may claim again */
    int64_t staged_ms;      /* on the monotonic clock: when the last entry was made */
    bool is_settled;        /* the last entry was a beat */
    size_t group;           /* entries, and bytes of them, since the last commit */
    size_t group_bytes;
    atomic_bool has_errand; /* of a leader: role_run_errand may have something to do */
    atomic_bool hands_over; /* asked to */
    int64_t stagger_ms;     /* servers do not all claim at once */
    int64_t checked_ms;     /* the slow worker's: when it looked at the log, monotonic */
    uint64_t yielded;       /* index of a START that a takeover has found and left alone */
    struct leaving leaving; /* see there */

    _Atomic unix_ms logged_ms;    /* time of the newest entry that reads see */
    _Atomic int64_t logged_at_ms; /* when it was applied: monotonic */
    _Atomic int64_t follow_ok_ms; /* monotonic: when the log could be read last */
    atomic_bool is_fit;

    pthread_mutex_t answering;        /* who finishes calls that waited for a flush holds it */
    pthread_mutex_t lock;             /* of what follows */
    uint8_t leader[LEADER_BYTES_MAX]; /* of the newest START: a packed Leader without an epoch */
    size_t leader_size;
    uint64_t leader_epoch;
    char problem[LOG_PROBLEM_BYTES]; /* with the log; empty: none */
    struct hashes hashes;            /* see there */
};

/** @return STATUS_OK. A failure of the storage. Before anything else is asked. */
enum status role_open(struct engine *engine);
void role_close(struct engine *engine);

static inline bool role_is_single(const struct role *role)
{
    return role->log == NULL;
}

static inline enum engine_role role_now(const struct role *role)
{
    return role->log == NULL ? ROLE_SINGLE : atomic_load(&role->now);
}

/** Whether writes are for it. Any thread. */
static inline bool role_writes(const struct role *role)
{
    return role->log == NULL || atomic_load(&role->now) == ROLE_LEADER;
}

/** Gives a call that is refused with NOT_LEADER the detail that says who leads, as far as is known.
 * @return STATUS_NOT_LEADER. */
enum status role_refuse(struct engine *engine, struct rpc_call *rpc);

/** The same for all of a list, which are finished. */
void role_refuse_all(struct engine *engine, struct call_list *calls);

/** Who leads, as far as is known, in the arena. Any thread. @return NULL if that is not known. */
Onsale__Rpc__V1__Leader *role_find_leader(struct role *role, struct arena *arena);

/** What a leader does beside writes: it stops leading, once everything is acknowledged and
 * answered, or makes an entry to compare. The writer's. @return As engine_write. */
enum status role_run_errand(struct engine *engine, unix_ms now_ms);

/** Whether it has found that its records are not the leader's: it answers nothing any more but
 * what it is. Any thread. */
static inline bool role_is_stopped(const struct role *role)
{
    return hashes_differ(&role->hashes);
}

/** One step of a server that does not lead. The writer's.
 * @return STATUS_OK; as engine_write. */
enum status role_step(struct engine *engine);

/** What a leader does before it executes anything: whether it is to make an entry though no command
 * waits. */
bool role_wants_beat(struct engine *engine);

/** An entry was made. @param is_beat  It says nothing else. */
void role_note_staged(struct engine *engine, bool is_beat);

/** The leader has executed a write that no command asked for: it is flushed and committed at once.
 */
void role_note_executed(struct engine *engine, unix_ms now_ms);

/** Looks at the log, if that is due, which is sooner where it was not fit: a leader that can't rely
 * on it any more hands over, and nobody leads before it is fit again. Waits for the log's answer.
 * The slow worker's. */
void role_check_log(struct engine *engine);

/** A flush has ended with STATUS_DEPOSED. Any thread. */
void role_note_deposed(struct engine *engine);

/** When role_step, or a beat, is due. @return 0 for at once. On the engine's clock. */
unix_ms role_due(struct engine *engine);

/** Whether any read may be answered by what was seen just now: it was the leader's when it was. Any
 * thread. */
bool role_is_sure(const struct engine *engine);

/** What answers take into account that have seen everything up to a write, by its number: their
 * callers are told. The writer's. */
struct rpc_place role_place_of(const struct engine *engine, uint64_t write);

/** Whether the reads of a frame are for it: a follower tells what was to those only who know that.
 * Any thread. */
bool role_takes_read(const struct engine *engine, const struct rpc_call *first);

/** Whether the reads of a frame may be executed: the server has what their caller has seen. */
bool role_may_read(const struct engine *engine, const struct rpc_call *first);

/** Puts reads aside until role_serve_behind can answer them. */
void role_put_behind(struct engine *engine, struct call_list *calls);

/** Answers those that were put aside, have waited enough, or are not for it any more. The
 * writer's. */
void role_serve_behind(struct engine *engine);

/** The time that a follower tells. */
unix_ms role_logged_now_ms(struct engine *engine);

#endif
