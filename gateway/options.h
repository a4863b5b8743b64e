/* options.h -- What onsale-gateway is told on the command line. */
#ifndef GATEWAY_OPTIONS_H
#define GATEWAY_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/listener.h"
#include "gateway/origins.h"
#include <onsale/channel.h>

enum { PATH_BYTES = 1024, URLS_BYTES = 2048 };

struct address_list {
    size_t count;
    char urls[LISTENER_URLS_MAX][URL_BYTES];
};

struct options {
    struct address_list listen;
    struct address_list admin_listen;
    struct address_list metrics_listen;
    char server_urls[URLS_BYTES]; /* a list, a url for each server, as the next two */
    char watch_urls[URLS_BYTES];  /* "" if there is none, as for the next */
    char admin_urls[URLS_BYTES];
    enum onsale_read_from read_from;
    struct origins cors_origins;
    char certificate[PATH_BYTES]; /* "" if there is none, as for all files */
    char private_key[PATH_BYTES];
    char client_authorities[PATH_BYTES];
    bool needs_client;
    char access[PATH_BYTES];
    char key_name[PATH_BYTES]; /* of --make-key */
    size_t connections_max;
    size_t connections_per_address_max;
    size_t slow_call_ms; /* 0: none is */
    uint64_t log_level;  /* enum log_level and 1 more */
    uint64_t log_format; /* likewise */
};

enum options_outcome { OPTIONS_RUN, OPTIONS_SHOWN, OPTIONS_WRONG, OPTIONS_KEY };

/** Reads the command line; what is left open gets its default. --help and --version are answered on
 * stdout.
 * @param ret_options  Set on OPTIONS_RUN only.
 * @return OPTIONS_RUN; OPTIONS_SHOWN: help was asked for; OPTIONS_WRONG: said why on stderr;
 * OPTIONS_KEY: a key is to be made, key_name is set. */
enum options_outcome options_parse(int argc, char **argv, struct options *ret_options);

/** Prints what --help shows. */
void help_print(void);

#endif
