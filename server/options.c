#include "server/options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/time.h"
#include "server/help.h"
#include "service/log_format.h"

static const char default_listen[] = "ipc:///run/onsale/onsale.sock";
static const char default_data[] = "/var/lib/onsale";

enum {
    MIB_BITS = 20,
    GIB_BITS = 30,
    DEFAULT_MEMORY_MIB = 256,
    DEFAULT_MAP_GIB = 256,
    DEFAULT_LOG_KEEP_SECONDS = 86400
};

static const struct option other_options[] = {
    {"check", required_argument, NULL, 'C'},    {"upgrade", required_argument, NULL, 'U'},
    {"restore", required_argument, NULL, 'R'},  {"dry-run", no_argument, NULL, 'n'},
    {"config", required_argument, NULL, 'c'},   {"help", no_argument, NULL, 'h'},
    {"log-init", required_argument, NULL, 'L'}, {"leave-cluster", no_argument, NULL, 'l'},
    {"version", no_argument, NULL, 'v'},        {0},
};

enum { OTHER_OPTIONS = sizeof other_options / sizeof other_options[0] };

/* Those of the table first, at the same places as there. */
static void list_options(struct option ret_options[OPTION_ROWS + OTHER_OPTIONS])
{
    for (size_t i = 0; i < OPTION_ROWS; i++)
        ret_options[i] = (struct option){option_rows[i].name, required_argument, NULL, 0};
    memcpy(ret_options + OPTION_ROWS, other_options, sizeof other_options);
}

static enum options_outcome wrong_usage(void)
{
    fprintf(stderr, "onsaled: --help tells the options\n");
    return OPTIONS_WRONG;
}

static const char *const task_names[] = {
    [TASK_CHECK] = "check", [TASK_UPGRADE] = "upgrade", [TASK_RESTORE] = "restore"};

/* They name the folder, which nothing else may. */
static bool take_task(struct options *options, enum options_task task, const char *folder)
{
    char problem[OPTION_TEXT_BYTES];
    if (options->task != TASK_SERVE || options->data[0] != '\0') {
        fprintf(stderr, "onsaled: --check DIR, --upgrade DIR, --restore BACKUP DIR or --data DIR: "
                        "one of them, once\n");
        return false;
    }
    options->task = task;
    if (options_set(options, "data", folder, problem)) return true;
    fprintf(stderr, "onsaled: the folder of --%s %s\n", task_names[task], problem);
    return false;
}

/* Of --restore: the folder is named behind it. */
static bool take_backup(struct options *options, const char *backup, const char *folder)
{
    if (folder == NULL) {
        fprintf(stderr, "onsaled: --restore BACKUP DIR: the new data folder is missing\n");
        return false;
    }
    if (strlen(backup) >= sizeof options->backup) {
        fprintf(stderr, "onsaled: --restore must have 1..255 characters\n");
        return false;
    }
    strcpy(options->backup, backup);
    return take_task(options, TASK_RESTORE, folder);
}

static bool take_log(struct options *options, const char *url)
{
    char problem[OPTION_TEXT_BYTES];
    if (options->task == TASK_SERVE && options_set(options, "log", url, problem)) {
        options->task = TASK_MAKE_LOG;
        return true;
    }
    fprintf(stderr, "onsaled: --log-init URL goes with --data DIR, or alone\n");
    return false;
}

/* @param dry_run  Whether --dry-run was given. */
static bool settle_task(struct options *options, bool dry_run)
{
    if (dry_run && options->task != TASK_UPGRADE) {
        fprintf(stderr, "onsaled: --dry-run goes with --upgrade DIR\n");
        return false;
    }
    if (dry_run) options->task = TASK_TRY_UPGRADE;
    return true;
}

static enum options_outcome parse_arguments(int argc, char **argv, struct options *options,
                                            const char **ret_config)
{
    struct option long_options[OPTION_ROWS + OTHER_OPTIONS];
    int place;
    int found;
    bool dry_run = false;
    const char *backup = NULL;
    char problem[OPTION_TEXT_BYTES];
    list_options(long_options);
    while ((found = getopt_long(argc, argv, "", long_options, &place)) != -1) {
        if (found == 'h') help_print();
        if (found == 'v') printf("onsaled %s\n", ONSALE_VERSION);
        if (found == 'h' || found == 'v') return OPTIONS_SHOWN;
        if (found == 'C' && !take_task(options, TASK_CHECK, optarg)) return OPTIONS_WRONG;
        if (found == 'U' && !take_task(options, TASK_UPGRADE, optarg)) return OPTIONS_WRONG;
        if (found == 'R') backup = optarg;
        if (found == 'n') dry_run = true;
        if (found == 'l') options->leaves_shop = true;
        if (found == 'L' && !take_log(options, optarg)) return OPTIONS_WRONG;
        if (found == 'c') *ret_config = optarg;
        if (found == '?') return wrong_usage();
        if (found == 0 && !option_rows[place].set(options, optarg, problem)) {
            fprintf(stderr, "onsaled: --%s %s\n", option_rows[place].name, problem);
            return OPTIONS_WRONG;
        }
    }
    if (backup != NULL && !take_backup(options, backup, argv[optind])) return OPTIONS_WRONG;
    if (backup != NULL) optind++;
    if (optind == argc) return settle_task(options, dry_run) ? OPTIONS_RUN : OPTIONS_WRONG;
    fprintf(stderr, "onsaled: '%s' is not an option\n", argv[optind]);
    return wrong_usage();
}

