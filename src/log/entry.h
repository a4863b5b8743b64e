/* entry.h -- What the log is made of: entries, in the order of their indexes. */
#ifndef LOG_ENTRY_H
#define LOG_ENTRY_H

#include <stddef.h>
#include <stdint.h>

#include "base/time.h"

enum {
    LOG_NOTE_BYTES_MAX = 4096,      /* of an entry */
    LOG_ENTRY_BYTES_MAX = 64 << 20, /* all of it */
    LOG_PROBLEM_BYTES = 512,
    LOG_SHOP_BYTES = 16,
};

/** The numbers are in the log. */
enum log_kind {
    LOG_BATCH = 1, /* a write */
    LOG_START = 2, /* an epoch begins; its note says who leads */
    LOG_BEAT = 3,  /* the leader is alive, and this is its time; changes that at most */
    LOG_HASH = 4,  /* a state is to be compared: see its note */
    LOG_END = 5,   /* its leader does not lead any more, of its own will */
};

struct log_entry {
    enum log_kind kind;
    uint64_t index;      /* 1..: one more than that of the entry before */
    uint64_t epoch;      /* of the leader that made it, 1.. */
    unix_ms time_ms;     /* of that leader's clock */
    const uint8_t *note; /* borrowed; at most LOG_NOTE_BYTES_MAX, only of a START or HASH */
    size_t note_size;
    const uint8_t *redo; /* borrowed; changes of records as src/store writes them; may be empty */
    size_t redo_size;
};

/** A place in the log: that of the last entry that something has. {0, 0} is before the first. */
struct log_place {
    uint64_t epoch;
    uint64_t index;
};

#endif
