#include "bench/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

/* The least of its sizes is a thousandth. */
enum { SOLD_MAX_LEAST = 10 * 1000 };

/* Their rounds must find room. */
enum { RUNS_MAX = 9 };

static const struct scale full = {
    .runs = 1,
    .rounds = 5,
    .round_seconds = 1.5,
    .trial_seconds = 0.4,
    .claims = 500 * 1000,
    .waiting = 1000 * 1000,
    .purchases = 60 * 1000,
    .sold_max = 10 * 1000 * 1000,
    .sweep_max = 100 * 1000,
};

static const struct scale quick = {
    .runs = 1,
    .rounds = 3,
    .round_seconds = 0.3,
    .trial_seconds = 0.1,
    .claims = 60 * 1000,
    .waiting = 100 * 1000,
    .purchases = 8 * 1000,
    .sold_max = 100 * 1000,
    .sweep_max = 20 * 1000,
};

static bool add_fact(struct options *options, const char *fact)
{
    if (options->facts_count == OPTION_FACTS_MAX) return false;
    options->facts[options->facts_count++] = fact;
    return true;
}

static bool read_count(const char *text, uint32_t least, uint32_t *ret_count)
{
    char *end;
    unsigned long count = strtoul(text, &end, 10);
    if (*text == '\0' || *end != '\0' || count < least || count > UINT32_MAX) return false;
    *ret_count = (uint32_t)count;
    return true;
}

enum option_key {
    SERVER = 1,
    PROGRAMS,
    SCRIPTS,
    CLUSTER,
    GATEWAY,
    FOLDER,
    RESULTS,
    PLOTS,
    ONLY,
    FACT,
    RUNS,
    SOLD,
    QUICK
};

static const struct option names[] = {
    {"server", required_argument, NULL, SERVER},   {"programs", required_argument, NULL, PROGRAMS},
    {"scripts", required_argument, NULL, SCRIPTS}, {"cluster", required_argument, NULL, CLUSTER},
    {"gateway", required_argument, NULL, GATEWAY}, {"folder", required_argument, NULL, FOLDER},
    {"results", required_argument, NULL, RESULTS}, {"plots", required_argument, NULL, PLOTS},
    {"only", required_argument, NULL, ONLY},       {"fact", required_argument, NULL, FACT},
    {"runs", required_argument, NULL, RUNS},       {"sold-max", required_argument, NULL, SOLD},
    {"quick", no_argument, NULL, QUICK},           {NULL, 0, NULL, 0},
};

static bool set(struct options *options, int key, const char *value)
{
    switch (key) {
    case SERVER:
        options->server = value;
        return true;
    case PROGRAMS:
        options->programs = value;
        return true;
    case SCRIPTS:
        options->scripts = value;
        return true;
    case CLUSTER:
        options->cluster = value;
        return true;
    case GATEWAY:
        options->gateway = value;
        return true;
    case FOLDER:
        options->folder = value;
        return true;
    case RESULTS:
        options->results = value;
        return true;
    case PLOTS:
        options->plots = value;
        return true;
    case ONLY:
        options->only = value;
        return true;
    case FACT:
        return add_fact(options, value);
    case RUNS:
        return read_count(value, 1, &options->scale.runs) && options->scale.runs <= RUNS_MAX;
    case SOLD:
        return read_count(value, SOLD_MAX_LEAST, &options->scale.sold_max);
    case QUICK:
        options->is_quick = true;
        return true;
    default:
        return false;
    }
}

/* The scale has to be known first, for other options change it. */
static bool is_quick_run(int argc, char **argv)
{
    bool is_quick = false;
    opterr = 0;
    for (int key = 0; key != -1; key = getopt_long(argc, argv, "", names, NULL))
        is_quick = is_quick || key == QUICK;
    optind = 1;
    opterr = 1;
    return is_quick;
}

bool options_parse(int argc, char **argv, struct options *ret_options)
{
    struct options options = {.only = ""};
    int key;
    options.scale = is_quick_run(argc, argv) ? quick : full;
    while ((key = getopt_long(argc, argv, "", names, NULL)) != -1) {
        if (set(&options, key, optarg)) continue;
        fprintf(stderr, "bench: a wrong option; script/bench starts me\n");
        return false;
    }
    if (options.server == NULL || options.programs == NULL || options.scripts == NULL ||
        options.gateway == NULL || options.folder == NULL || options.results == NULL ||
        options.plots == NULL) {
        fprintf(stderr, "bench: an option is missing; script/bench starts me\n");
        return false;
    }
    *ret_options = options;
    return true;
}
