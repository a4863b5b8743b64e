/* command.h -- The table of commands, and one run of a command.
 *
 * A command is a row: its words, the method it calls, the parameters it takes and the view that
 * prints the answer. For most commands the row is all: the value of each parameter is put into the
 * field of the request that the parameter names, and the view prints the answer. */
#ifndef CLIENT_COMMAND_COMMAND_H
#define CLIENT_COMMAND_COMMAND_H

#include "base/arena.h"
#include "client/command/arguments.h"
#include "client/command/terminal.h"
#include "client/command/view.h"
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
    const struct command *command;
    struct arguments arguments;
    struct onsale_channel *channel;
    struct onsale_error error; /* of the call that was refused last */
    struct terminal terminal;
    struct arena arena;              /* of requests, until the run ends */
    const ProtobufCMessage *request; /* of the command's method, the last one */
    size_t answers_count;
    struct run_answer *answers; /* those that are kept */
    const char *admin_urls;     /* a list; "" if none is known */
    bool json;
    bool colour;
    uint32_t timeout_ms;         /* of --timeout: no call takes longer; 0: not given */
    uint8_t id[ONSALE_ID_BYTES]; /* of what is created */
    bool id_made;                /* by us, for want of --id */
};

enum { COMMAND_PARAMETERS_MAX = 12, COMMAND_SLOW_MS = 120 * 1000 };

enum command_trait {
    COMMAND_PLAIN,
    COMMAND_SLOW,    /* the call may take minutes: COMMAND_SLOW_MS, unless --timeout is given */
    COMMAND_GOES_ON, /* tells what happens, over restarts of the server */
    COMMAND_LOCAL,   /* asks no server: there is no channel */
};

/** One row of the table. */
struct command {
    const char *words;                     /* "queue enter" */
    const struct onsale_method *method;    /* one with pages is called by pages_list; NULL: none,
                                              execute does it all */
    uint8_t takes[COMMAND_PARAMETERS_MAX]; /* ends with PARAMETER_NONE */
    const struct view *view;               /* of the answer; NULL: print or execute prints */
    const char *summary;                   /* one line, for lists of commands */
    const char *help; /* more, for people who ask for it; NULL if there is no more */
    /** Fills in what the fields of the request do not tell by themselves; NULL if there is nothing.
     * @return False: run->error tells why. */
    bool (*fill)(struct run *run, ProtobufCMessage *request);
    /** Prints an answer for people that takes more than a view. @return As fill. */
    bool (*print)(struct run *run, const ProtobufCMessage *answer);
    /** Says how the command ends once the answer is printed; NULL: with EXIT_CODE_OK. */
    enum exit_code (*end)(struct run *run, const ProtobufCMessage *answer);
    enum exit_code (*execute)(struct run *run); /* in place of all this; NULL: run_execute */
    enum command_trait trait;
    bool asks_admin; /* calls the method on the admin socket, where it needs no token */
};

extern const struct command commands[];
extern const size_t commands_count;

/** The command that the words begin with: the longest match.
 * @param ret_words  Set if found: how many words it has.
 * @return NULL if there is none. */
const struct command *command_find(int argc, char **argv, int *ret_words);

/** Whether a command begins with all of these words. */
bool command_begins_with(const struct command *command, int argc, char **argv);

/** The words of the command, or of the group of commands, that mistyped words are nearest to.
 * @param ret_differs  Set if something is near: false if all of it was typed, and then what is
 * none.
 * @return NULL if nothing is near; valid until the next call. */
const char *command_suggest(int argc, char **argv, bool *ret_differs);

/** Makes the call of the command and prints what comes of it. */
enum exit_code run_execute(struct run *run);

/* Answers belong to the run, and live until it ends or forgets them. */

/** Makes a call.
 * @param options  NULL: those of the channel.
 * @return The answer; NULL if it was refused: run->error tells why. */
void *run_ask(struct run *run, const struct onsale_method *method, const ProtobufCMessage *request,
              const struct onsale_call_options *options);

/** Makes the call of the command. As run_ask otherwise. */
void *run_send(struct run *run, const ProtobufCMessage *request);

/** Asks for what a number names, unless its answer is there already. As run_ask otherwise.
 * @param field  Of the method's request: where the number goes. */
void *run_look_up(struct run *run, const struct onsale_method *method, const char *field,
                  uint64_t number);

/** Frees an answer; NULL is fine. */
void run_forget(struct run *run, void *answer);

/** Frees what the run has. */
void run_deinit(struct run *run);

/** Prints why the last call was refused. A refusal that leaves it open whether the call had an
 * effect tells the id that was made for it, for the repeat. */
enum exit_code run_refused(const struct run *run);

/** Makes an error of the run's own, which could not do what was asked: as if the server had
 * refused.
 * @return False. */
__attribute__((format(printf, 3, 4))) bool run_fail(struct run *run, enum onsale_status status,
                                                    const char *format, ...);

/** @return EXIT_CODE_OK if all was done; else run_refused. */
enum exit_code run_end(const struct run *run, bool is_done);

/** @return A request of the command's method, filled with what was given; it lives as long as the
 * run. */
void *run_request(struct run *run);

/** Puts values into a message's fields: those of parameters that were given. */
void run_fill(struct run *run, ProtobufCMessage *message);

/** Memory until the end of the run, zeroed. Ends the process if memory is used up. */
void *run_alloc(struct run *run, size_t count, size_t size);

/** A message that lives as long as the run. */
void *run_message(struct run *run, const ProtobufCMessageDescriptor *descriptor);

/** Prints a list that comes in pages: all of them, or as many as --limit says. */
enum exit_code pages_list(struct run *run);

/* Commands that go on; and of others, what the table has no row for. */
enum exit_code queue_wait(struct run *run);
enum exit_code events_list(struct run *run);
enum exit_code top_run(struct run *run);
enum exit_code users_create(struct run *run);
enum exit_code seats_block(struct run *run);
enum exit_code sales_export(struct run *run);
enum exit_code seat_history(struct run *run);
enum exit_code user_show(struct run *run);
enum exit_code cluster_status(struct run *run);
enum exit_code list_names(struct run *run);
enum exit_code describe_name(struct run *run);
enum exit_code call_method(struct run *run);
enum exit_code bench_run(struct run *run);

bool fill_seats(struct run *run, ProtobufCMessage *request); /* by index or name */
bool fill_user_block(struct run *run, ProtobufCMessage *request);
bool fill_policy(struct run *run, ProtobufCMessage *request);
bool fill_stop(struct run *run, ProtobufCMessage *request);
bool fill_resume(struct run *run, ProtobufCMessage *request);
bool fill_catalogue(struct run *run, ProtobufCMessage *request);
bool print_seat_map(struct run *run, const ProtobufCMessage *answer);
bool print_metrics(struct run *run, const ProtobufCMessage *answer);
enum exit_code end_import(struct run *run, const ProtobufCMessage *answer); /* with warnings */
enum exit_code end_check(struct run *run, const ProtobufCMessage *answer);

#endif
