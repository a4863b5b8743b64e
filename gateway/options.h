/* options.h -- What onsale-gateway is told on the command line. */
#ifndef GATEWAY_OPTIONS_H
#define GATEWAY_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "gateway/listener.h"
#include "gateway/origins.h"

struct address_list {
    size_t count;
    char urls[LISTENER_URLS_MAX][URL_BYTES];
};

struct options {
    struct address_list listen;
    struct address_list admin_listen;
    char server_url[URL_BYTES];
    char watch_url[URL_BYTES]; /* "" if there is none, as for the next */
    char admin_url[URL_BYTES];
    struct origins cors_origins;
    size_t connections_max;
    size_t connections_per_address_max;
};

enum options_outcome { OPTIONS_RUN, OPTIONS_SHOWN, OPTIONS_WRONG };

/** Reads the command line; what is left open gets its default. --help and --version are answered on
 * stdout.
 * @param ret_options  Set on OPTIONS_RUN only.
 * @return OPTIONS_RUN; OPTIONS_SHOWN: help was asked for; OPTIONS_WRONG: said why on stderr. */
enum options_outcome options_parse(int argc, char **argv, struct options *ret_options);

/** Prints what --help shows. */
void help_print(void);

#endif
