#include "server/reload.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "server/log.h"

static const struct {
    const char *name;
    size_t offset; /* of a uint64_t */
} reloaded[] = {
    {"connections", offsetof(struct options, connections_max)},
    {"connections-per-peer", offsetof(struct options, connections_per_peer_max)},
    {"idle-seconds", offsetof(struct options, idle_seconds)},
};

enum { RELOADED = sizeof reloaded / sizeof reloaded[0] };

static uint64_t *value_of(struct options *options, size_t row)
{
    return (uint64_t *)(void *)((char *)options + reloaded[row].offset);
}

/* @return Whether it differs. */
static bool take_value(struct options *options, struct options *fresh, size_t row)
{
    uint64_t *now = value_of(options, row);
    uint64_t next = *value_of(fresh, row);
    if (*now == next) return false;
    log_line("%s: %" PRIu64 " before, %" PRIu64 " from now on", reloaded[row].name, *now, next);
    *now = next;
    return true;
}

bool reload(struct options *options)
{
    static struct options fresh;
    size_t changed = 0;
    if (options_parse_again(options, &fresh) != OPTIONS_RUN) {
        log_line("SIGHUP: the options can't be read; everything stays as it is");
        return false;
    }
    log_line("SIGHUP: reading the options again");
    for (size_t row = 0; row < RELOADED; row++)
        changed += take_value(options, &fresh, row);
    if (memcmp(options, &fresh, sizeof fresh) != 0)
        log_line("other options have changed, too: they take a restart");
    else if (changed == 0)
        log_line("no option has changed");
    return changed > 0;
}
