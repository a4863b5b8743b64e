#include "client/command/settings.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/limits.h"

enum { WIDTH_DEFAULT = 100, WIDTH_MIN = 40, WIDTH_MAX = 1000 };
enum colour_choice { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

#define SERVER_URL_DEFAULT "ipc:///run/onsale/onsale.sock"

static const struct parameter parameter_server = {
    .option = "server",
    .value = "URL",
    .environment = "ONSALE_SERVER",
    .help = "Main socket; " SERVER_URL_DEFAULT " if absent.",
};
static const struct parameter parameter_watch = {
    .option = "watch",
    .value = "URL",
    .environment = "ONSALE_WATCH",
    .help = "Socket of long polls; watch.sock beside an ipc server if absent.",
};
static const struct parameter parameter_admin = {
    .option = "admin",
    .value = "URL",
    .environment = "ONSALE_ADMIN",
    .help = "Administration; admin/admin.sock beside an ipc server if absent.",
};
static const struct parameter parameter_timeout = {
    .option = "timeout",
    .value = "TIME",
    .help = "Longest wait for an answer, 5s if absent; if given, also for a server to come up.",
    .kind = PARAMETER_DURATION,
    .min = 1,
    .max = CALL_TIMEOUT_MS_MAX,
};
static const struct parameter parameter_json = {
    .option = "json",
    .help = "Print JSON for programs.",
    .kind = PARAMETER_FLAG,
};
static const struct parameter parameter_korean = {
    .option = "korean",
    .help = "Ask the server for Korean messages.",
    .kind = PARAMETER_FLAG,
};
static const struct parameter parameter_color = {
    .option = "color",
    .value = "WHEN",
    .help = "auto, always or never; auto: on a terminal.",
    .kind = PARAMETER_CHOICE,
    .choices = "auto|always|never",
};
const struct parameter parameter_help = {
    .option = "help",
    .help = "Print help.",
    .kind = PARAMETER_FLAG,
};
const struct parameter parameter_version = {
    .option = "version",
    .help = "Print the version.",
    .kind = PARAMETER_FLAG,
};

const struct parameter *const global_parameters[] = {
    &parameter_server, &parameter_watch, &parameter_admin, &parameter_timeout, &parameter_json,
    &parameter_korean, &parameter_color, &parameter_help,  &parameter_version, NULL,
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
    const char *server = arguments_text(arguments, &parameter_server);
    const char *watch = arguments_text(arguments, &parameter_watch);
    const char *admin = arguments_text(arguments, &parameter_admin);
    if (!url_copy(server == NULL ? SERVER_URL_DEFAULT : server, settings->server_url, ret_problem))
        return false;
    const char *url = settings->server_url;
    return (watch == NULL ? url_beside(url, "watch.sock", settings->watch_url, ret_problem)
                          : url_copy(watch, settings->watch_url, ret_problem)) &&
           (admin == NULL ? url_beside(url, "admin/admin.sock", settings->admin_url, ret_problem)
                          : url_copy(admin, settings->admin_url, ret_problem));
}

static bool wants_colour(const struct arguments *arguments, FILE *terminal)
{
    switch ((enum colour_choice)arguments_number(arguments, &parameter_color, COLOUR_AUTO)) {
    case COLOUR_ALWAYS:
        return true;
    case COLOUR_NEVER:
        return false;
    case COLOUR_AUTO:
        break;
    }
    const char *refused = getenv("NO_COLOR"); /* https://no-color.org */
    return isatty(fileno(terminal)) && (refused == NULL || refused[0] == '\0');
}

static size_t width_of(FILE *terminal)
{
    const char *columns = getenv("COLUMNS");
    struct winsize size;
    unsigned long width = columns == NULL ? 0 : strtoul(columns, NULL, 10);
    if (width == 0 && ioctl(fileno(terminal), TIOCGWINSZ, &size) == 0) width = size.ws_col;
    if (width == 0) return WIDTH_DEFAULT;
    return width < WIDTH_MIN ? WIDTH_MIN : width > WIDTH_MAX ? WIDTH_MAX : width;
}

bool settings_read(const struct arguments *arguments, FILE *terminal, struct settings *ret_settings,
                   char ret_problem[PROBLEM_BYTES])
{
    *ret_settings = (struct settings){
        .timeout_ms = (uint32_t)arguments_number(arguments, &parameter_timeout, 0),
        .json = arguments_find(arguments, &parameter_json) != NULL,
        .korean = arguments_find(arguments, &parameter_korean) != NULL,
        .colour = wants_colour(arguments, terminal),
        .width = width_of(terminal),
    };
    return read_urls(arguments, ret_settings, ret_problem);
}
