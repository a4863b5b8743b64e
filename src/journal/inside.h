/* inside.h -- What the files of the journal share. */
#ifndef JOURNAL_INSIDE_H
#define JOURNAL_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "journal/journal.h"
#include "journal/slot.h"

/* Before each record in the ring. */
struct record_head {
    uint64_t checksum; /* of the record and of the rest of this head, seeded with the epoch */
    uint64_t sequence;
    uint64_t size; /* of the record, without this head */
};

struct journal_record {
    struct journal_record *next; /* staged after it, or idle */
    uint8_t *bytes;              /* with room for the head in front */
    size_t size;
    size_t capacity;
};

/* In the order of staging. */
struct record_list {
    struct journal_record *first;
    struct journal_record *last;
    size_t size; /* of all of them */
};

struct journal {
    int fd;
    struct slot slot; /* with the newest checkpoint */
    uint64_t epoch;   /* of the records that are staged; 0 before the replay */

    struct journal_mark end;        /* where the next record goes: the writer's */
    _Atomic uint64_t kept_position; /* records before it may be overwritten */

    pthread_mutex_t stage_lock; /* for the lists */
    struct record_list staged;
    struct journal_record *idle;

    pthread_mutex_t flush_lock; /* one flush at a time */
    uint64_t flushed_position;  /* where the next staged byte goes */
    uint8_t *together;          /* for several records in one write */
    size_t together_capacity;
    enum status failure; /* of a flush: from then on nothing is written */
};

uint64_t record_checksum(uint64_t epoch, const struct record_head *head, const uint8_t *bytes);

/** Frees records linked by `next`. */
void records_free(struct journal_record *first);

/** Reads and writes in the ring, around its end. What is written may be longer than the ring: what
 * was staged before a checkpoint and after it, and not yet flushed. */
enum status ring_read(const struct journal *journal, void *bytes, size_t size, uint64_t position);
enum status ring_write(const struct journal *journal, const uint8_t *bytes, size_t size,
                       uint64_t position);

#endif
