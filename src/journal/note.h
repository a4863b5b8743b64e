/* note.h -- How far a journal was flushed, noted in a file beside it. It is written after each
 * flush and not flushed itself, which takes about a microsecond: it outlives the process at once,
 * and a power cut some seconds later. Without it the last flush could not be told from one that a
 * power cut tore. It is a help and no more: if it can't be read or written, it says nothing. In a
 * file of its own since the journal's flushes would have to bring it to disk. For src/journal only.
 */
#ifndef JOURNAL_NOTE_H
#define JOURNAL_NOTE_H

#include <stdint.h>

struct note {
    uint64_t checksum; /* of all that follows */
    uint64_t id;       /* of the journal */
    uint64_t epoch;
    uint64_t flushed; /* records of the epoch with smaller numbers are on disk */
};

/** Opens or makes the file beside the journal. @return -1 if it can't be. */
int note_open(const char *journal_path);

/** @return Zeros if there is none that is whole. */
struct note note_read(int fd);

/** Sums and writes it. */
void note_write(int fd, struct note note);

#endif
