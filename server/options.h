/* options.h -- The options of onsaled, from the command line and the configuration file. */
#ifndef SERVER_OPTIONS_H
#define SERVER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { OPTION_LIST_MAX = 16, OPTION_TEXT_BYTES = 256, OPTION_LOG_BYTES = 1024 };

struct url_list {
    size_t count;
    char urls[OPTION_LIST_MAX][OPTION_TEXT_BYTES];
};

/** What the process is for. */
enum options_task {
    TASK_SERVE,
    TASK_CHECK,
    TASK_UPGRADE,
    TASK_TRY_UPGRADE,
    TASK_RESTORE,
    TASK_MAKE_LOG
};

struct options {
    enum options_task task;
    char data[OPTION_TEXT_BYTES];
    char backup[OPTION_TEXT_BYTES]; /* to be restored to data */
    struct url_list listen;
    struct url_list watch;
    struct url_list admin;
    size_t uids_count;
    uid_t uids[OPTION_LIST_MAX];
    mode_t socket_mode; /* of ipc sockets but those of administration; 0: by what is named */
    bool has_socket_group;
    gid_t socket_group;
    uint64_t map_bytes;
    uint64_t memory_bytes;
    uint64_t connections_max;
    uint64_t connections_per_peer_max;
    uint64_t idle_seconds;
    uint64_t clock_jump_max_seconds;
    uint64_t log_level;           /* enum log_level and 1 more; 0: not said */
    uint64_t log_format;          /* likewise */
    uint64_t slow_call_ms;        /* 0: none is */
    uint64_t slow_flush_ms;       /* likewise */
    char log[OPTION_LOG_BYTES];   /* of a shop on several machines: its URL; empty: on one */
    char node[OPTION_TEXT_BYTES]; /* how this server is called */
    struct url_list advertise;    /* where others find it when it leads; empty: as it listens */
    uint64_t follows_only;        /* 1: no, 2: yes; 0: not said */
    uint64_t holds_wait;          /* whether holds wait: likewise */
    uint64_t log_keep_seconds;    /* and 1 more; 0: not said */
    bool leaves_shop;             /* the folder becomes that of a shop on one machine */
    bool has_data;                /* data was said, and is not the default */
    int argc;                     /* what it was made of, to be read again */
    char **argv;
};

enum options_outcome { OPTIONS_RUN, OPTIONS_SHOWN, OPTIONS_WRONG };

/** Reads the command line, and the file that --config names; the command line wins. What is left
 * open gets its default. --help and --version are answered on stdout.
 *
 * @param ret_options  Set on OPTIONS_RUN only.
 * @return OPTIONS_RUN; OPTIONS_SHOWN: help was asked for; OPTIONS_WRONG: said why on stderr. */
enum options_outcome options_parse(int argc, char **argv, struct options *ret_options);

/** Reads the command line that options were made of, and its file, once more. One thread.
 * @param ret_options  Set on OPTIONS_RUN only.
 * @return As options_parse. */
enum options_outcome options_parse_again(const struct options *options,
                                         struct options *ret_options);

/** An option with a value: on the command line as --name, in the file as name = value. */
struct option_row {
    const char *name;
    /** @param ret_problem  On failure, what is wrong with the value; OPTION_TEXT_BYTES. */
    bool (*set)(struct options *options, const char *value, char *ret_problem);
};

enum { OPTION_ROWS = 23 };

extern const struct option_row option_rows[OPTION_ROWS];

/** Reads a configuration file. @return False if it said on stderr what is wrong where. */
bool options_read_file(struct options *options, const char *path);

/** Sets one option by its name.
 * @param ret_problem  On failure, what is wrong with the value; a buffer of OPTION_TEXT_BYTES.
 * @return False if there is no such option or the value is not valid. */
bool options_set(struct options *options, const char *name, const char *value, char *ret_problem);

#endif
