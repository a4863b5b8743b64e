/* world.h -- A log of a test, whatever keeps it, and who appends and reads there. */
#ifndef TESTS_LOG_WORLD_H
#define TESTS_LOG_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "log/log.h"
#include "log/row.h"

struct world;

struct world_methods {
    /** Makes an empty log whose first entry will have this index. */
    void (*make)(struct world *world, uint64_t first_index);
    struct log *(*open)(struct world *world, const uint8_t shop[LOG_SHOP_BYTES]);
    /** Puts a row that no leader has sent. */
    void (*put)(struct world *world, const struct log_row *row);
    /** The row that begins at this index, until it is asked again. @return False: there is none. */
    bool (*get)(struct world *world, uint64_t index, struct log_row *ret_row);
    void (*remove)(struct world *world, uint64_t index);
    /** Lets a millisecond pass, where nothing else does. */
    void (*pass)(struct world *world);
};

enum { REPLICAS_MAX = 4, WORLD_TIME_MS = 1700000000 /* of every entry */ };

/** The first member of every world. */
struct world {
    const struct world_methods *methods;
    int64_t patience_ms; /* of a flush */
    uint8_t shop[LOG_SHOP_BYTES];
    struct log *logs[REPLICAS_MAX];
    char problem[LOG_PROBLEM_BYTES]; /* of the last that had one */
};

/** What one of its replicas has of the log. */
struct copy {
    struct log_place place;
    size_t count;
    struct {
        enum log_kind kind;
        uint64_t index, epoch;
        char text[32]; /* redo or note */
    } entries[256];
};

/** Opens or returns a replica's log. */
struct log *world_log(struct world *world, size_t replica);

/** Closes it, as if its process had ended. */
void world_close(struct world *world, size_t replica);

/** Follows what is acknowledged, until an entry was seen. */
void world_catch_up(struct world *world, size_t replica, struct copy *copy, uint64_t seen);

/** Follows until there is no more. */
enum status world_follow(struct world *world, size_t replica, struct copy *copy, bool to_end);

/** Claims, reads to the end, stages START; `lead` also flushes it, which must succeed. */
uint64_t world_claim(struct world *world, size_t replica, struct copy *copy);
uint64_t world_lead(struct world *world, size_t replica, struct copy *copy);

/** Stages a batch at the index after what the copy has, and adds it to the copy. */
void world_stage(struct world *world, size_t replica, struct copy *copy, const char *text);

/** Flushes until it is known. */
enum status world_flush(struct world *world, size_t replica);

/** Stages and flushes, which must succeed. */
void world_append(struct world *world, size_t replica, struct copy *copy, const char *text);

/** A row of one batch, which is its text. The body is borrowed until the next is made. */
struct log_row world_row(uint64_t index, uint64_t epoch, const char *text);

/** Whether a copy has exactly these texts of batches, separated by spaces. */
void assert_texts(const struct copy *copy, const char *texts);

#endif
