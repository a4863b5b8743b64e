/* cluster.h -- What a server of several has of its own: the way to the log, and how it is called.
 */
#ifndef SERVER_CLUSTER_H
#define SERVER_CLUSTER_H

#include <stdbool.h>

#include "log/log.h"
#include "onsale/rpc/v1/rpc.pb-c.h"
#include "server/options.h"
#include "store/store.h"

struct cluster {
    struct log *log; /* NULL: a shop on one machine */
    struct store_shop shop;
    uint64_t first_index;         /* of the log's entries, when it was opened */
    Onsale__Rpc__V1__Leader self; /* names what options have */
    char *urls[OPTION_LIST_MAX];
    char *watch_urls[OPTION_LIST_MAX];
    char *admin_urls[OPTION_LIST_MAX];
};

/** Looks for the log that --log names, and waits for it. Does nothing without.
 * @param options  Borrowed.
 * @return False if it said in the log why there is none. */
bool cluster_open(const struct options *options, struct cluster *ret);

/** Whether the log has what comes behind a place. If not, it says in its own log what to do. */
bool cluster_goes_on(const struct cluster *cluster, const struct options *options,
                     struct log_place place);

/** Store and engine must be closed. */
void cluster_close(struct cluster *cluster);

/** --log-init: makes the log, for a new shop or for that of a folder. @return The exit code. */
int cluster_make_log(const struct options *options);

/** Nanoseconds of CLOCK_BOOTTIME. */
int64_t cluster_boot_ns(void *context);

#endif
