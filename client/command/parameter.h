/* parameter.h -- What may be written after a command: its arguments and options, and their values.
 */
#ifndef CLIENT_COMMAND_PARAMETER_H
#define CLIENT_COMMAND_PARAMETER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TOKEN_BYTES = 28, TOKEN_TEXT_BYTES = 2 * TOKEN_BYTES + 1, PROBLEM_BYTES = 256 };

enum parameter_kind {
    PARAMETER_TEXT,
    PARAMETER_FLAG,     /* takes no value */
    PARAMETER_NUMBER,   /* decimal, may have thousands separators: 165,000 */
    PARAMETER_DURATION, /* 1500ms, 5s, 10min, 2h */
    PARAMETER_ID,       /* UUID */
    PARAMETER_TOKEN,    /* 56 hex digits */
    PARAMETER_CHOICE,   /* one of `choices` */
};

/** An argument or an option. Its address is its identity: commands ask for values by it. */
struct parameter {
    const char *option;      /* "token" for --token; NULL for an argument, known by its place */
    const char *value;       /* how help calls the value, for example "TOKEN"; NULL for a flag */
    const char *help;        /* one line */
    const char *environment; /* variable that stands in for an option that is not given, or NULL */
    const char *choices;     /* of a CHOICE: "auto|always|never" */
    uint64_t min;            /* of a NUMBER; of a DURATION in milliseconds */
    uint64_t max;
    enum parameter_kind kind;
    bool required;
    bool repeated; /* the last argument: one or more of it */
};

/** What was written. */
struct value {
    const char *text;           /* as written; NULL: not given */
    uint64_t number;            /* of a NUMBER; milliseconds of a DURATION; place of a CHOICE */
    uint8_t bytes[TOKEN_BYTES]; /* 16 of an ID, 28 of a TOKEN */
};

/** Reads a value.
 * @param ret_value    Set if true is returned only; keeps a pointer to `text`.
 * @param ret_problem  Set if false is returned only: what is wrong, for people. */
bool value_parse(const struct parameter *parameter, const char *text, struct value *ret_value,
                 char ret_problem[PROBLEM_BYTES]);

/** Writes a token as 56 hex digits and a NUL. */
void token_print(const uint8_t token[TOKEN_BYTES], char ret_text[TOKEN_TEXT_BYTES]);

/* Parameters that several commands take. */
extern const struct parameter parameter_concert;
extern const struct parameter parameter_performance;
extern const struct parameter parameter_user;      /* --user */
extern const struct parameter parameter_user_word; /* USER, as an argument */
extern const struct parameter parameter_token;
extern const struct parameter parameter_reservation;
extern const struct parameter parameter_seats;
extern const struct parameter parameter_id;
extern const struct parameter parameter_limit;

#endif
