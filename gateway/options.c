#include "gateway/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/url_list.h"
#include "gateway/http_limits.h"
#include "service/log_format.h"
#include "service/log_names.h"

enum { PROBLEM_BYTES = 128, CONNECTIONS_OPTION_MAX = 1000 * 1000, SLOW_MS_MAX = 3600 * 1000 };

static const char default_listen[] = "http://127.0.0.1:8080";
static const char default_server[] = "ipc:///run/onsale/onsale.sock";

/* --- Values ------------------------------------------------------------------------------------
 */

static bool fail(char *ret_problem, const char *problem)
{
    snprintf(ret_problem, PROBLEM_BYTES, "%s", problem);
    return false;
}

static bool set_url(char *url, const char *value, char *ret_problem)
{
    if (strlen(value) >= URL_BYTES || value[0] == '\0')
        return fail(ret_problem, "must have 1..255 characters");
    strcpy(url, value);
    return true;
}

static bool add_address(struct address_list *list, const char *value, char *ret_problem)
{
    if (strncmp(value, "http://", 7) != 0 && !address_is_encrypted(value))
        return fail(ret_problem, "must be http://HOST:PORT or https://HOST:PORT");
    if (list->count == LISTENER_URLS_MAX)
        return fail(ret_problem, "is given too often: 8 times at most");
    if (!set_url(list->urls[list->count], value, ret_problem)) return false;
    list->count++;
    return true;
}

static bool set_server_urls(char *urls, const char *value, char *ret_problem)
{
    for (const char *url = value, *comma; url != NULL; url = comma == NULL ? NULL : comma + 1) {
        comma = strchr(url, ',');
        if (strncmp(url, "ipc:///", 7) != 0 && strncmp(url, "tcp://", 6) != 0)
            return fail(ret_problem, "must be ipc:///PATH or tcp://HOST:PORT, or several of them "
                                     "with commas");
    }
    if (strlen(value) >= URLS_BYTES) return fail(ret_problem, "is longer than 2047 characters");
    strcpy(urls, value);
    return true;
}

static bool set_number(size_t *ret_number, const char *value, size_t min, size_t max,
                       char *ret_problem)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(value, &end, 10);
    if (errno != 0 || *end != '\0' || strspn(value, "0123456789") == 0 || number < min ||
        number > max) {
        snprintf(ret_problem, PROBLEM_BYTES, "must be a number from %zu to %zu", min, max);
        return false;
    }
    *ret_number = (size_t)number;
    return true;
}

/* --- Options -----------------------------------------------------------------------------------
 */

static bool add_listen(struct options *options, const char *value, char *ret_problem)
{
    return add_address(&options->listen, value, ret_problem);
}

static bool add_admin_listen(struct options *options, const char *value, char *ret_problem)
{
    return add_address(&options->admin_listen, value, ret_problem);
}

static bool add_metrics_listen(struct options *options, const char *value, char *ret_problem)
{
    return add_address(&options->metrics_listen, value, ret_problem);
}

static bool set_server(struct options *options, const char *value, char *ret_problem)
{
    return set_server_urls(options->server_urls, value, ret_problem);
}

static bool set_watch(struct options *options, const char *value, char *ret_problem)
{
    return set_server_urls(options->watch_urls, value, ret_problem);
}

static bool set_admin(struct options *options, const char *value, char *ret_problem)
{
    return set_server_urls(options->admin_urls, value, ret_problem);
}

static bool set_read_from(struct options *options, const char *value, char *ret_problem)
{
    bool is_nearest = strcmp(value, "nearest") == 0;
    options->read_from = is_nearest ? ONSALE_READ_FROM_NEAREST : ONSALE_READ_FROM_LEADER;
    return is_nearest || strcmp(value, "leader") == 0 ||
           fail(ret_problem, "must be leader or nearest");
}

static bool add_cors_origin(struct options *options, const char *value, char *ret_problem)
{
    const char *problem = origins_add(&options->cors_origins, value);
    return problem == NULL || fail(ret_problem, problem);
}

static bool set_connections(struct options *options, const char *value, char *ret_problem)
{
    return set_number(&options->connections_max, value, 1, CONNECTIONS_OPTION_MAX, ret_problem);
}

