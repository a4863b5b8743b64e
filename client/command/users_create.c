/* users_create.c -- onsale admin create-users: many users, from numbers, ranges or a file. */
#include <errno.h>
#include <inttypes.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/require.h"
#include "client/command/command.h"
#include "client/command/failure.h"
#include "client/command/output.h"
#include "text/name.h"

enum {
    IN_FLIGHT_MAX = 2048, /* a batch of the writer */
    RETRIES_MAX = 100,
    PAUSE_MS = 100,
    USERS_AT_ONCE_MAX = 10 * 1000 * 1000,
};

/* Users that follow one another. */
struct user_range {
    uint64_t first;
    uint64_t last;
};

struct user_list {
    size_t count;
    struct user_range *ranges;
    uint64_t users;
};

/* --- Which users ------------------------------------------------------------------------------ */

static bool user_parse(const char *text, size_t length, uint64_t *ret_number)
{
    return number_parse(text, length, ret_number) && *ret_number >= 1 && *ret_number <= INT64_MAX;
}

/* "1001" or "1001..2000". */
static bool range_parse(const char *text, struct user_range *ret_range)
{
    const char *dots = strstr(text, "..");
    size_t length = dots == NULL ? strlen(text) : (size_t)(dots - text);
    if (!user_parse(text, length, &ret_range->first)) return false;
    ret_range->last = ret_range->first;
    if (dots != NULL && !user_parse(dots + 2, strlen(dots + 2), &ret_range->last)) return false;
    return ret_range->first <= ret_range->last;
}

static bool take_word(struct run *run, struct user_list *list, const char *where, const char *text)
{
    struct user_range range;
    if (!range_parse(text, &range))
        return run_fail(run, ONSALE_ARGUMENT_INVALID,
                        "%s'%.*s' is no number of a user, 1..9223372036854775807, and no range of "
                        "them such as 1001..2000",
                        where, text_head(text, 60), text);
    uint64_t users = range.last - range.first + 1;
    if (users > USERS_AT_ONCE_MAX || list->users + users > USERS_AT_ONCE_MAX)
        return run_fail(run, ONSALE_ARGUMENT_INVALID, "more than %d users", USERS_AT_ONCE_MAX);
    list->users += users;
    list->ranges = realloc(list->ranges, (list->count + 1) * sizeof *list->ranges);
    REQUIRE(list->ranges != NULL);
    list->ranges[list->count++] = range;
    return true;
}

/* A line each; what is behind # is for people. */
static bool take_lines(struct run *run, struct user_list *list, FILE *file)
{
    char *line = NULL;
    size_t capacity = 0, number = 0;
    bool is_taken = true;
    while (is_taken && getline(&line, &capacity, file) >= 0) {
        char where[32];
        line[strcspn(line, "#\r\n")] = '\0';
        const char *text = line + strspn(line, " \t");
        for (size_t end = strlen(line); end > 0 && (line[end - 1] == ' ' || line[end - 1] == '\t');)
            line[--end] = '\0';
        snprintf(where, sizeof where, "line %zu: ", ++number);
        if (text[0] != '\0') is_taken = take_word(run, list, where, text);
    }
    free(line);
    return is_taken;
}

static bool refuse_file(struct run *run, const char *path)
{
    return run_fail(run, ONSALE_ARGUMENT_INVALID,
                    "%.*s: %s; it is no number of a user, and no range such as 1001..2000, either",
                    text_head(path, 80), path, strerror(errno));
}

static bool take_file(struct run *run, struct user_list *list, const char *path)
{
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "re");
    if (file == NULL) return refuse_file(run, path);
    bool is_taken = take_lines(run, list, file);
    if (is_taken && ferror(file) != 0) is_taken = refuse_file(run, path);
    if (!is_stdin) fclose(file);
    return is_taken;
}

static bool take_words(struct run *run, struct user_list *list)
{
    bool is_taken = true;
    for (size_t i = 0; i < run->arguments.repeated_count && is_taken; i++) {
        const char *word = run->arguments.repeated[i];
        bool is_number = word[0] >= '0' && word[0] <= '9';
        is_taken = is_number ? take_word(run, list, "", word) : take_file(run, list, word);
    }
    return is_taken;
}

/* --- Creating them ---------------------------------------------------------------------------- */

/* A call that is under way, or to be made again, while there is a user. */
struct bulk_call {
    uint64_t user_id;
    bool is_busy;   /* the server had no room for it */
    sem_t answered; /* what follows is there */
    bool is_new;
    struct onsale_error *error; /* NULL: there is such a user now */
};

