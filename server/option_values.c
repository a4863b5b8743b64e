/* option_values.c -- From the text of an option to its value. */
#include <ctype.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "server/options.h"
#include "service/log_names.h"

#define MAP_BYTES_MIN (UINT64_C(1) << 20)
#define MAP_BYTES_MAX (UINT64_C(1) << 46)

#define MEMORY_BYTES_MIN (UINT64_C(64) << 20)
#define MEMORY_BYTES_MAX (UINT64_C(1) << 40)

enum { CONNECTIONS_OPTION_MAX = 65536, IDLE_SECONDS_MAX = 86400, OWNER_BITS = S_IRUSR | S_IWUSR };

enum { SLOW_MS_MAX = 3600 * 1000 };

/* A year: as good as no limit. */
enum { LOG_KEEP_SECONDS_MIN = 10, LOG_KEEP_SECONDS_MAX = 365 * 86400 };

enum { CLOCK_JUMP_SECONDS_MAX = 365 * 86400 };

static bool fail(char *ret_problem, const char *problem)
{
    snprintf(ret_problem, OPTION_TEXT_BYTES, "%s", problem);
    return false;
}

static bool set_text(char *text, const char *value, char *ret_problem)
{
    if (strlen(value) >= OPTION_TEXT_BYTES || value[0] == '\0')
        return fail(ret_problem, "must have 1..255 characters");
    strcpy(text, value);
    return true;
}

static bool add_url(struct url_list *list, const char *value, char *ret_problem)
{
    if (strncmp(value, "ipc:///", 7) != 0 && strncmp(value, "tcp://", 6) != 0)
        return fail(ret_problem, "must be ipc:///PATH or tcp://HOST:PORT");
    if (list->count == OPTION_LIST_MAX)
        return fail(ret_problem, "is given too often: 16 times at most");
    if (!set_text(list->urls[list->count], value, ret_problem)) return false;
    list->count++;
    return true;
}

/* A number with an optional unit: K, M, G or T. */
static bool parse_number(const char *value, uint64_t *ret_number)
{
    static const char units[] = "KMGT";
    char *end;
    errno = 0;
    unsigned long long number = strtoull(value, &end, 10);
    if (errno != 0 || end == value || !isdigit((unsigned char)value[0])) return false;
    unsigned bits = 0;
    const char *unit = *end == '\0' ? NULL : strchr(units, toupper((unsigned char)*end));
    if (unit != NULL) {
        bits = 10 * (unsigned)(unit - units + 1);
        end++;
    }
    if (*end != '\0' || number > UINT64_MAX >> bits) return false;
    *ret_number = (uint64_t)number << bits;
    return true;
}

static bool set_number(uint64_t *ret_number, const char *value, uint64_t min, uint64_t max,
                       char *ret_problem)
{
    uint64_t number;
    if (!parse_number(value, &number) || number < min || number > max) {
        snprintf(ret_problem, OPTION_TEXT_BYTES, "must be a number from %llu to %llu",
                 (unsigned long long)min, (unsigned long long)max);
        return false;
    }
    *ret_number = number;
    return true;
}

static bool add_uid(struct options *options, const char *value, char *ret_problem)
{
    uint64_t uid;
    if (options->uids_count == OPTION_LIST_MAX)
        return fail(ret_problem, "is given too often: 16 times at most");
    const struct passwd *user = isdigit((unsigned char)value[0]) ? NULL : getpwnam(value);
    if (user != NULL)
        uid = user->pw_uid;
    else if (!parse_number(value, &uid) || uid >= UINT32_MAX)
        return fail(ret_problem, "must be a user of this machine, or a number");
    options->uids[options->uids_count++] = (uid_t)uid;
    return true;
}

static bool set_socket_mode(struct options *options, const char *value, char *ret_problem)
{
    char *end;
    unsigned long mode = strtoul(value, &end, 8);
    if (!isdigit((unsigned char)value[0]) || *end != '\0' || mode > ACCESSPERMS ||
        (mode & OWNER_BITS) != OWNER_BITS)
        return fail(ret_problem,
                    "must be an octal number from 0600 to 0777 that the owner can use");
    options->socket_mode = (mode_t)mode;
    return true;
}

static bool set_socket_group(struct options *options, const char *value, char *ret_problem)
{
    const struct group *group = getgrnam(value);
    if (group == NULL) return fail(ret_problem, "must be a group of this machine");
    options->has_socket_group = true;
    options->socket_group = group->gr_gid;
    return true;
}

static bool set_data(struct options *options, const char *value, char *ret_problem)
{
    return set_text(options->data, value, ret_problem);
}

static bool add_listen(struct options *options, const char *value, char *ret_problem)
{
    return add_url(&options->listen, value, ret_problem);
}

static bool add_watch(struct options *options, const char *value, char *ret_problem)
{
    return add_url(&options->watch, value, ret_problem);
}

static bool add_admin(struct options *options, const char *value, char *ret_problem)
{
    return add_url(&options->admin, value, ret_problem);
}

