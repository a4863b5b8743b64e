/* store_copy.h -- A private copy of a data folder, for checks and dry runs of upgrades: the folder
 * itself is only read. Holes stay holes, and file systems with shared blocks copy no data. */
#ifndef SERVER_STORE_COPY_H
#define SERVER_STORE_COPY_H

#include <limits.h>
#include <stdbool.h>

enum { STORE_COPY_PROBLEM_BYTES = 2 * PATH_MAX + 256 };

struct store_copy {
    char path[PATH_MAX]; /* a folder of its own in TMPDIR, or /tmp */
    int lock_fd;         /* the lock of the folder, or -1 if there is no lock file */
};

/** Whether there is a store in the folder. @param ret_problem  If not, why. */
bool store_copy_find(const char *folder, char ret_problem[STORE_COPY_PROBLEM_BYTES]);

/** Locks the folder, so that no server uses it until the copy is removed, and copies it.
 * @param ret_problem  On failure, what is wrong, for people.
 * @return Whether it succeeded: remove the copy then. */
bool store_copy_make(const char *folder, struct store_copy *ret_copy,
                     char ret_problem[STORE_COPY_PROBLEM_BYTES]);

/** Copies one file of a folder. @param path  Of the copy, which is not there yet; made with mode
 * 0600.
 * @return Whether it succeeded; errno says why not. */
bool store_copy_file(const char *folder, const char *name, const char *path);

/** Removes it and frees the lock. */
void store_copy_remove(struct store_copy *copy);

#endif
