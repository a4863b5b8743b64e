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
    bool fits = snprintf(ret_url, URL_BYTES, "%s", url) < URL_BYTES;
    if (!fits) snprintf(ret_problem, PROBLEM_BYTES, "a URL is longer than %d bytes", URL_BYTES - 1);
    return fits;
}

/* What was given, or the socket of this name in the folder of the server's ipc socket; "" if that
 * is not ipc. */
static bool url_read(const struct arguments *arguments, enum parameter_name name,
                     const char *server_url, const char *beside, char ret_url[URL_BYTES],
                     char ret_problem[PROBLEM_BYTES])
{
    char url[2 * URL_BYTES] = "";
    const char *given = arguments_text(arguments, name), *slash = strrchr(server_url, '/');
    if (given != NULL) return url_copy(given, ret_url, ret_problem);
    if (strncmp(server_url, "ipc://", 6) == 0)
        snprintf(url, sizeof url, "%.*s%s", (int)(slash + 1 - server_url), server_url, beside);
    return url_copy(url, ret_url, ret_problem);
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
    uint64_t seconds = arguments_number(arguments, PARAMETER_MAX_TIME, 0);
    if (seconds > 0) ret_settings->timeout_ms = (uint32_t)seconds * 1000;
    const char *given = arguments_text(arguments, PARAMETER_SERVER);
    char *url = ret_settings->server_url;
    return url_copy(given == NULL ? SERVER_URL_DEFAULT : given, url, ret_problem) &&
           url_read(arguments, PARAMETER_WATCH, url, "watch.sock", ret_settings->watch_url,
                    ret_problem) &&
           url_read(arguments, PARAMETER_ADMIN, url, "admin/admin.sock", ret_settings->admin_url,
                    ret_problem);
}
