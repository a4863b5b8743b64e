#include "server/restore.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/store_copy.h"

/* Under its name only when it is whole: a server takes a data.mdb that is there for a store. */
static const char unfinished[] = "data.mdb.restoring";

static enum restore_outcome refuse(const char *path, const char *what, char *ret_problem)
{
    snprintf(ret_problem, RESTORE_PROBLEM_BYTES, "%s: %s", path, what);
    return RESTORE_CANT;
}

static bool is_empty(const char *folder)
{
    bool empty = true;
    struct dirent *entry;
    DIR *dir = opendir(folder);
    if (dir == NULL) return false;
    while (empty && (entry = readdir(dir)) != NULL)
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    closedir(dir);
    return empty;
}

static enum restore_outcome make_folder(const char *folder, bool *ret_is_made, char *ret_problem)
{
    *ret_is_made = mkdir(folder, S_IRWXU) == 0;
    if (*ret_is_made) return RESTORE_DONE;
    if (errno != EEXIST) return refuse(folder, strerror(errno), ret_problem);
    if (is_empty(folder)) return RESTORE_DONE;
    return refuse(folder, "is there and not empty: move it away first", ret_problem);
}

static bool flush(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    bool ok = fsync(fd) == 0;
    close(fd);
    return ok;
}

static enum restore_outcome fill_folder(const char *backup, const char *folder, const char *copy,
                                        enum backup_note_outcome *ret_note, char *ret_problem)
{
    char data[PATH_MAX];
    if (snprintf(data, sizeof data, "%s/data.mdb", folder) >= PATH_MAX)
        return refuse(folder, strerror(ENAMETOOLONG), ret_problem);
    if (!store_copy_file(backup, "data.mdb", copy))
        return refuse(copy, strerror(errno), ret_problem);
    *ret_note = backup_note_check(backup, copy);
    if (*ret_note == BACKUP_NOTE_DIFFERS) {
        refuse(backup, "data.mdb is not what " BACKUP_NOTE_NAME " says: it was damaged or changed",
               ret_problem);
        return RESTORE_DAMAGED;
    }
    if (!flush(copy) || rename(copy, data) != 0 || !flush(folder))
        return refuse(folder, strerror(errno), ret_problem);
    return RESTORE_DONE;
}

enum restore_outcome restore_copy(const char *backup, const char *folder,
                                  enum backup_note_outcome *ret_note,
                                  char ret_problem[RESTORE_PROBLEM_BYTES])
{
    char copy[PATH_MAX];
    char problem[STORE_COPY_PROBLEM_BYTES];
    bool is_made;
    if (!store_copy_find(backup, problem)) {
        snprintf(ret_problem, RESTORE_PROBLEM_BYTES, "%s", problem);
        return RESTORE_CANT;
    }
    if (snprintf(copy, sizeof copy, "%s/%s", folder, unfinished) >= PATH_MAX)
        return refuse(folder, strerror(ENAMETOOLONG), ret_problem);
    enum restore_outcome outcome = make_folder(folder, &is_made, ret_problem);
    if (outcome != RESTORE_DONE) return outcome;
    outcome = fill_folder(backup, folder, copy, ret_note, ret_problem);
    if (outcome == RESTORE_DONE) return outcome;
    unlink(copy);
    if (is_made) rmdir(folder);
    return outcome;
}
