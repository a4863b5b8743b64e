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

static enum onsale_status refuse_word(struct run *run, const char *where, const char *text)
{
    failure_make(&run->error, ONSALE_ARGUMENT_INVALID,
                 "%s'%.*s' is no number of a user, 1..9223372036854775807, and no range of them "
                 "such as 1001..2000",
                 where, text_head(text, 60), text);
    return ONSALE_ARGUMENT_INVALID;
}

static enum onsale_status refuse_number(struct run *run)
{
    failure_make(&run->error, ONSALE_ARGUMENT_INVALID, "more than %d users", USERS_AT_ONCE_MAX);
    return ONSALE_ARGUMENT_INVALID;
}

static enum onsale_status take_word(struct run *run, struct user_list *list, const char *where,
                                    const char *text)
{
    struct user_range range;
    if (!range_parse(text, &range)) return refuse_word(run, where, text);
    return list_add(list, &range) ? ONSALE_OK : refuse_number(run);
}

/* A line each; what is behind # is for people. */
static enum onsale_status take_lines(struct run *run, struct user_list *list, FILE *file)
{
    char *line = NULL;
    size_t capacity = 0, number = 0;
    enum onsale_status status = ONSALE_OK;
    while (status == ONSALE_OK && getline(&line, &capacity, file) >= 0) {
        char where[32];
        line[strcspn(line, "#\r\n")] = '\0';
        const char *text = line + strspn(line, " \t");
        for (size_t end = strlen(line); end > 0 && (line[end - 1] == ' ' || line[end - 1] == '\t');)
            line[--end] = '\0';
        snprintf(where, sizeof where, "line %zu: ", ++number);
        if (text[0] != '\0') status = take_word(run, list, where, text);
    }
    free(line);
    return status;
}

static enum onsale_status take_file(struct run *run, struct user_list *list, const char *path)
{
    if (strcmp(path, "-") == 0) return take_lines(run, list, stdin);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        failure_make(&run->error, ONSALE_ARGUMENT_INVALID,
                     "%.*s: %s; it is no number of a user, and no range such as 1001..2000, either",
                     text_head(path, 80), path, strerror(errno));
        return ONSALE_ARGUMENT_INVALID;
    }
    enum onsale_status status = take_lines(run, list, file);
    fclose(file);
    return status;
}

static enum onsale_status take_words(struct run *run, struct user_list *list)
{
    enum onsale_status status = ONSALE_OK;
    for (size_t i = 0; i < run->arguments.repeated_count && status == ONSALE_OK; i++) {
        const char *word = run->arguments.repeated[i];
        bool is_number = word[0] >= '0' && word[0] <= '9';
        status = is_number ? take_word(run, list, "", word) : take_file(run, list, word);
    }
    return status;
}

/* --- Creating them ---------------------------------------------------------------------------- */

struct bulk;

struct bulk_call {
    struct bulk *bulk;
    uint64_t user_id;
};

/* Calls under way, and what came of those that have ended. */
struct bulk {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t free_count;
    struct bulk_call *free_calls[IN_FLIGHT_MAX];
    struct bulk_call calls[IN_FLIGHT_MAX];
    size_t again_count;
    uint64_t again[IN_FLIGHT_MAX]; /* users whose call may succeed later */
    uint64_t created, there;
    bool has_failed;
    struct onsale_error error; /* of the first that failed */
    uint64_t failed_user;
};

static void ended(void *context, const struct onsale_error *error, const ProtobufCMessage *response)
{
    struct bulk_call *call = context;
    struct bulk *bulk = call->bulk;
    pthread_mutex_lock(&bulk->lock);
    if (error == NULL) {
        bool is_new = ((const Onsale__V1__CreateUserResponse *)(const void *)response)->created;
        bulk->created += is_new;
        bulk->there += !is_new;
    } else if (onsale_status_may_retry(error->status) && bulk->again_count < IN_FLIGHT_MAX) {
        bulk->again[bulk->again_count++] = call->user_id;
    } else if (!bulk->has_failed) {
        bulk->has_failed = true;
        bulk->error = *error;
        bulk->failed_user = call->user_id;
    }
    bulk->free_calls[bulk->free_count++] = call;
    pthread_cond_signal(&bulk->changed);
    pthread_mutex_unlock(&bulk->lock);
}