/* What the command line leaves open comes from the file. */
static void take_missing(struct options *options, const struct options *file)
{
    if (options->data[0] == '\0') memcpy(options->data, file->data, sizeof options->data);
    if (options->listen.count == 0) options->listen = file->listen;
    if (options->watch.count == 0) options->watch = file->watch;
    if (options->admin.count == 0) options->admin = file->admin;
    if (options->uids_count == 0) {
        options->uids_count = file->uids_count;
        memcpy(options->uids, file->uids, sizeof options->uids);
    }
    if (options->socket_mode == 0) options->socket_mode = file->socket_mode;
    if (!options->has_socket_group) {
        options->has_socket_group = file->has_socket_group;
        options->socket_group = file->socket_group;
    }
    if (options->map_bytes == 0) options->map_bytes = file->map_bytes;
    if (options->memory_bytes == 0) options->memory_bytes = file->memory_bytes;
    if (options->connections_max == 0) options->connections_max = file->connections_max;
    if (options->connections_per_peer_max == 0)
        options->connections_per_peer_max = file->connections_per_peer_max;
    if (options->idle_seconds == 0) options->idle_seconds = file->idle_seconds;
    if (options->clock_jump_max_seconds == 0)
        options->clock_jump_max_seconds = file->clock_jump_max_seconds;
    if (options->log[0] == '\0') memcpy(options->log, file->log, sizeof options->log);
    if (options->node[0] == '\0') memcpy(options->node, file->node, sizeof options->node);
    if (options->advertise.count == 0) options->advertise = file->advertise;
    if (options->follows_only == 0) options->follows_only = file->follows_only;
    if (options->holds_wait == 0) options->holds_wait = file->holds_wait;
    if (options->log_keep_seconds == 0) options->log_keep_seconds = file->log_keep_seconds;
    if (options->log_level == 0) options->log_level = file->log_level;
    if (options->log_format == 0) options->log_format = file->log_format;
    if (options->slow_call_ms == 0) options->slow_call_ms = file->slow_call_ms;
    if (options->slow_flush_ms == 0) options->slow_flush_ms = file->slow_flush_ms;
}

/* Beside the first ipc socket, unless the name is taken by --listen itself. */
static void place_beside(struct url_list *list, const struct url_list *listen, const char *name)
{
    if (list->count > 0 || strncmp(listen->urls[0], "ipc://", 6) != 0) return;
    size_t folder = (size_t)(strrchr(listen->urls[0], '/') - listen->urls[0]);
    if (folder + 1 + strlen(name) >= OPTION_TEXT_BYTES) return;
    snprintf(list->urls[0], OPTION_TEXT_BYTES, "%.*s/%s", (int)folder, listen->urls[0], name);
    list->count = 1;
}

static void take_defaults(struct options *options)
{
    struct options defaults = {
        .listen = {.count = 1},
        .map_bytes = (uint64_t)DEFAULT_MAP_GIB << GIB_BITS,
        .memory_bytes = (uint64_t)DEFAULT_MEMORY_MIB << MIB_BITS,
        .connections_max = CONNECTIONS_MAX,
        .connections_per_peer_max = CONNECTIONS_PER_PEER_MAX,
        .idle_seconds = CONNECTION_IDLE_MS_MAX / MS_PER_SECOND,
        .clock_jump_max_seconds = CLOCK_JUMP_MS_MAX / MS_PER_SECOND,
        .log_keep_seconds = DEFAULT_LOG_KEEP_SECONDS + 1,
        .log_level = LOG_INFO + 1,
        .log_format = LOG_TEXT + 1,
    };
    options->has_data = options->data[0] != '\0';
    gethostname(defaults.node, sizeof defaults.node - 1);
    strcpy(defaults.data, default_data);
    strcpy(defaults.listen.urls[0], default_listen);
    take_missing(options, &defaults);
    place_beside(&options->watch, &options->listen, "watch.sock");
    place_beside(&options->admin, &options->listen, "admin/admin.sock");
}

enum options_outcome options_parse(int argc, char **argv, struct options *ret_options)
{
    struct options options = {.argc = argc, .argv = argv};
    struct options file = {0};
    const char *config = NULL;
    enum options_outcome outcome = parse_arguments(argc, argv, &options, &config);
    if (outcome != OPTIONS_RUN) return outcome;
    if (config != NULL && !options_read_file(&file, config)) return OPTIONS_WRONG;
    take_missing(&options, &file);
    take_defaults(&options);
    *ret_options = options;
    return OPTIONS_RUN;
}

enum options_outcome options_parse_again(const struct options *options, struct options *ret_options)
{
    optind = 0; /* glibc's getopt begins anew */
    return options_parse(options->argc, options->argv, ret_options);
}
