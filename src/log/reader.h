/* reader.h -- Which entries of the log a reader takes: the same for every reader.
 *
 * An entry is taken if its index is the next one and its epoch is not below that of the entry
 * before; a higher epoch begins with a START. A row of an epoch below is void: it counts as not
 * there. A follower takes entries only up to the highest index that a valid row calls acknowledged:
 * a standby can have rows that are lost with it. Where the next row is missing, it waits. */
#ifndef LOG_READER_H
#define LOG_READER_H

#include <stdatomic.h>

#include "log/engine.h"

enum {
    LOG_GAP_MS_MAX =
        10000, /* an entry that is missing so long while later ones are there is lost */
    LOG_SILENCE_MS_MAX = 1000 /* without news another host is asked */
};

struct log_reader {
    struct log_engine *engine;
    uint64_t durable;      /* highest index that a valid row called acknowledged */
    struct log_place seen; /* of the newest entry seen, taken or not */
    int64_t gap_ns;   /* since when the next is missing and later ones are there; 0: it isn't */
    int64_t asked_ns; /* when this host was asked first */
    int64_t heard_ns; /* when the host that is followed, not read to the end, brought something */
    struct log_row_head *heads;
    struct log_bytes room; /* for the entries of a row */
    _Atomic uint64_t seen_index;
    _Atomic int64_t news_ns;
};

/** @return False if there is no memory. */
bool log_reader_init(struct log_reader *reader, struct log_engine *engine);

void log_reader_deinit(struct log_reader *reader);

/** See log_follow. */
enum status log_reader_follow(struct log_reader *reader, struct log_place after, bool to_end,
                              enum status (*visit)(void *context, const struct log_entry *entry),
                              void *context, char ret_problem[LOG_PROBLEM_BYTES]);

#endif
