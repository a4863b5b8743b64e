/* note.h -- How far the journal was flushed, noted beside the records. It is written after a flush
 * and not flushed itself, which costs next to nothing: it outlives the process at once, and a power
 * cut some seconds later. Without it the last flush could not be told from one that a power cut
 * tore. For src/journal only. */
#ifndef JOURNAL_NOTE_H
#define JOURNAL_NOTE_H

#include <stdint.h>

#include "base/status.h"

struct note {
    uint64_t checksum; /* of all that follows */
    uint64_t epoch;
    uint64_t flushed; /* records of the epoch with smaller numbers are on disk */
};

/** Reads the note at `offset`; zeros if it is not whole, which says nothing.
 * @return STATUS_OK; STATUS_STORAGE_FAILED. */
enum status note_read(int fd, uint64_t offset, struct note *ret_note);

/** Sums and writes it. @return STATUS_OK; STATUS_STORAGE_FAILED. */
enum status note_write(int fd, uint64_t offset, struct note *note);

#endif
