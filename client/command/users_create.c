/* users_create.c -- onsale admin create-users: many users, from numbers, ranges or a file. */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/require.h"
#include "client/command/command.h"
#include "client/command/failure.h"
#include "client/command/json.h"
#include "client/command/output.h"
#include "client/command/text.h"
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

static bool list_add(struct user_list *list, const struct user_range *range)
{
    uint64_t users = range->last - range->first + 1;
    if (users > USERS_AT_ONCE_MAX || list->users + users > USERS_AT_ONCE_MAX) return false;
    list->ranges = realloc(list->ranges, (list->count + 1) * sizeof *list->ranges);
    REQUIRE(list->ranges != NULL);
    list->ranges[list->count++] = *range;
    list->users += users;
    return true;
}

static bool take_word(struct run *run, struct user_list *list, const char *where, const char *text)
{
    struct user_range range;
    if (!range_parse(text, &range))
        return run_fail(run, ONSALE_ARGUMENT_INVALID,
                        "%s'%.*s' is no number of a user, 1..9223372036854775807, and no range of "
                        "them such as 1001..2000",
                        where, text_head(text, 60), text);
    return list_add(list, &range) ||
           run_fail(run, ONSALE_ARGUMENT_INVALID, "more than %d users", USERS_AT_ONCE_MAX);
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

struct bulk;

struct bulk_call {
    struct bulk *bulk;
    uint64_t user_id;
};

/* Every call is free, under way, or to be made again. */
struct bulk {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t free_count;
    struct bulk_call *free_calls[IN_FLIGHT_MAX];
    struct bulk_call calls[IN_FLIGHT_MAX];
    size_t again_count;
    struct bulk_call *again[IN_FLIGHT_MAX]; /* those that the server had no room for */
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

static void take_error(struct bulk *bulk, const struct bulk_call *call,
                       const struct onsale_error *error)
{
    if (bulk->has_failed) return;
    bulk->has_failed = !is_busy(error);
    bulk->error = *error;
    bulk->failed_user = call->user_id;
}

static void ended(void *context, const struct onsale_error *error, const ProtobufCMessage *response)
{
    struct bulk_call *call = context;
    struct bulk *bulk = call->bulk;
    pthread_mutex_lock(&bulk->lock);
    if (error == NULL) {
        bool is_new = ((const Onsale__V1__CreateUserResponse *)(const void *)response)->created;
        bulk->created += is_new;
        bulk->there += !is_new;
    } else {
        take_error(bulk, call, error);
    }
    if (error != NULL && is_busy(error))
        bulk->again[bulk->again_count++] = call;
    else
        bulk->free_calls[bulk->free_count++] = call;
    pthread_cond_signal(&bulk->changed);
    pthread_mutex_unlock(&bulk->lock);
}

static void send_call(struct run *run, struct bulk_call *call)
{
    Onsale__V1__CreateUserRequest request = ONSALE__V1__CREATE_USER_REQUEST__INIT;
    request.user_id = call->user_id;
    onsale_channel_call_async(run->channel, run->command->method, &request.base, NULL, ended, call);
}

/* @return False, without a call, if others are to be made again before, or one has failed. */
static bool create(struct run *run, struct bulk *bulk, uint64_t user_id)
{
    pthread_mutex_lock(&bulk->lock);
    while (bulk->free_count == 0 && bulk->again_count == 0)
        pthread_cond_wait(&bulk->changed, &bulk->lock);
    bool goes_on = bulk->again_count == 0 && !bulk->has_failed;
    struct bulk_call *call = goes_on ? bulk->free_calls[--bulk->free_count] : NULL;
    pthread_mutex_unlock(&bulk->lock);
    if (!goes_on) return false;
    call->user_id = user_id;
    send_call(run, call);
    return true;
}

/* Waits until no call is under way. @return How many are to be made again; 0 if one has failed. */
static size_t take_again(struct bulk *bulk, struct bulk_call *ret_calls[IN_FLIGHT_MAX])
{
    pthread_mutex_lock(&bulk->lock);
    while (bulk->free_count + bulk->again_count < IN_FLIGHT_MAX)
        pthread_cond_wait(&bulk->changed, &bulk->lock);
    size_t count = bulk->has_failed ? 0 : bulk->again_count;
    memcpy(ret_calls, bulk->again, count * sizeof *ret_calls);
    bulk->again_count -= count;
    pthread_mutex_unlock(&bulk->lock);
    return count;
}

/* No call is under way afterwards. @return False if one has failed. */
static bool create_again(struct run *run, struct bulk *bulk)
{
    static struct bulk_call *calls[IN_FLIGHT_MAX];
    size_t count;
    for (int tries = 0; (count = take_again(bulk, calls)) > 0; tries++) {
        if (tries == RETRIES_MAX) {
            bulk->has_failed = true;
            return false;
        }
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000L}, NULL);
        for (size_t i = 0; i < count; i++)
            send_call(run, calls[i]);
    }
    return !bulk->has_failed;
}

static void create_all(struct run *run, struct bulk *bulk, const struct user_list *list)
{
    bool goes_on = true;
    for (size_t i = 0; i < list->count && goes_on; i++)
        for (uint64_t user = list->ranges[i].first; user <= list->ranges[i].last && goes_on;)
            if (create(run, bulk, user))
                user++;
            else
                goes_on = create_again(run, bulk);
    if (goes_on) create_again(run, bulk);
}

static void bulk_init(struct bulk *bulk)
{
    *bulk = (struct bulk){.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    for (size_t i = 0; i < IN_FLIGHT_MAX; i++) {
        bulk->calls[i].bulk = bulk;
        bulk->free_calls[bulk->free_count++] = &bulk->calls[i];
    }
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
    bulk_init(&bulk);
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
