/* hosts.h -- The hosts of a URL, each with all it takes to connect to it. For src/log/postgres. */
#ifndef LOG_POSTGRES_HOSTS_H
#define LOG_POSTGRES_HOSTS_H

#include <libpq-fe.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "log/entry.h"

enum { HOSTS_MAX = 16 };

struct hosts {
    PQconninfoOption *options; /* of the URL */
    size_t count;
    char *lists[3]; /* host, hostaddr, port: the URL's, taken apart */
    const char *parts[3][HOSTS_MAX];
    size_t parts_count[3];
    _Atomic int64_t silent_ns[HOSTS_MAX]; /* when something was sent there and not answered; 0 */
    _Atomic int64_t heard_ns[HOSTS_MAX];  /* when it has answered last; 0 */
};

/** @return STATUS_OK; STATUS_LOG_UNFIT, with the problem; STATUS_OUT_OF_MEMORY. */
enum status hosts_init(struct hosts *hosts, const char *url, char ret_problem[LOG_PROBLEM_BYTES]);

void hosts_deinit(struct hosts *hosts);

/** Whether a host has not answered, and nobody has heard of it since. Any thread. */
bool hosts_is_silent(const struct hosts *hosts, size_t host);

/** Begins to connect to a host, without waiting.
 * @param wants_writes  Refuse one that is in recovery or read-only.
 * @return NULL if there is no memory; else to be finished, whatever became of it. */
PGconn *hosts_connect(const struct hosts *hosts, size_t host, bool wants_writes);

#endif
