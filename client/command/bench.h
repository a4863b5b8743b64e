/* bench.h -- onsale bench: load on a server of one's own. What its files share.
 *
 * One thread makes the calls, all asynchronous; those of the library count how they end. */
#ifndef CLIENT_COMMAND_BENCH_H
#define CLIENT_COMMAND_BENCH_H

#include <semaphore.h>
#include <stdatomic.h>

#include "base/latencies.h"
#include "base/status.h"
#include "client/command/bench_mix.h"
#include "client/command/command.h"

/** Where the values of a call come from that its request has fields for. */
struct bench_values {
    uint64_t first_user;
    uint64_t users; /* 0: not given */
    uint32_t concert_id;
    uint32_t performance_id;
    uint32_t seats;                        /* of the performance */
    uint8_t (*tokens)[ONSALE_TOKEN_BYTES]; /* of each user; NULL: nobody has entered */
};

/** One method of the mix. */
struct bench_target {
    const struct onsale_method *method;
    const ProtobufCMessage *request; /* what --data says, or empty; the rest is filled in */
    atomic_uint_fast64_t ended[STATUS_NUMBERS]; /* by status */
    struct latencies latencies;
};

struct bench {
    struct run *run;
    struct mix mix;
    struct bench_target *targets; /* as many as the mix has entries, in their order */
    struct bench_values values;
    uint64_t random; /* state of a generator that is not for secrets */

    uint64_t rate;    /* calls a second, open loop; 0: closed loop */
    uint64_t callers; /* of a closed loop */
    int64_t duration_ns;
    bool tells_progress;
    int64_t began_ns;
    int64_t ended_ns;
    sem_t idle; /* counts the callers of a closed loop that have no call under way */
    atomic_uint_fast64_t sent;
    atomic_uint_fast64_t ended;
};

/** A clock that nobody sets. Unit: nanoseconds. */
int64_t bench_clock_ns(void);

/** The next of a row of numbers that look random. */
uint64_t bench_random(struct bench *bench);

/* --- bench_request.c: what is asked ----------------------------------------------------------- */

/** Finds the methods of the mix and reads their requests.
 * @return False: run->error tells why, also if one writes and --writes is not given. */
bool bench_open_targets(struct bench *bench);

/** Reads what is needed to fill requests, and enters queues for tokens.
 * @return False: run->error tells why. */
bool bench_prepare(struct bench *bench);

/** Makes a request: what the target's has, and values for the fields that it leaves open.
 * @param arena  For it. */
const ProtobufCMessage *bench_request(struct bench *bench, const struct bench_target *target,
                                      struct arena *arena);

/* --- bench_load.c: when it is asked ----------------------------------------------------------- */

/** Loads the server until the duration is over or somebody interrupts, and waits for the answers
 * that are due. */
void bench_load(struct bench *bench);

/* --- bench_report.c: what came of it ---------------------------------------------------------- */

/** Tells how it goes: once a second, for people. */
void bench_report_progress(const struct bench *bench, int64_t now_ns);

/** Tells what was measured. */
void bench_report(const struct bench *bench);

#endif
