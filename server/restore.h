/* restore.h -- A new data folder from a backup. The backup is only read. */
#ifndef SERVER_RESTORE_H
#define SERVER_RESTORE_H

#include <limits.h>

#include "store/backup_note.h"

enum { RESTORE_PROBLEM_BYTES = 2 * PATH_MAX + 256 };

enum restore_outcome { RESTORE_DONE, RESTORE_CANT, RESTORE_DAMAGED };

/** Copies the data file of a backup into a folder that is not there or is empty, flushes it, and
 * compares the copy with the checksum of the backup. If anything is wrong, nothing is left of it.
 *
 * @param ret_note     Set on RESTORE_DONE only: whether there was a checksum to compare with.
 * @param ret_problem  Otherwise, what is wrong, for people.
 * @return RESTORE_DAMAGED if the copy differs from the checksum. */
enum restore_outcome restore_copy(const char *backup, const char *folder,
                                  enum backup_note_outcome *ret_note,
                                  char ret_problem[RESTORE_PROBLEM_BYTES]);

#endif
