/* load.c -- Callers of several servers, until SIGTERM; then looks whether anything was lost.
 * Usage: cluster_load SERVERS ADMINS FOLDER: urls with commas; the folder is for notes.h. Exits
 * with 1 if an answer was wrong. For script/torture. */
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/require.h"
#include "base/url_list.h"
#include "tests/e2e/cluster/callers.h"
#include "tests/e2e/cluster/notes.h"

enum { SERVERS_MAX = 8, COUNT_NS = 100 * 1000 * 1000, DAY_MS = 24 * 3600 * 1000, LIMIT = 200 };
enum { FIRST_CHARGER = 1, FIRST_PROBER = 11, FIRST_SELLER = 31, THREADS_MAX = 64 };

static struct charger chargers[CHARGERS];
static struct seller sellers[SELLERS];
static struct prober probers[SERVERS_MAX];
static char *urls[SERVERS_MAX + 1];

static void prepare(struct onsale_channel *channel)
{
    Onsale__V1__QueuePolicy policy = policy_open_doors();
    enum onsale_status status;
    policy.hold_lifetime_ms = policy.active_lifetime_ms = policy.waiting_lifetime_ms = DAY_MS;
    policy.purchase_limit = LIMIT;
    do
        status = call_set_policy(channel, CONCERT, &policy, NULL);
    while (!callers_has_answer(status));
    REQUIRE(status == ONSALE_OK);
}

static size_t list_servers(const char *list)
{
    size_t count = url_list_count(list);
    REQUIRE(count <= SERVERS_MAX);
    for (size_t i = 0; i < count; i++)
        REQUIRE(url_list_copy(list, i, &urls[i]) == STATUS_OK);
    return count;
}

static void make_callers(struct onsale_channel *channel, char **arguments, size_t servers)
{
    for (size_t i = 0; i < CHARGERS; i++) {
        chargers[i].user_id = FIRST_CHARGER + i;
        chargers[i].channel = callers_open(arguments[1], arguments[2], ONSALE_READ_FROM_NEAREST);
        callers_make_user(channel, chargers[i].user_id, 0);
    }
    for (size_t i = 0; i < SELLERS; i++)
        sellers[i] = (struct seller){.channel = channel, .user_id = FIRST_SELLER + i, .random = i};
    for (size_t i = 0; i < servers; i++) {
        probers[i].urls = (const char *const *)urls;
        probers[i].server = i;
        probers[i].user_id = FIRST_PROBER + i;
        probers[i].indexes = calloc(PROBES_MAX, sizeof *probers[i].indexes);
        REQUIRE(probers[i].indexes != NULL);
        callers_make_user(channel, probers[i].user_id, 0);
    }
}

/* --- Threads -----------------------------------------------------------------------------------
 */

static pthread_t threads[THREADS_MAX];
static size_t threads_count;

static void *run_charger(void *context)
{
    charger_run(context);
    return NULL;
}

static void *run_seller(void *context)
{
    seller_run(context);
    return NULL;
}

static void *run_prober(void *context)
{
    prober_run(context);
    return NULL;
}

static void start(void *(*run)(void *context), void *context)
{
    REQUIRE(pthread_create(&threads[threads_count++], NULL, run, context) == 0);
}

static void run_until(const sigset_t *signals, size_t servers)
{
    const struct timespec count_every = {.tv_nsec = COUNT_NS};
    for (size_t i = 0; i < CHARGERS; i++)
        start(run_charger, &chargers[i]);
    for (size_t i = 0; i < SELLERS; i++)
        start(run_seller, &sellers[i]);
    for (size_t i = 0; i < servers; i++)
        start(run_prober, &probers[i]);
    while (sigtimedwait(signals, NULL, &count_every) < 0)
        notes_count();
    atomic_store(&callers_stop, true);
    for (size_t i = 0; i < threads_count; i++)
        REQUIRE(pthread_join(threads[i], NULL) == 0);
    notes_count();
}

int main(int argument_count, char **arguments)
{
    sigset_t signals;
    if (argument_count != 4) return 2;
    REQUIRE(sigemptyset(&signals) == 0);
    REQUIRE(sigaddset(&signals, SIGTERM) == 0);
    REQUIRE(pthread_sigmask(SIG_BLOCK, &signals, NULL) == 0);
    notes_open(arguments[3]);
    size_t servers = list_servers(arguments[1]);
    struct onsale_channel *channel =
        callers_open(arguments[1], arguments[2], ONSALE_READ_FROM_LEADER);
    prepare(channel);
    make_callers(channel, arguments, servers);
    run_until(&signals, servers);
    for (size_t i = 0; i < CHARGERS; i++)
        charger_verify(&chargers[i]);
    seller_verify(&sellers[0]);
    uint64_t following = 0, leading = 0, behind = 0;
    for (size_t i = 0; i < servers; i++) {
        following += probers[i].replies_following;
        leading += probers[i].replies_leading;
        behind += probers[i].replies_behind;
    }
    printf("%" PRIu64 " answers of the state at an index, %" PRIu64 " of one that leads, %" PRIu64
           " refused\n",
           following, leading, behind);
    for (size_t i = 0; i < CHARGERS; i++)
        onsale_channel_close(chargers[i].channel);
    onsale_channel_close(channel);
    return notes_close() ? EXIT_SUCCESS : EXIT_FAILURE;
}
