/* engine.h -- What keeps the rows of a log. An engine carries out what it is told and says what
 * came of it; what follows from that is decided in append.h and reader.h, alike for all. */
#ifndef LOG_ENGINE_H
#define LOG_ENGINE_H

#include <stdbool.h>

#include "base/status.h"
#include "log/row.h"

struct log;
struct log_engine;

/** Above all others. */
#define LOG_EPOCH_TRIMMED ((uint64_t)INT64_MAX)

enum log_answer {
    LOG_NOT_YET, /* the patience is over: the same call goes on with it */
    LOG_DONE,
    LOG_TAKEN,   /* another row has this index: nothing was changed */
    LOG_WARNED,  /* done, says the engine, but with a warning */
    LOG_UNKNOWN, /* the engine could not be reached, or was lost before it answered */
};

/** One of them is under way at a time: insert, look, erase or barrier, of the thread that flushes.
 * A call starts it, or goes on with the one that it started; it waits until `until_ns` at most. An
 * operation that the engine does not answer in time is LOG_UNKNOWN. After that the next begins on
 * another connection, to whichever host takes writes. */
struct log_engine_methods {
    /** Appends a row. LOG_DONE: it can't be lost. The row stays as it is until there is an answer.
     */
    enum log_answer (*insert)(struct log_engine *engine, const struct log_row *row,
                              int64_t until_ns);
    /** Which row begins at this index, if any; LOG_DONE or LOG_UNKNOWN. If the log begins behind
     * it, another's row was there: its head says LOG_EPOCH_TRIMMED. */
    enum log_answer (*look)(struct log_engine *engine, uint64_t index, int64_t until_ns,
                            bool *ret_is_there, struct log_row_head *ret_head);
    /** Removes just this row: its index, epoch and batch. */
    enum log_answer (*erase)(struct log_engine *engine, const struct log_row_head *head,
                             int64_t until_ns);
    /** LOG_DONE: all that could be looked at before can't be lost. On the connection of the look:
     * if that is gone, LOG_UNKNOWN. */
    enum log_answer (*barrier)(struct log_engine *engine, int64_t until_ns);
    /** Forgets the operation under way: its outcome will be unknown. */
    void (*abandon)(struct log_engine *engine);

    /** Heads of rows in the order of their indexes: at most one that begins at or before the place
     * and is of its epoch, the last such; then those that begin after it, up to `max`.
     * @param to_end  From the host that takes writes. */
    enum status (*heads)(struct log_engine *engine, struct log_place after, bool to_end,
                         struct log_row_head *ret_heads, size_t max, size_t *ret_count,
                         char ret_problem[LOG_PROBLEM_BYTES]);
    /** Calls `visit` for the rows that begin at first..last, in order, until one is not STATUS_OK.
     * From the host that the heads came from. */
    enum status (*bodies)(struct log_engine *engine, uint64_t first, uint64_t last,
                          enum status (*visit)(void *context, const struct log_row *row),
                          void *context, char ret_problem[LOG_PROBLEM_BYTES]);
    /** Index from which on the log has entries. From the same host. */
    enum status (*begin)(struct log_engine *engine, uint64_t *ret_index,
                         char ret_problem[LOG_PROBLEM_BYTES]);
    /** Reads from another host the next time, if there are several. */
    void (*read_elsewhere)(struct log_engine *engine);

    /** See log.h. */
    enum status (*claim)(struct log_engine *engine, const char *holder, uint64_t *ret_epoch);
    enum status (*check)(struct log_engine *engine, bool to_lead,
                         char ret_problem[LOG_PROBLEM_BYTES]);
    enum status (*report)(struct log_engine *engine, const char *node, uint64_t index);
    enum status (*needed)(struct log_engine *engine, int64_t silent_ms, uint64_t *ret_index);
    /** Where the log begins, and the heads of its first rows. From the host that takes writes. */
    enum status (*oldest)(struct log_engine *engine, struct log_row_head *ret_heads, size_t max,
                          size_t *ret_count, uint64_t *ret_begin);
    /** Lets the log begin at an index, where a valid row begins or the next will, and removes some
     * hundred rows before it. */
    enum status (*trim)(struct log_engine *engine, uint64_t begin);

    /** CLOCK_BOOTTIME, or what stands for it. Any thread. */
    int64_t (*now_ns)(struct log_engine *engine);
    /** Bytes that were never drawn before. */
    void (*draw_batch)(struct log_engine *engine, uint8_t ret_batch[LOG_BATCH_BYTES]);
    void (*close)(struct log_engine *engine);
};

/** The first member of every engine. */
struct log_engine {
    const struct log_engine_methods *methods;
    int64_t fresh_ms; /* an append that is answered later than so after the one before is looked at:
                         its place may be free because it was trimmed. Much less than the age of
                         what is trimmed */
    bool is_plain;    /* rows are not compressed: to measure what that is worth */
};

/* --- log.c ------------------------------------------------------------------------------------ */

/** @param engine  Closed with the log; if there is no memory for that it is not.
 * @return NULL if there is no memory. */
struct log *log_make(struct log_engine *engine);

struct log_engine *log_engine_of(const struct log *log);

#endif
