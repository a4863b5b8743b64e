/* rival.h -- A contender that is not ours: a server, and a program that loads it.
 *
 * The server is a program or script that serves in the folder it is given until it gets SIGINT; it
 * ends with PROCESS_NOT_INSTALLED if it is not there. The program that loads it is run anew for
 * each round, `PROGRAM FOLDER SECONDS SETTING...`, and prints the line of round_print. With the
 * setting "prepare" it makes what is needed, or ends with a failure if the server is not up yet. */
#ifndef BENCH_RIVALS_RIVAL_H
#define BENCH_RIVALS_RIVAL_H

#include "bench/contender.h"

enum { RIVAL_SETTINGS_MAX = 4, RIVAL_WORDS_MAX = 4 };

struct rival {
    const char *server; /* NULL: it needs none */
    bool server_is_script;
    const char *program;
    /** The best of these in a trial is used. */
    const char *settings[RIVAL_SETTINGS_MAX][RIVAL_WORDS_MAX + 1];
};

/* The functions of a contender whose `settings` is a struct rival. */
enum outcome rival_open(struct stage *stage, const struct contender *contender, void **ret_state);
bool rival_round(struct stage *stage, void *state, struct round *ret_round);
void rival_close(void *state);

/* The rivals of the table. */
extern const struct contender rival_echo;          /* 64 B */
extern const struct contender rival_echo_seat_map; /* answers as large as a seat map */
extern const struct contender rival_echo_alone;    /* 64 B, one in flight */
extern const struct contender rival_commit;        /* one LMDB commit after another */
extern const struct contender rival_redis_plain;
extern const struct contender rival_redis_pipelined;
extern const struct contender rival_postgres;
extern const struct contender rival_grpc_64; /* calls in flight */
extern const struct contender rival_grpc_512;

#endif
