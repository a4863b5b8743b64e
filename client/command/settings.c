#include "client/command/settings.h"

#include <stdio.h>
#include <string.h>

enum colour_choice { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

const uint8_t global_parameters[] = {
    PARAMETER_SERVER, PARAMETER_WATCH, PARAMETER_ADMIN, PARAMETER_TIMEOUT, PARAMETER_JSON,
    PARAMETER_KOREAN, PARAMETER_COLOR, PARAMETER_HELP,  PARAMETER_VERSION, PARAMETER_NONE,
};

static bool url_copy(const char *url, char ret_url[URL_BYTES], char ret_problem[PROBLEM_BYTES])
{
    if (strlen(url) >= URL_BYTES) {
        snprintf(ret_problem, PROBLEM_BYTES, "a URL is longer than %d bytes", URL_BYTES - 1);
        return false;
    }
    memcpy(ret_url, url, strlen(url) + 1);
    return true;
}

/* The socket of this name in the folder of the server's ipc socket; "" if it is not ipc. */
static bool url_beside(const char *server_url, const char *name, char ret_url[URL_BYTES],
                       char ret_problem[PROBLEM_BYTES])
{
    const char *slash = strrchr(server_url, '/');
    if (strncmp(server_url, "ipc://", 6) != 0) return url_copy("", ret_url, ret_problem);
    char url[2 * URL_BYTES];
    snprintf(url, sizeof url, "%.*s%s", (int)(slash + 1 - server_url), server_url, name);
    return url_copy(url, ret_url, ret_problem);
}

static bool read_urls(const struct arguments *arguments, struct settings *settings,
                      char ret_problem[PROBLEM_BYTES])
{
    const char *server = arguments_text(arguments, PARAMETER_SERVER);
    const char *watch = arguments_text(arguments, PARAMETER_WATCH);
    const char *admin = arguments_text(arguments, PARAMETER_ADMIN);
    if (!url_copy(server == NULL ? SERVER_URL_DEFAULT : server, settings->server_url, ret_problem))
        return false;
    const char *url = settings->server_url;
    return (watch == NULL ? url_beside(url, "watch.sock", settings->watch_url, ret_problem)
                          : url_copy(watch, settings->watch_url, ret_problem)) &&
           (admin == NULL ? url_beside(url, "admin/admin.sock", settings->admin_url, ret_problem)
                          : url_copy(admin, settings->admin_url, ret_problem));
}

bool settings_read(const struct arguments *arguments, const struct terminal *terminal,
                   struct settings *ret_settings, char ret_problem[PROBLEM_BYTES])
{
    uint64_t colour = arguments_number(arguments, PARAMETER_COLOR, COLOUR_AUTO);
    *ret_settings = (struct settings){
        .timeout_ms = (uint32_t)arguments_number(arguments, PARAMETER_TIMEOUT, 0),
        .json = arguments_has(arguments, PARAMETER_JSON),
        .korean = arguments_has(arguments, PARAMETER_KOREAN),
        .colour = colour == COLOUR_AUTO ? terminal->has_colour : colour == COLOUR_ALWAYS,
    };
    return read_urls(arguments, ret_settings, ret_problem);
}
