/* options.h -- What the bench is told on its command line. */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OPTION_FACTS_MAX = 32 };

/** How much is measured. */
struct scale {
    uint32_t runs;        /* through all rows */
    uint32_t rounds;      /* of every contender, in each run */
    double round_seconds; /* a round may end earlier: when the seats are used up */
    double trial_seconds; /* to find a rival's best setting */
    uint32_t claims;      /* seats of a round */
    uint32_t waiting;     /* entries in the queue while polling */
    uint32_t purchases;   /* of a round of journeys */
    uint32_t sold_max;    /* largest size of the curves over sold seats */
    uint32_t sweep_max;   /* holds that expire at once */
};

struct options {
    const char *server;                  /* path of onsaled */
    const char *programs;                /* folder of the rivals' programs */
    const char *scripts;                 /* folder of the rivals' scripts */
    const char *cluster;                 /* script/cluster; NULL: without PostgreSQL */
    const char *gateway;                 /* path of onsale-gateway */
    const char *folder;                  /* for data, sockets and logs; on a disk */
    const char *results;                 /* file for the figures */
    const char *plots;                   /* folder for the data of the plots */
    const char *only;                    /* a part of the keys of the rows wanted; "": all */
    const char *facts[OPTION_FACTS_MAX]; /* "name=value", about the machine and the versions */
    size_t facts_count;
    bool is_quick;
    struct scale scale;
};

/** @param ret_options  Set if true is returned only; its strings are borrowed from `argv`.
 * @return False if the command line is wrong: said why on stderr. */
bool options_parse(int argc, char **argv, struct options *ret_options);

#endif
