/* old_journal.h -- Turns a journal into what version 0.1.0 would have written in its place. */
#ifndef TESTS_LIB_OLD_JOURNAL_H
#define TESTS_LIB_OLD_JOURNAL_H

/** Writes the checkpoint and the records of the journal at `path`, which nobody has open, over it
 * in the old format. A failure ends the process. */
void old_journal_make(const char *path);

#endif