/* @return False if one has failed. */
static bool create(struct run *run, struct bulk *bulk, uint64_t user_id)
{
    Onsale__V1__CreateUserRequest request = ONSALE__V1__CREATE_USER_REQUEST__INIT;
    pthread_mutex_lock(&bulk->lock);
    while (bulk->free_count == 0)
        pthread_cond_wait(&bulk->changed, &bulk->lock);
    struct bulk_call *call = bulk->free_calls[--bulk->free_count];
    bool has_failed = bulk->has_failed;
    if (has_failed) bulk->free_calls[bulk->free_count++] = call;
    pthread_mutex_unlock(&bulk->lock);
    if (has_failed) return false;
    call->user_id = request.user_id = user_id;
    onsale_channel_call_async(run->channel, run->command->method, &request.base, NULL, ended, call);
    return true;
}

static void wait_for_all(struct bulk *bulk)
{
    pthread_mutex_lock(&bulk->lock);
    while (bulk->free_count < IN_FLIGHT_MAX)
        pthread_cond_wait(&bulk->changed, &bulk->lock);
    pthread_mutex_unlock(&bulk->lock);
}

/* Those that came when the server had no room for them. */
static void create_again(struct run *run, struct bulk *bulk)
{
    static uint64_t users[IN_FLIGHT_MAX];
    wait_for_all(bulk);
    for (int tries = 0; bulk->again_count > 0 && !bulk->has_failed; tries++) {
        size_t count = bulk->again_count;
        memcpy(users, bulk->again, count * sizeof *users);
        bulk->again_count = 0;
        if (tries == RETRIES_MAX) {
            failure_make(&bulk->error, ONSALE_WRITER_BUSY, "the server has no room for it");
            bulk->has_failed = true;
            bulk->failed_user = users[0];
            return;
        }
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000L}, NULL);
        for (size_t i = 0; i < count && create(run, bulk, users[i]); i++)
            continue;
        wait_for_all(bulk);
    }
}

static void create_all(struct run *run, struct bulk *bulk, const struct user_list *list)
{
    uint64_t sent = 0;
    for (size_t i = 0; i < list->count && !bulk->has_failed; i++)
        for (uint64_t user = list->ranges[i].first; user <= list->ranges[i].last; user++) {
            if (!create(run, bulk, user)) break;
            if (++sent % (IN_FLIGHT_MAX / 2) == 0 && bulk->again_count > 0) create_again(run, bulk);
        }
    create_again(run, bulk);
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
    if (run->json) {
        char created[24], there[24];
        snprintf(created, sizeof created, "%" PRIu64, bulk->created);
        snprintf(there, sizeof there, "%" PRIu64, bulk->there);
        json_write(json_pack("{ss ss}", "created", created, "there", there), stdout);
    } else {
        output_line(stdout, "Created %s users in %s; %s were there already",
                    text_of_money((int64_t)bulk->created).bytes, text_of_span(took_ms).bytes,
                    text_of_money((int64_t)bulk->there).bytes);
    }
}

enum exit_code users_create(struct run *run)
{
    static struct bulk bulk;
    struct user_list list = {0};
    enum onsale_status status = take_words(run, &list);
    if (status == ONSALE_OK) {
        int64_t began_ms = onsale_now_ms();
        bulk_init(&bulk);
        create_all(run, &bulk, &list);
        tell(run, &bulk, onsale_now_ms() - began_ms);
        if (bulk.has_failed) {
            run->error = bulk.error;
            status = bulk.error.status;
            if (!run->json)
                output_line(stderr, "at user %" PRIu64 ", and it is safe to repeat all of it:",
                            bulk.failed_user);
        }
    }
    free(list.ranges);
    return status == ONSALE_OK ? EXIT_CODE_OK : run_refused(run);
}
