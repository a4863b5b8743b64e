#include "bench/shop/shop.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/require.h"
#include "bench/measure/clock.h"
#include "bench/shop/population.h"

static const char MAP_SIZE[] = "64G";

bool shop_expect_ok(const char *what, enum onsale_status status, const struct onsale_error *error)
{
    if (status != ONSALE_OK) fprintf(stderr, "%s: %s: %s\n", what, error->reason, error->message);
    return status == ONSALE_OK;
}

static bool answers(struct shop *shop)
{
    const struct onsale_call_options brief = {.timeout_ms = 1000};
    Onsale__Rpc__V1__CheckRequest request = ONSALE__RPC__V1__CHECK_REQUEST__INIT;
    Onsale__Rpc__V1__CheckResponse *response;
    enum onsale_status status =
        onsale_health_check(shop->channel, &request, &brief, &response, NULL);
    if (status == ONSALE_OK) onsale__rpc__v1__check_response__free_unpacked(response, NULL);
    return status == ONSALE_OK;
}

static bool open_channel(struct shop *shop)
{
    const struct onsale_channel_options options = {
        .url = shop->url,
        .watch_url = shop->watch_url,
        .admin_url = shop->admin_url,
        .timeout_ms = SHOP_CALL_MS,
        .frames_in_flight = shop->place.frames_in_flight,
    };
    struct onsale_error error;
    return shop_expect_ok("channel", onsale_channel_open(&options, &shop->channel, &error), &error);
}

/* So that the time of a start is the server's, not that of a channel that waits to try again. */
static void await_socket(const struct shop *shop)
{
    const char *path = shop->url + sizeof "ipc://" - 1;
    while (access(path, F_OK) != 0 && process_is_alive(&shop->process))
        clock_sleep_until_ns(clock_now_ns() + NS_PER_MS / 2);
}

enum { ARGUMENTS_MAX = 24 };

static void add(const char **arguments, const char *const *more)
{
    size_t count = 0;
    while (arguments[count] != NULL)
        count++;
    for (size_t i = 0; more[i] != NULL; i++) {
        REQUIRE(count + 1 < ARGUMENTS_MAX);
        arguments[count++] = more[i];
    }
}

static void start_process(struct shop *shop, const char *data, const char *log)
{
    const struct shop_place *place = &shop->place;
    const char *arguments[ARGUMENTS_MAX] = {NULL};
    if (place->cores != NULL)
        add(arguments, (const char *const[]){"/usr/bin/taskset", "-c", place->cores, NULL});
    add(arguments, (const char *const[]){shop->server, "--data", data, "--listen", shop->url,
                                         "--watch", shop->watch_url, "--admin", shop->admin_url,
                                         "--map-size", MAP_SIZE, NULL});
    if (place->log_url != NULL)
        add(arguments, (const char *const[]){"--log", place->log_url, "--node", place->node, NULL});
    if (place->follows_only) add(arguments, (const char *const[]){"--follow-only", "yes", NULL});
    process_start(&shop->process, arguments, log);
}

bool shop_start(struct shop *shop, double *ret_seconds)
{
    char data[160];
    char log[160];
    snprintf(data, sizeof data, "%s/data", shop->folder);
    snprintf(log, sizeof log, "%s/log", shop->folder);
    uint64_t started_ns = clock_now_ns();
    start_process(shop, data, log);
    await_socket(shop);
    bool is_up = open_channel(shop);
    while (is_up && process_is_alive(&shop->process) && !answers(shop))
        continue;
    *ret_seconds = (double)(clock_now_ns() - started_ns) / (double)NS_PER_SECOND;
    is_up = is_up && process_is_alive(&shop->process);
    if (!is_up) fprintf(stderr, "the server does not serve; see %s\n", log);
    return is_up;
}

bool shop_stop(struct shop *shop)
{
    onsale_channel_close(shop->channel);
    shop->channel = NULL;
    int code = process_stop(&shop->process, SIGTERM);
    unlink(shop->url + sizeof "ipc://" - 1);
    if (code != 0) fprintf(stderr, "onsaled ended with code %d\n", code);
    return code == 0;
}

/* In a folder of its own, that of a server that does not run yet. */
static struct shop *make(const char *server, const char *folder, const struct shop_plan *plan,
                         const struct shop_place *place)
{
    struct shop *shop = calloc(1, sizeof *shop);
    REQUIRE(shop != NULL);
    shop->plan = *plan;
    shop->place = *place;
    shop->server = server;
    shop->tokens = calloc((size_t)plan->buyers + plan->waiting + 1, sizeof *shop->tokens);
    REQUIRE(shop->tokens != NULL);
    snprintf(shop->folder, sizeof shop->folder, "%s/shop.XXXXXX", folder);
    REQUIRE(mkdtemp(shop->folder) != NULL);
    snprintf(shop->url, sizeof shop->url, "ipc://%s/onsale.sock", shop->folder);
    snprintf(shop->watch_url, sizeof shop->watch_url, "ipc://%s/watch.sock", shop->folder);
    snprintf(shop->admin_url, sizeof shop->admin_url, "ipc://%s/admin/admin.sock", shop->folder);
    return shop;
}

struct shop *shop_open_at(const char *server, const char *folder, const struct shop_plan *plan,
                          const struct shop_place *place)
{
    double seconds;
    struct shop *shop = make(server, folder, plan, place);
    if (shop_start(shop, &seconds) && population_make(shop)) return shop;
    shop_close(shop);
    return NULL;
}

struct shop *shop_open(const char *server, const char *folder, const struct shop_plan *plan)
{
    return shop_open_at(server, folder, plan, &(struct shop_place){.log_url = NULL});
}

struct shop *shop_follow(const struct shop *leader, const char *folder,
                         const struct shop_place *place)
{
    double seconds;
    struct shop *shop = make(leader->server, folder, &(struct shop_plan){.performances = 0}, place);
    if (shop_start(shop, &seconds)) return shop;
    shop_close(shop);
    return NULL;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info, (void)kind, (void)place;
    return remove(path);
}

bool shop_close(struct shop *shop)
{
    if (shop == NULL) return true;
    bool is_fine = shop_stop(shop);
    if (is_fine) nftw(shop->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(shop->tokens);
    free(shop);
    return is_fine;
}

bool shop_set_hold_lifetime(struct shop *shop, int64_t hold_lifetime_ms)
{
    return population_set_policy(shop, hold_lifetime_ms);
}