struct bulk {
    struct bulk_call calls[IN_FLIGHT_MAX];
    uint64_t created, there;
    bool has_failed;
    struct onsale_error error; /* of the first that failed; else of one to be made again */
    uint64_t failed_user;
};

static bool is_busy(const struct onsale_error *error)
{
    return onsale_status_may_retry(error->status) &&
           failure_exit_code((int)error->code) == EXIT_CODE_BUSY;
}

/* On a thread of the library. */
static void answered(void *context, const struct onsale_error *error,
                     const ProtobufCMessage *response)
{
    struct bulk_call *call = context;
    call->is_new = response != NULL &&
                   ((const Onsale__V1__CreateUserResponse *)(const void *)response)->created;
    call->error = NULL;
    if (error != NULL) {
        call->error = malloc(sizeof *error);
        REQUIRE(call->error != NULL);
        *call->error = *error;
    }
    sem_post(&call->answered);
}

static void send_call(struct run *run, struct bulk_call *call, uint64_t user_id)
{
    Onsale__V1__CreateUserRequest request = ONSALE__V1__CREATE_USER_REQUEST__INIT;
    request.user_id = call->user_id = user_id;
    call->is_busy = false;
    onsale_channel_call_async(run->channel, run->command->method, &request.base, NULL, answered,
                              call);
}

/* Waits for the answer to a call, if it is under way. Afterwards it is free or busy. */
static void take_answer(struct bulk *bulk, struct bulk_call *call)
{
    if (call->user_id == 0 || call->is_busy) return;
    while (sem_wait(&call->answered) != 0)
        continue;
    call->is_busy = call->error != NULL && is_busy(call->error);
    bulk->created += call->is_new;
    bulk->there += call->error == NULL && !call->is_new;
    if (call->error != NULL && !bulk->has_failed) {
        bulk->has_failed = !call->is_busy;
        bulk->error = *call->error;
        bulk->failed_user = call->user_id;
    }
    free(call->error);
    if (!call->is_busy) call->user_id = 0;
}

/* Waits until every call is free, and makes those again that were busy.
 * @return False if one has failed. */
static bool finish(struct run *run, struct bulk *bulk)
{
    for (int tries = 0;; tries++) {
        size_t again = 0;
        for (size_t i = 0; i < IN_FLIGHT_MAX; i++) {
            take_answer(bulk, &bulk->calls[i]);
            again += bulk->calls[i].is_busy;
        }
        if (tries == RETRIES_MAX && again > 0) bulk->has_failed = true;
        if (again == 0 || bulk->has_failed) return !bulk->has_failed;
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000L}, NULL);
        for (size_t i = 0; i < IN_FLIGHT_MAX; i++)
            if (bulk->calls[i].is_busy) send_call(run, &bulk->calls[i], bulk->calls[i].user_id);
    }
}

static void create_all(struct run *run, struct bulk *bulk, const struct user_list *list)
{
    size_t next = 0;
    for (size_t i = 0; i < list->count; i++)
        for (uint64_t user = list->ranges[i].first; user <= list->ranges[i].last; user++) {
            struct bulk_call *call = &bulk->calls[next++ % IN_FLIGHT_MAX];
            take_answer(bulk, call);
            if ((call->is_busy || bulk->has_failed) && !finish(run, bulk)) return;
            send_call(run, call, user);
        }
    finish(run, bulk);
}

static void tell(const struct run *run, const struct bulk *bulk, int64_t took_ms)
{
    if (run->json)
        json_write(json_pack("{so so}", "created", json_sprintf("%" PRIu64, bulk->created), "there",
                             json_sprintf("%" PRIu64, bulk->there)),
                   stdout);
    else
        output_line(stdout, "Created %s users in %s; %s were there already",
                    text_of_money((int64_t)bulk->created).bytes, text_of_span(took_ms).bytes,
                    text_of_money((int64_t)bulk->there).bytes);
}

static bool create_list(struct run *run, const struct user_list *list)
{
    static struct bulk bulk;
    int64_t began_ms = onsale_now_ms();
    for (size_t i = 0; i < IN_FLIGHT_MAX; i++)
        REQUIRE(sem_init(&bulk.calls[i].answered, 0, 0) == 0);
    create_all(run, &bulk, list);
    tell(run, &bulk, onsale_now_ms() - began_ms);
    if (!bulk.has_failed) return true;
    run->error = bulk.error;
    if (!run->json)
        output_line(stderr,
                    "at user %" PRIu64 ", and it is safe to repeat all of it:", bulk.failed_user);
    return false;
}

enum exit_code users_create(struct run *run)
{
    struct user_list list = {0};
    bool is_done = take_words(run, &list) && create_list(run, &list);
    free(list.ranges);
    return run_end(run, is_done);
}
