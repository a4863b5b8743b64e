/* inside.h -- The parts of a log in memory. For src/log/memory only. */
#ifndef LOG_MEMORY_INSIDE_H
#define LOG_MEMORY_INSIDE_H

#include "log/memory/memory.h"
#include "log/memory/rows.h"

/** An insert on its way to the primary. */
struct memory_flight {
    struct memory_flight *next;
    struct memory_row *row;
    int64_t lands_ns;
    bool is_never_safe;
    struct memory_replica *from; /* whoever waits for its answer; NULL: nobody */
};

/** What a replica has reported. */
struct memory_report {
    char node[16];
    uint64_t index;
    int64_t at_ns;
};

enum { MEMORY_REPORTS_MAX = 8 };

struct memory_log {
    uint8_t shop[LOG_SHOP_BYTES];
    uint64_t begin; /* index of the first entry */
    uint64_t epoch; /* claimed last */
    int64_t (*now_ns)(void *context);
    void *context;
    struct memory_times times;
    uint64_t random;
    unsigned per_mille;
    const char *unfit;
    struct memory_rows rows;
    struct memory_rows trimmed;    /* in the order of their indexes */
    uint64_t first;                /* where the log began before that */
    struct memory_flight *flights; /* in the order they were sent */
    uint64_t landings;
    uint64_t failovers;
    uint64_t batches;
    size_t reports_count;
    struct memory_report reports[MEMORY_REPORTS_MAX];
    struct memory_replica *replicas;
};

enum memory_operation { MEMORY_IDLE, MEMORY_INSERT, MEMORY_LOOK, MEMORY_ERASE, MEMORY_BARRIER };

/** The engine of a replica. */
struct memory_replica {
    struct log_engine engine; /* the first member */
    struct memory_log *memory;
    struct memory_replica *next;
    struct log *log;
    uint8_t shop[LOG_SHOP_BYTES];
    bool is_away;
    size_t lag;
    enum memory_fault fault;
    unsigned fault_inserts;

    uint64_t connection;             /* to the primary after so many failovers */
    enum memory_operation operation; /* under way */
    int64_t answers_ns;
    enum log_answer answer;
};

/* --- group.c ---------------------------------------------------------------------------------- */

/** A number that the seed repeats. */
uint64_t memory_log_random(struct memory_log *memory);

/* --- landing.c -------------------------------------------------------------------------------- */

/** Makes safe what landed up to this landing. */
void memory_log_make_safe(struct memory_log *memory, uint64_t landing);

/* --- sending.c -------------------------------------------------------------------------------- */

/** The operations of a leader: see log/engine.h. */
enum log_answer memory_insert(struct log_engine *engine, const struct log_row *row,
                              int64_t until_ns);
enum log_answer memory_look(struct log_engine *engine, uint64_t index, int64_t until_ns,
                            bool *ret_is_there, struct log_row_head *ret_head);
enum log_answer memory_erase(struct log_engine *engine, const struct log_row_head *head,
                             int64_t until_ns);
enum log_answer memory_barrier(struct log_engine *engine, int64_t until_ns);
void memory_abandon(struct log_engine *engine);

/* --- replica.c -------------------------------------------------------------------------------- */

extern const struct log_engine_methods memory_methods;

#endif
