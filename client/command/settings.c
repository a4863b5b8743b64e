#include "client/command/settings.h"

#include <stdio.h>

#include "base/url_list.h"

enum colour_choice { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

const uint8_t global_parameters[] = {
    PARAMETER_SERVER,  PARAMETER_WATCH,   PARAMETER_ADMIN,  PARAMETER_READ_FROM,
    PARAMETER_TIMEOUT, PARAMETER_JSON,    PARAMETER_KOREAN, PARAMETER_COLOR,
    PARAMETER_HELP,    PARAMETER_VERSION, PARAMETER_NONE,
};

static bool fail_too_long(char ret_problem[PROBLEM_BYTES])
{
    snprintf(ret_problem, PROBLEM_BYTES, "the URLs are longer than %d bytes", URLS_BYTES - 1);
    return false;
}

static bool urls_copy(const char *urls, char ret_urls[URLS_BYTES], char ret_problem[PROBLEM_BYTES])
{
    bool fits = snprintf(ret_urls, URLS_BYTES, "%s", urls) < URLS_BYTES;
    return fits || fail_too_long(ret_problem);
}

/* What was given, or the sockets of this name beside the servers' ipc sockets. */
static bool urls_read(const struct arguments *arguments, enum parameter_name name,
                      const char *server_urls, const char *beside, char ret_urls[URLS_BYTES],
                      char ret_problem[PROBLEM_BYTES])
{
    const char *given = arguments_text(arguments, name);
    if (given != NULL) return urls_copy(given, ret_urls, ret_problem);
    return url_list_beside(server_urls, beside, ret_urls, URLS_BYTES) || fail_too_long(ret_problem);
}

bool settings_read(const struct arguments *arguments, const struct terminal *terminal,
                   struct settings *ret_settings, char ret_problem[PROBLEM_BYTES])
{
    uint64_t colour = arguments_number(arguments, PARAMETER_COLOR, COLOUR_AUTO);
    *ret_settings = (struct settings){
        .timeout_ms = (uint32_t)arguments_number(arguments, PARAMETER_TIMEOUT, 0),
        .read_from = (enum onsale_read_from)arguments_number(arguments, PARAMETER_READ_FROM,
                                                             ONSALE_READ_FROM_LEADER),
        .json = arguments_has(arguments, PARAMETER_JSON),
        .korean = arguments_has(arguments, PARAMETER_KOREAN),
        .colour = colour == COLOUR_AUTO ? terminal->has_colour : colour == COLOUR_ALWAYS,
    };
    uint64_t seconds = arguments_number(arguments, PARAMETER_MAX_TIME, 0);
    if (seconds > 0) ret_settings->timeout_ms = (uint32_t)seconds * 1000;
    const char *given = arguments_text(arguments, PARAMETER_SERVER);
    char *url = ret_settings->server_url;
    return urls_copy(given == NULL ? SERVER_URL_DEFAULT : given, url, ret_problem) &&
           urls_read(arguments, PARAMETER_WATCH, url, "watch.sock", ret_settings->watch_url,
                     ret_problem) &&
           urls_read(arguments, PARAMETER_ADMIN, url, "admin/admin.sock", ret_settings->admin_url,
                     ret_problem);
}