static bool set_map_size(struct options *options, const char *value, char *ret_problem)
{
    return set_number(&options->map_bytes, value, MAP_BYTES_MIN, MAP_BYTES_MAX, ret_problem);
}

static bool set_memory(struct options *options, const char *value, char *ret_problem)
{
    return set_number(&options->memory_bytes, value, MEMORY_BYTES_MIN, MEMORY_BYTES_MAX,
                      ret_problem);
}

static bool set_connections(struct options *options, const char *value, char *ret_problem)
{
    return set_number(&options->connections_max, value, 1, CONNECTIONS_OPTION_MAX, ret_problem);
}

static bool set_connections_per_peer(struct options *options, const char *value, char *ret_problem)
{
    return set_number(&options->connections_per_peer_max, value, 1, CONNECTIONS_OPTION_MAX,
                      ret_problem);
}

static bool set_idle_seconds(struct options *options, const char *value, char *ret_problem)
{
    return set_number(&options->idle_seconds, value, 1, IDLE_SECONDS_MAX, ret_problem);
}

static bool set_clock_jump(struct options *options, const char *value, char *ret_problem)
{
    return set_number(&options->clock_jump_max_seconds, value, 1, CLOCK_JUMP_SECONDS_MAX,
                      ret_problem);
}

static bool set_log_level(struct options *options, const char *value, char *ret_problem)
{
    return log_word_read(log_level_names, value, &options->log_level, ret_problem,
                         OPTION_TEXT_BYTES);
}

static bool set_log_format(struct options *options, const char *value, char *ret_problem)
{
    return log_word_read(log_format_names, value, &options->log_format, ret_problem,
                         OPTION_TEXT_BYTES);
}

static bool set_slow_call(struct options *options, const char *value, char *ret_problem)
{
    return set_number(&options->slow_call_ms, value, 0, SLOW_MS_MAX, ret_problem);
}

static bool set_slow_flush(struct options *options, const char *value, char *ret_problem)
{
    return set_number(&options->slow_flush_ms, value, 0, SLOW_MS_MAX, ret_problem);
}

static bool set_log(struct options *options, const char *value, char *ret_problem)
{
    if (strlen(value) >= OPTION_LOG_BYTES || value[0] == '\0')
        return fail(ret_problem, "must have 1..1023 characters");
    strcpy(options->log, value);
    return true;
}

static bool set_node(struct options *options, const char *value, char *ret_problem)
{
    return set_text(options->node, value, ret_problem);
}

static bool add_advertise(struct options *options, const char *value, char *ret_problem)
{
    return add_url(&options->advertise, value, ret_problem);
}

/* @param ret  2 for yes, 1 for no: 0 is what nobody said. */
static bool set_yes_or_no(uint64_t *ret, const char *value, char *ret_problem)
{
    bool is_yes = strcmp(value, "yes") == 0;
    if (!is_yes && strcmp(value, "no") != 0) return fail(ret_problem, "must be yes or no");
    *ret = is_yes ? 2 : 1;
    return true;
}

static bool set_follow_only(struct options *options, const char *value, char *ret_problem)
{
    return set_yes_or_no(&options->follows_only, value, ret_problem);
}

static bool set_holds_wait(struct options *options, const char *value, char *ret_problem)
{
    return set_yes_or_no(&options->holds_wait, value, ret_problem);
}

/* With less, what is trimmed could be as young as a leader that has slept, for the clocks of
 * servers differ. */
static bool set_log_keep(struct options *options, const char *value, char *ret_problem)
{
    uint64_t seconds = 0;
    if (!set_number(&seconds, value, 0, LOG_KEEP_SECONDS_MAX, ret_problem)) return false;
    if (seconds > 0 && seconds < LOG_KEEP_SECONDS_MIN)
        return fail(ret_problem, "must be 0, or 10 or more");
    options->log_keep_seconds = seconds + 1;
    return true;
}

const struct option_row option_rows[OPTION_ROWS] = {
    {"data", set_data},
    {"listen", add_listen},
    {"watch", add_watch},
    {"admin", add_admin},
    {"allow-uid", add_uid},
    {"socket-mode", set_socket_mode},
    {"socket-group", set_socket_group},
    {"map-size", set_map_size},
    {"memory", set_memory},
    {"connections", set_connections},
    {"connections-per-peer", set_connections_per_peer},
    {"idle-seconds", set_idle_seconds},
    {"clock-jump-max", set_clock_jump},
    {"log-level", set_log_level},
    {"log-format", set_log_format},
    {"slow-call-ms", set_slow_call},
    {"slow-flush-ms", set_slow_flush},
    {"log", set_log},
    {"node", set_node},
    {"advertise", add_advertise},
    {"follow-only", set_follow_only},
    {"holds-wait", set_holds_wait},
    {"log-keep-seconds", set_log_keep},
};

bool options_set(struct options *options, const char *name, const char *value, char *ret_problem)
{
    for (size_t i = 0; i < OPTION_ROWS; i++)
        if (strcmp(option_rows[i].name, name) == 0)
            return option_rows[i].set(options, value, ret_problem);
    return fail(ret_problem, "is not an option");
}
