/* command.h -- What a command is, and one run of it.
 *
 * A command builds a request from its arguments, makes the call, and hands the outcome to
 * run_finish, which prints the answer or the refusal and gives the exit code. */
#ifndef CLIENT_COMMAND_COMMAND_H
#define CLIENT_COMMAND_COMMAND_H

#include "client/command/arguments.h"
#include <onsale/onsale.h>

/** What a script can rely on. */
enum exit_code {
    EXIT_CODE_OK = 0,
    EXIT_CODE_INTERNAL = 1,
    EXIT_CODE_USAGE = 2,
    EXIT_CODE_NOT_FOUND = 3,
    EXIT_CODE_REFUSED = 4,
    EXIT_CODE_NOT_ALLOWED = 5,
    EXIT_CODE_BUSY = 6,
    EXIT_CODE_UNREACHABLE = 7,
    EXIT_CODE_INVALID = 8,
};

/** One run of a command. */
struct run {
    struct arguments arguments;
    struct onsale_channel *channel;
    struct onsale_error error; /* of the call that was refused last */
    bool json;
    bool colour;
    bool timeout_given;          /* by --timeout: no call takes longer */
    size_t width;                /* columns of the terminal */
    uint8_t id[ONSALE_ID_BYTES]; /* of what is created */
    bool id_made;                /* by us, for want of --id */
};

/** One row of the command table. A list of these ends with words NULL. */
struct command {
    const char *words;                         /* "queue enter" */
    const struct parameter *const *parameters; /* ends with NULL */
    const char *summary;                       /* one line, for lists of commands */
    const char *help;                          /* more, with newlines; NULL if there is no more */
    enum exit_code (*execute)(struct run *run);
};

extern const struct command queue_commands[];
extern const struct command wallet_commands[];
extern const struct command catalog_commands[];
extern const struct command reservation_commands[];
extern const struct command payment_commands[];
extern const struct command event_commands[];
extern const struct command admin_commands[];
extern const struct command policy_commands[];
extern const struct command stop_commands[];
extern const struct command health_commands[];

/** The lists above, ending with NULL. */
extern const struct command *const command_groups[];

/** The command that the words begin with: the longest match.
 * @param ret_words  Set if found: how many words it has.
 * @return NULL if there is none. */
const struct command *command_find(int argc, char **argv, int *ret_words);

/** Prints an answer for people. */
typedef void answer_printer(const struct run *run, const ProtobufCMessage *answer);

/** Prints the answer of a call (as JSON if that is wanted) and frees it, or prints the refusal.
 * @param answer  As the call set it; NULL if it was refused. */
enum exit_code run_finish(struct run *run, enum onsale_status status, void *answer,
                          answer_printer *print);

/** Reads a parameter that must be there. */
uint64_t run_number(const struct run *run, const struct parameter *parameter);
ProtobufCBinaryData run_bytes(struct run *run, const struct parameter *parameter);

/** The id that was given for --id, or a new UUIDv7. A refusal that leaves it open whether the call
 * had an effect tells a new one, for the repeat. */
ProtobufCBinaryData run_id(struct run *run);

/** @return Options of a call that may take minutes, unless --timeout says otherwise: then NULL. */
const struct onsale_call_options *run_slow_options(const struct run *run);

/** Whether an option was given. */
bool run_has(const struct run *run, const struct parameter *parameter);

#endif
