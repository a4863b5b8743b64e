/* folder.h -- Paths of the files of a store, and how they get to disk. For src/store only. */
#ifndef STORE_FOLDER_H
#define STORE_FOLDER_H

#include <limits.h>
#include <stdbool.h>

/** The path of something in a folder. @return False if it is too long. */
bool folder_path(const char *folder, const char *name, char ret_path[PATH_MAX]);

/** Flushes a file, or the entries of a folder. @return 0, or an errno. */
int path_flush(const char *path);

#endif