static bool set_connections_per_address(struct options *options, const char *value,
                                        char *ret_problem)
{
    return set_number(&options->connections_per_address_max, value, 1, CONNECTIONS_OPTION_MAX,
                      ret_problem);
}

static bool set_slow_call(struct options *options, const char *value, char *ret_problem)
{
    return set_number(&options->slow_call_ms, value, 0, SLOW_MS_MAX, ret_problem);
}

static bool set_log_level(struct options *options, const char *value, char *ret_problem)
{
    return log_word_read(log_level_names, value, &options->log_level, ret_problem, PROBLEM_BYTES);
}

static bool set_log_format(struct options *options, const char *value, char *ret_problem)
{
    return log_word_read(log_format_names, value, &options->log_format, ret_problem, PROBLEM_BYTES);
}

static bool set_path(char *path, const char *value, char *ret_problem)
{
    if (strlen(value) >= PATH_BYTES || value[0] == '\0')
        return fail(ret_problem, "must have 1..1023 characters");
    strcpy(path, value);
    return true;
}

static bool set_certificate(struct options *options, const char *value, char *ret_problem)
{
    return set_path(options->certificate, value, ret_problem);
}

static bool set_private_key(struct options *options, const char *value, char *ret_problem)
{
    return set_path(options->private_key, value, ret_problem);
}

static bool set_client_authorities(struct options *options, const char *value, char *ret_problem)
{
    return set_path(options->client_authorities, value, ret_problem);
}

static bool set_access(struct options *options, const char *value, char *ret_problem)
{
    return set_path(options->access, value, ret_problem);
}

struct option_row {
    const char *name;
    /** @param ret_problem  On failure, what is wrong with the value; PROBLEM_BYTES. */
    bool (*set)(struct options *options, const char *value, char *ret_problem);
};

static const struct option_row option_rows[] = {
    {"listen", add_listen},
    {"admin-listen", add_admin_listen},
    {"metrics-listen", add_metrics_listen},
    {"server", set_server},
    {"watch", set_watch},
    {"admin", set_admin},
    {"read-from", set_read_from},
    {"cors-origin", add_cors_origin},
    {"certificate", set_certificate},
    {"private-key", set_private_key},
    {"client-ca", set_client_authorities},
    {"access", set_access},
    {"log-level", set_log_level},
    {"log-format", set_log_format},
    {"slow-call-ms", set_slow_call},
    {"connections", set_connections},
    {"connections-per-address", set_connections_per_address},
};

enum { OPTION_ROWS = sizeof option_rows / sizeof option_rows[0] };

static const struct option other_options[] = {
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'v'},
    {"require-certificate", no_argument, NULL, 'c'},
    {"make-key", required_argument, NULL, 'k'},
    {0},
};

enum { OTHER_OPTIONS = sizeof other_options / sizeof other_options[0] };

static enum options_outcome wrong_usage(void)
{
    fprintf(stderr, "onsale-gateway: --help tells the options\n");
    return OPTIONS_WRONG;
}

/* Those of the table first, at the same places as there. */
static void list_options(struct option ret_options[OPTION_ROWS + OTHER_OPTIONS])
{
    for (size_t i = 0; i < OPTION_ROWS; i++)
        ret_options[i] = (struct option){option_rows[i].name, required_argument, NULL, 0};
    memcpy(ret_options + OPTION_ROWS, other_options, sizeof other_options);
}

static enum options_outcome take_key_name(struct options *options, const char *name)
{
    char problem[PROBLEM_BYTES];
    if (set_path(options->key_name, name, problem)) return OPTIONS_KEY;
    fprintf(stderr, "onsale-gateway: --make-key %s\n", problem);
    return OPTIONS_WRONG;
}

static enum options_outcome parse_arguments(int argc, char **argv, struct options *options)
{
    struct option long_options[OPTION_ROWS + OTHER_OPTIONS];
    char problem[PROBLEM_BYTES];
    int place, found;
    list_options(long_options);
    while ((found = getopt_long(argc, argv, "", long_options, &place)) != -1) {
        if (found == 'h') help_print();
        if (found == 'v') printf("onsale-gateway %s\n", ONSALE_VERSION);
        if (found == 'h' || found == 'v') return OPTIONS_SHOWN;
        if (found == 'k') return take_key_name(options, optarg);
        if (found == 'c') options->needs_client = true;
        if (found == 'c') continue;
        if (found != 0) return wrong_usage();
        if (!option_rows[place].set(options, optarg, problem)) {
            fprintf(stderr, "onsale-gateway: --%s %s\n", option_rows[place].name, problem);
            return OPTIONS_WRONG;
        }
    }
    if (optind == argc) return OPTIONS_RUN;
    fprintf(stderr, "onsale-gateway: '%s' is not an option\n", argv[optind]);
    return wrong_usage();
}

