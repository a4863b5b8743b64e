/* settings.h -- The global options: which server, and how to print. */
#ifndef CLIENT_COMMAND_SETTINGS_H
#define CLIENT_COMMAND_SETTINGS_H

#include <stdio.h>

#include "client/command/arguments.h"

enum { URL_BYTES = 256 };

/** All of them, ending with NULL. */
extern const struct parameter *const global_parameters[];

extern const struct parameter parameter_help;
extern const struct parameter parameter_version;

struct settings {
    char server_url[URL_BYTES];
    char watch_url[URL_BYTES]; /* empty: not known */
    char admin_url[URL_BYTES]; /* empty: not known */
    uint32_t timeout_ms;
    bool json;
    bool korean;
    bool colour;
    size_t width; /* columns of the terminal */
};

/** Reads the settings from the arguments, the environment having been taken in already.
 * @param terminal  Where pictures go: says whether there is colour, and how wide. */
bool settings_read(const struct arguments *arguments, FILE *terminal, struct settings *ret_settings,
                   char ret_problem[PROBLEM_BYTES]);

#endif
