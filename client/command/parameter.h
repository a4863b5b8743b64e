/* parameter.h -- The parameters of commands, which are arguments and options, and how their values
 * are read. */
#ifndef CLIENT_COMMAND_PARAMETER_H
#define CLIENT_COMMAND_PARAMETER_H

#include <onsale/id.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SERVER_URL_DEFAULT "ipc:///run/onsale/onsale.sock"

enum { TAIL_EVENTS_MAX = 100 * 1000 };
enum { TOKEN_TEXT_BYTES = 2 * ONSALE_TOKEN_BYTES + 1, PROBLEM_BYTES = 256 };

/** All there are: parameters.def. Lists of them, of uint8_t, end with PARAMETER_NONE. */
enum parameter_name {
    PARAMETER_NONE,
#define PARAMETER(name, option, value, kind, min, max, need, field, environment, help)             \
    PARAMETER_##name,
#include "client/command/parameters.def"
#undef PARAMETER
    PARAMETER_COUNT,
};

enum parameter_kind {
    KIND_TEXT,
    KIND_FLAG,     /* takes no value */
    KIND_NUMBER,   /* decimal, may have thousands separators: 165,000 */
    KIND_DURATION, /* 1500ms, 5s, 10min, 2h */
    KIND_MOMENT,   /* 2026-12-24T19:00:00+09:00, '2026-12-24 19:00', or how long ago: 10min */
    KIND_ID,       /* UUID */
    KIND_NEW_ID,   /* UUID, of what is created: made if it is not given */
    KIND_TOKEN,    /* 56 hex digits */
    KIND_CHOICE,   /* one of the words that `value` has: "on|paused" */
    KIND_HEADER,   /* "name: value" */
};

enum parameter_need {
    NEED_OPTIONAL,
    NEED_REQUIRED,
    NEED_REPEATED, /* the last argument: one or more */
    NEED_MANY,     /* an option that may be given again and again */
};

/** An argument or an option. */
struct parameter {
    const char *option; /* "token" for --token; NULL for an argument */
    const char *value;  /* how help calls the value, for example "TOKEN"; NULL for a flag */
    enum parameter_kind kind;
    uint64_t min; /* of a NUMBER; of a DURATION in milliseconds; number of the first CHOICE */
    uint64_t max;
    enum parameter_need need;
    const char *field;       /* of the request, where the value goes; NULL: the command asks */
    const char *environment; /* variable that stands in for an option that is not given, or NULL */
    const char *help;        /* one sentence or two */
};

/** By parameter_name. */
extern const struct parameter parameters[PARAMETER_COUNT];

/** Whether a command can't go without it. */
bool parameter_is_needed(const struct parameter *parameter);

/** What was written. */
struct value {
    const char *text; /* as written; NULL: not given */
    uint64_t number;  /* of a NUMBER, of a CHOICE; milliseconds of a DURATION, and since 1970 of a
                         MOMENT; 1 of a FLAG */
    uint8_t bytes[ONSALE_TOKEN_BYTES]; /* 16 of an ID, 28 of a TOKEN */
};

/** Reads a value.
 * @param ret_value    Set if true is returned only; keeps a pointer to `text`.
 * @param ret_problem  Set if false is returned only: what is wrong, for people. */
bool value_parse(const struct parameter *parameter, const char *text, struct value *ret_value,
                 char ret_problem[PROBLEM_BYTES]);

#endif
