/* simulation.h -- One server, one reference, and the frames between them.
 *
 * Whatever is sent is also asked of the reference at the moment at which the server executes it:
 * reads when they are sent, writes when the writer is stepped, long polls at each look. When the
 * reply arrives it is judged by what the reference said. */
#ifndef SIM_SIMULATION_H
#define SIM_SIMULATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "onsale/rpc/v1/rpc.pb-c.h"
#include "tests/sim/feed.h"
#include "tests/sim/model/methods.h"
#include "tests/sim/random.h"
#include "tests/sim/seat_maps.h"
#include "tests/sim/world.h"

enum { PENDING_MAX = 1024, SENT_KEPT = 64, PAGES_KEPT = 32, METHODS_MAX = 64 };

/** One call and the answer that it must get. */
struct question {
    const struct model_method *method; /* NULL: the answer is known without the reference */
    const ProtobufCMessage *request;
    unix_ms deadline_ms;
    unix_ms wait_until_ms; /* of a long poll */
    struct answer answer;
    bool is_answered;
    struct seat_map *base; /* the caller's map, before the answer; NULL if it has none */
};

/** A frame and, once the server has answered, its reply. */
struct flight {
    uint64_t number; /* of its first call: 1, 2, 3 ... */
    struct arena arena;
    enum rpc_socket socket;
    const Onsale__Rpc__V1__RequestFrame *frame;
    size_t questions_count;
    struct question *questions;
    struct memory_exchange exchange;
    struct flight *next;
};

/** A frame that may be sent again. */
struct sent {
    enum rpc_socket socket;
    uint8_t *bytes;
    size_t size;
};

/** A request for the next page of a list. */
struct next_page {
    const struct model_method *method;
    ProtobufCMessage *request; /* as unpacked by protobuf-c */
};

struct simulation {
    uint64_t seed;
    struct random random;
    struct world world;
    struct model *model;
    struct flight *flights; /* not yet answered */
    size_t pending_count;   /* writes that wait for the writer, in the order sent */
    struct question *pending[PENDING_MAX];
    uint64_t commands;
    unix_ms last_server_time_ms;
    struct seat_maps seat_maps;
    struct feed feed;
    size_t sent_count; /* ever: the newest SENT_KEPT are kept */
    struct sent sent[SENT_KEPT];
    size_t next_pages_count; /* ever: the newest PAGES_KEPT are kept */
    struct next_page next_pages[PAGES_KEPT];
    char *backups_folder; /* empty at first */
    uint64_t answered_ok;
    uint64_t answered_refused;
    uint64_t ok_of_method[METHODS_MAX]; /* in the order of model_methods */
};

/** Runs a server from its first moment until so many commands were sent. A wrong answer is printed
 * with the seed and ends the process. */
void simulation_run(struct simulation *simulation, uint64_t seed, uint64_t commands);

/* --- flight.c --------------------------------------------------------------------------------- */

/** Sends a frame to both. */
void simulation_send(struct simulation *simulation, enum rpc_socket socket, const uint8_t *bytes,
                     size_t size);

/** Sends a frame with one call. */
void simulation_call(struct simulation *simulation, enum rpc_socket socket, const char *method,
                     const ProtobufCMessage *request);

/** Lets both execute what waits, at the present time. */
void simulation_step(struct simulation *simulation);

/** Stops the server, answers what is in flight, and starts it again. */
void simulation_restart(struct simulation *simulation);

/** As simulation_restart, but the server has no time to close. */
void simulation_crash(struct simulation *simulation);

/** What the server's clock should follow: the world's, less a jump that is not confirmed. */
unix_ms simulation_clock_ms(const struct simulation *simulation);

/** Reads the server's clock, which must not run backwards. */
void simulation_read_clock(struct simulation *simulation);

/* --- questions.c ------------------------------------------------------------------------------ */

/** Asks the reference what a frame that is being sent must be answered: at once for reads; writes
 * and long polls with nothing to tell are asked again later. */
void simulation_ask(struct simulation *simulation, struct flight *flight);

/** Asks for the writes that wait, in the order sent. */
void simulation_ask_pending(struct simulation *simulation);

/** Asks for the long polls again. */
void simulation_ask_waits(struct simulation *simulation, bool wait_is_over);

/* --- judge.c ---------------------------------------------------------------------------------- */

/** Compares the reply of a flight with what the reference said, and learns from it what only the
 * server can know. */
void simulation_judge(struct simulation *simulation, struct flight *flight);

/** Prints what was asked, what came and what should have come, and ends the process. */
_Noreturn void simulation_fail(const struct simulation *simulation, const struct flight *flight,
                               size_t place, const char *complaint);

/** Compares the numbers of a server with those of the reference.
 * @return NULL, or what is wrong. */
const char *simulation_check_stats(const Onsale__V1__GetStatsResponse *expected,
                                   const Onsale__V1__GetStatsResponse *actual);

/* --- metrics.c -------------------------------------------------------------------------------- */

/** Compares those metrics that the reference foretells. @return NULL, or the family that is wrong.
 */
const char *simulation_check_metrics(const Onsale__V1__GetMetricsResponse *expected,
                                     const Onsale__V1__GetMetricsResponse *actual);

/* --- backup.c --------------------------------------------------------------------------------- */

/** Starts a server on a copy of a backup, and looks whether every invariant holds and whether it
 * has what was there when the backup was made.
 * @param last_event  Number of the last event, as the server told it.
 * @return NULL, or what is wrong. */
const char *simulation_check_backup(const char *folder, unix_ms made_at_ms, uint64_t last_event,
                                    const Onsale__V1__GetStatsResponse *expected);

/* --- traffic.c -------------------------------------------------------------------------------- */

/** Sends a random frame. */
void simulation_send_random(struct simulation *simulation);

/** Sends one of the last frames again. */
void simulation_send_again(struct simulation *simulation);

/* --- edges.c ---------------------------------------------------------------------------------- */

/** Asks for a reservation and its seats, and perhaps pays or cancels it. */
void simulation_ask_about_reservation(struct simulation *simulation,
                                      const struct model_reservation *reservation);

/** Polls an entry and uses its token. */
void simulation_ask_about_entry(struct simulation *simulation, const struct model_entry *entry);

#endif