static bool lacks_some(const char *urls)
{
    size_t length = strlen(urls);
    return urls[0] == ',' || strstr(urls, ",,") != NULL || (length > 0 && urls[length - 1] == ',');
}

/* Beside the servers' ipc sockets, as onsaled puts them there; for all servers or for none. */
static void place_beside(char *urls, const char *server_urls, const char *name)
{
    if (urls[0] != '\0') return;
    bool fits = url_list_beside(server_urls, name, urls, URLS_BYTES);
    if (!fits || lacks_some(urls)) urls[0] = '\0';
}

static void take_defaults(struct options *options)
{
    if (options->listen.count + options->admin_listen.count + options->metrics_listen.count == 0) {
        strcpy(options->listen.urls[0], default_listen);
        options->listen.count = 1;
    }
    if (options->server_urls[0] == '\0') strcpy(options->server_urls, default_server);
    place_beside(options->watch_urls, options->server_urls, "watch.sock");
    place_beside(options->admin_urls, options->server_urls, "admin/admin.sock");
    if (options->log_level == 0) options->log_level = LOG_INFO + 1;
    if (options->log_format == 0) options->log_format = LOG_TEXT + 1;
    if (options->connections_max == 0) options->connections_max = HTTP_CONNECTIONS_MAX;
    if (options->connections_per_address_max == 0)
        options->connections_per_address_max = HTTP_CONNECTIONS_PER_ADDRESS_MAX;
}

static bool has_encrypted(const struct address_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (address_is_encrypted(list->urls[i])) return true;
    return false;
}

/* Administration is for this machine alone, or behind certificates whose names have a role. */
static bool is_open_to_all(const struct address_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (!address_is_encrypted(list->urls[i]) && !address_is_local(list->urls[i])) return true;
    return false;
}

/* @return What protects less than it seems to; NULL: nothing does. */
static const char *find_open_door(const struct options *options)
{
    bool has_certificate = options->certificate[0] != '\0';
    bool has_authorities = options->client_authorities[0] != '\0';
    bool admin_is_encrypted = has_encrypted(&options->admin_listen);
    if (has_certificate != (options->private_key[0] != '\0'))
        return "--certificate and --private-key go together";
    if (!has_certificate && (admin_is_encrypted || has_encrypted(&options->listen) ||
                             has_encrypted(&options->metrics_listen)))
        return "https:// needs --certificate and --private-key";
    if (options->needs_client && !has_authorities) return "--require-certificate needs --client-ca";
    if (has_authorities && !has_certificate) return "--client-ca needs --certificate";
    if (is_open_to_all(&options->admin_listen))
        return "--admin-listen beyond this machine needs https://";
    if (admin_is_encrypted && (!has_authorities || options->access[0] == '\0'))
        return "--admin-listen https:// needs --client-ca and --access";
    return NULL;
}

enum options_outcome options_parse(int argc, char **argv, struct options *ret_options)
{
    struct options options = {0};
    enum options_outcome outcome = parse_arguments(argc, argv, &options);
    if (outcome == OPTIONS_KEY) *ret_options = options;
    if (outcome != OPTIONS_RUN) return outcome;
    take_defaults(&options);
    bool asks_admin = options.admin_listen.count > 0 || options.metrics_listen.count > 0;
    if (asks_admin && options.admin_urls[0] == '\0') {
        fprintf(stderr, "onsale-gateway: --%s needs --admin URL\n",
                options.admin_listen.count > 0 ? "admin-listen" : "metrics-listen");
        return OPTIONS_WRONG;
    }
    const char *problem = find_open_door(&options);
    if (problem != NULL) {
        fprintf(stderr, "onsale-gateway: %s\n", problem);
        return OPTIONS_WRONG;
    }
    *ret_options = options;
    return OPTIONS_RUN;
}
