/* inside.h -- What the files of the journal share. */
#ifndef JOURNAL_INSIDE_H
#define JOURNAL_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "journal/journal.h"
#include "journal/slot.h"

/* Where the ring begins. */
enum { RING_AT = SLOTS * SLOT_BYTES };

/* Before each record in the ring. */
struct record_head {
    uint64_t checksum; /* of the rest of this head, seeded with the epoch */
    uint64_t sequence;
    uint64_t flushed; /* records with smaller numbers were on disk before this one was written */
    uint64_t size;    /* of the record, without this head */
    uint64_t bytes_checksum; /* of the record */
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
    int note_fd;      /* -1: none can be written */
    bool is_old;      /* of version 0.1.0: to be replayed and replaced */
    struct slot slot; /* with the newest checkpoint */
    uint64_t epoch;   /* of the records that are staged; 0 before the replay */

    struct journal_mark end;        /* where the next record goes: the writer's */
    _Atomic uint64_t end_position;  /* the same for others to see; 0: nothing was staged yet */
    _Atomic uint64_t kept_position; /* records before it may be overwritten */

    pthread_mutex_t stage_lock; /* for the lists */
    struct record_list staged;
    struct journal_record *idle;

    pthread_mutex_t flush_lock; /* one flush at a time */
    uint64_t flushed_position;  /* where the next staged byte goes */
    _Atomic uint64_t flushed;   /* records with smaller numbers are on disk, or in the checkpoint */
    uint8_t *together;          /* for several records in one write */
    size_t together_capacity;
    enum status failure; /* of a flush: from then on nothing is written */
};

/* --- ring.c ----------------------------------------------------------------------------------- */

/** Where a byte of the ring lies in the file. */
uint64_t ring_offset(const struct journal *journal, uint64_t position);

uint64_t record_bytes_checksum(const uint8_t *bytes, size_t size);
uint64_t record_head_checksum(uint64_t epoch, const struct record_head *head);

/** Reads and writes in the ring, around its end. What is written may be longer than the ring: what
 * was staged before a checkpoint and after it, and not yet flushed. */
enum status ring_read(const struct journal *journal, void *bytes, size_t size, uint64_t position);
enum status ring_write(const struct journal *journal, const uint8_t *bytes, size_t size,
                       uint64_t position);

/* --- record.c --------------------------------------------------------------------------------- */

/** Frees records linked by `next`. */
void records_free(struct journal_record *first);

/* --- end.c ------------------------------------------------------------------------------------ */

/** Where the replay came to an end: looks for a proof that the next record was on disk once.
 * @param ret_problem  On STATUS_STORE_DAMAGED, what is wrong.
 * @return STATUS_OK: nothing says so; STATUS_STORE_DAMAGED; STATUS_STORAGE_FAILED;
 * STATUS_OUT_OF_MEMORY. */
enum status end_check(const struct journal *journal, char ret_problem[JOURNAL_PROBLEM_BYTES]);

#endif
