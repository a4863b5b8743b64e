/* settings.h -- The options of every command: which server, and how to print. */
#ifndef CLIENT_COMMAND_SETTINGS_H
#define CLIENT_COMMAND_SETTINGS_H

#include "client/command/arguments.h"
#include "client/command/terminal.h"
#include <onsale/channel.h>

enum { URLS_BYTES = 2048 };

/** Options of every command, ending with PARAMETER_NONE. */
extern const uint8_t global_parameters[];

struct settings {
    char server_url[URLS_BYTES]; /* a list, a url for each server, as the next two */
    char watch_url[URLS_BYTES];  /* empty: not known */
    char admin_url[URLS_BYTES];  /* empty: not known */
    uint32_t timeout_ms;
    enum onsale_read_from read_from;
    bool json;
    bool korean;
    bool colour;
};

/** Reads the settings from the arguments, the environment having been taken in already.
 * @param terminal  Where pictures go. */
bool settings_read(const struct arguments *arguments, const struct terminal *terminal,
                   struct settings *ret_settings, char ret_problem[PROBLEM_BYTES]);

#endif
