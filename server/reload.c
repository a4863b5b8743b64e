#include "server/reload.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "service/log.h"
#include "service/log_names.h"

static const struct {
    const char *name;
    size_t offset;            /* of a uint64_t */
    const char *const *words; /* of its values, from 1; NULL: they are numbers */
} reloaded[] = {
    {"connections", offsetof(struct options, connections_max), NULL},
    {"connections-per-peer", offsetof(struct options, connections_per_peer_max), NULL},
    {"idle-seconds", offsetof(struct options, idle_seconds), NULL},
    {"log-level", offsetof(struct options, log_level), log_level_names},
    {"log-format", offsetof(struct options, log_format), log_format_names},
    {"slow-call-ms", offsetof(struct options, slow_call_ms), NULL},
    {"slow-flush-ms", offsetof(struct options, slow_flush_ms), NULL},
};

enum { RELOADED = sizeof reloaded / sizeof reloaded[0], NUMBER_BYTES = 32 };

static uint64_t *value_of(struct options *options, size_t row)
{
    return (uint64_t *)(void *)((char *)options + reloaded[row].offset);
}

static const char *value_text(size_t row, uint64_t value, char ret_text[NUMBER_BYTES])
{
    if (reloaded[row].words != NULL) return reloaded[row].words[value - 1];
    snprintf(ret_text, NUMBER_BYTES, "%" PRIu64, value);
    return ret_text;
}

/* @return Whether it differs. */
static bool take_value(struct options *options, struct options *fresh, size_t row)
{
    uint64_t *now = value_of(options, row);
    uint64_t next = *value_of(fresh, row);
    if (*now == next) return false;
    char before[NUMBER_BYTES], after[NUMBER_BYTES];
    log_line("%s: %s before, %s from now on", reloaded[row].name, value_text(row, *now, before),
             value_text(row, next, after));
    *now = next;
    return true;
}

bool reload(struct options *options)
{
    static struct options fresh;
    size_t changed = 0;
    if (options_parse_again(options, &fresh) != OPTIONS_RUN) {
        log_error("SIGHUP: the options can't be read; everything stays as it is");
        return false;
    }
    log_line("SIGHUP: reading the options again");
    for (size_t row = 0; row < RELOADED; row++)
        changed += take_value(options, &fresh, row);
    if (memcmp(options, &fresh, sizeof fresh) != 0)
        log_warning("other options have changed, too: they take a restart");
    else if (changed == 0)
        log_line("no option has changed");
    return changed > 0;
}
