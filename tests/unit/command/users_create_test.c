/* Many users at a server that has no room for some of the calls. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "client/command/command.h"
#include "client/command/failure.h"

enum { IN_FLIGHT = 2048, REFUSED_LATER = 3000, USERS = 6000 };

/* In place of a channel: keeps its first calls until as many are under way as may be, then ends
 * these and the next ones with WRITER_BUSY, and all others with OK. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t is_full;
    size_t kept;
    void *contexts[IN_FLIGHT];
    onsale_done *done;
    struct onsale_error busy;
    size_t refused;
    size_t created;
    bool has_answered;
} server = {.lock = PTHREAD_MUTEX_INITIALIZER, .is_full = PTHREAD_COND_INITIALIZER};

struct onsale_call_id __wrap_onsale_channel_call_async(struct onsale_channel *channel,
                                                       const struct onsale_method *method,
                                                       const ProtobufCMessage *request,
                                                       const struct onsale_call_options *options,
                                                       onsale_done *done, void *context);

struct onsale_call_id __wrap_onsale_channel_call_async(struct onsale_channel *channel,
                                                       const struct onsale_method *method,
                                                       const ProtobufCMessage *request,
                                                       const struct onsale_call_options *options,
                                                       onsale_done *done, void *context)
{
    Onsale__V1__CreateUserResponse response = ONSALE__V1__CREATE_USER_RESPONSE__INIT;
    (void)channel;
    (void)method;
    (void)request;
    (void)options;
    pthread_mutex_lock(&server.lock);
    bool is_kept = !server.has_answered && server.kept < IN_FLIGHT;
    bool is_refused = !is_kept && server.refused < REFUSED_LATER;
    if (is_kept) server.contexts[server.kept++] = context;
    server.done = done;
    server.refused += is_refused;
    server.created += !is_kept && !is_refused;
    pthread_cond_signal(&server.is_full);
    pthread_mutex_unlock(&server.lock);
    response.created = true;
    if (!is_kept)
        done(context, is_refused ? &server.busy : NULL, is_refused ? NULL : &response.base);
    return (struct onsale_call_id){0};
}

static void *answer_first(void *argument)
{
    (void)argument;
    pthread_mutex_lock(&server.lock);
    while (server.kept < IN_FLIGHT)
        pthread_cond_wait(&server.is_full, &server.lock);
    server.has_answered = true;
    pthread_mutex_unlock(&server.lock);
    for (size_t i = 0; i < IN_FLIGHT; i++)
        server.done(server.contexts[i], &server.busy, NULL);
    return NULL;
}

static void all_that_the_server_had_no_room_for_are_created_in_the_end(void **state)
{
    char admin[] = "admin", create[] = "create-users", range[] = "1..6000";
    char *words[] = {admin, create}, *repeated[] = {range};
    int words_count;
    pthread_t thread;
    struct run run = {.command = command_find(2, words, &words_count),
                      .arguments = {.repeated = repeated, .repeated_count = 1}};
    (void)state;
    run_fail(&run, ONSALE_WRITER_BUSY, "more writes wait than fit");
    server.busy = run.error;
    assert_int_equal(pthread_create(&thread, NULL, answer_first, NULL), 0);
    assert_int_equal(users_create(&run), EXIT_CODE_OK);
    pthread_join(thread, NULL);
    assert_int_equal(server.created, USERS);
    assert_int_equal(server.refused, REFUSED_LATER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_the_server_had_no_room_for_are_created_in_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
