/* offline.h -- onsaled --check DIR, --upgrade DIR and --restore BACKUP DIR: work on a data folder
 * that no server uses. Reports go to stdout, errors of usage to stderr.
 *
 * A check and a dry run of an upgrade work on a copy (store_copy.h), in which the journal is
 * replayed and an older format is upgraded, as a server would; the folder itself is only read. */
#ifndef SERVER_OFFLINE_H
#define SERVER_OFFLINE_H

#include "server/options.h"

/** Not 2, which is wrong usage. */
enum offline_exit {
    OFFLINE_DONE = 0,    /* checked and whole, restored, upgraded, or nothing to upgrade */
    OFFLINE_CANT = 1,    /* no store, in use, of a newer format, no room, no leave */
    OFFLINE_DAMAGED = 3, /* something in the store is damaged or contradicts the rest */
};

/** Does what options->task says with options->data. */
enum offline_exit offline_run(const struct options *options);

#endif
