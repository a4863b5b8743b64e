#include "server/cluster.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "service/log.h"

#ifdef ONSALE_POSTGRES
#include "log/postgres/postgres.h"
#endif

enum { NS_PER_SECOND = 1000000000, TRIES = 60 };

int64_t cluster_boot_ns(void *context)
{
    struct timespec now;
    (void)context;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

static size_t borrow_urls(const struct url_list *list, char **ret_urls)
{
    for (size_t i = 0; i < list->count; i++)
        ret_urls[i] = (char *)list->urls[i];
    return list->count;
}

static void name_self(const struct options *options, struct cluster *cluster)
{
    const struct url_list *urls =
        options->advertise.count > 0 ? &options->advertise : &options->listen;
    onsale__rpc__v1__leader__init(&cluster->self);
    cluster->self.name = (char *)options->node;
    cluster->self.urls = cluster->urls;
    cluster->self.watch_urls = cluster->watch_urls;
    cluster->self.admin_urls = cluster->admin_urls;
    cluster->self.n_urls = borrow_urls(urls, cluster->urls);
    cluster->self.n_watch_urls = borrow_urls(&options->watch, cluster->watch_urls);
    cluster->self.n_admin_urls = borrow_urls(&options->admin, cluster->admin_urls);
}

#ifdef ONSALE_POSTGRES

/* The shop is in it: nothing can be opened before that is known. */
static enum status find_shop(const struct options *options, uint8_t ret_shop[LOG_SHOP_BYTES],
                             uint64_t *ret_first, char ret_problem[LOG_PROBLEM_BYTES])
{
    enum status err = STATUS_LOG_AWAY;
    for (int i = 0; i < TRIES && err == STATUS_LOG_AWAY; i++) {
        if (i > 0) nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
        err = log_postgres_shop(options->log, ret_shop, ret_first, ret_problem);
        if (i == 0 && err == STATUS_LOG_AWAY)
            log_warning("the log can't be reached, waiting for it: %s", ret_problem);
    }
    return err;
}

static enum status open_log(const struct options *options, struct cluster *cluster,
                            char ret_problem[LOG_PROBLEM_BYTES])
{
    struct log_postgres_settings settings = {.url = options->log};
    enum status err = find_shop(options, settings.shop, &cluster->first_index, ret_problem);
    if (err == STATUS_OK) err = log_postgres_open(&settings, ret_problem, &cluster->log);
    if (err == STATUS_OK) memcpy(cluster->shop.bytes, settings.shop, LOG_SHOP_BYTES);
    return err;
}

/* What the folder has comes before the log's first entry. */
static enum status find_place(const struct options *options, const struct store_shop *shop,
                              struct log_place *ret_place, char ret_problem[STORE_PROBLEM_BYTES])
{
    struct store *store;
    struct store_options store_options = {
        .path = options->data,
        .map_bytes = options->map_bytes,
        .journal_bytes = 64 << 20,
        .readers_max = 4,
        .shop = shop,
        .any_shop = shop == NULL,
    };
    enum status err = store_open(&store_options, ret_problem, &store);
    if (err != STATUS_OK) return err;
    *ret_place = store_place(store);
    store_close(store);
    return STATUS_OK;
}

static int say(enum status err, const char *problem)
{
    log_error("can't make the log: %s", problem[0] == '\0' ? status_english(err) : problem);
    return EXIT_FAILURE;
}

int cluster_make_log(const struct options *options)
{
    static const uint8_t any_shop[LOG_SHOP_BYTES];
    char problem[LOG_PROBLEM_BYTES] = "";
    struct store_shop shop;
    struct log_place place = {0};
    bool has_folder = options->has_data;
    enum status err = has_folder ? find_place(options, NULL, &place, problem) : STATUS_OK;
    if (err == STATUS_OK)
        err = log_postgres_init(options->log, any_shop, place.index + 1, shop.bytes, problem);
    if (err == STATUS_OK && has_folder) err = find_place(options, &shop, &place, problem);
    if (err != STATUS_OK) return say(err, problem);
    if (has_folder)
        log_line("the log begins after write %" PRIu64 " of %s: copy its data.mdb to the other "
                 "servers, or let them begin with a backup of it",
                 place.index, options->data);
    else
        log_line("the log of a new shop is made");
    return EXIT_SUCCESS;
}

#else

static enum status open_log(const struct options *options, struct cluster *cluster,
                            char ret_problem[LOG_PROBLEM_BYTES])
{
    (void)options, (void)cluster;
    strcpy(ret_problem, "this onsaled was built without PostgreSQL");
    return STATUS_LOG_UNFIT;
}

int cluster_make_log(const struct options *options)
{
    (void)options;
    log_error("this onsaled was built without PostgreSQL");
    return EXIT_FAILURE;
}

#endif

bool cluster_open(const struct options *options, struct cluster *ret)
{
    char problem[LOG_PROBLEM_BYTES] = "";
    *ret = (struct cluster){0};
    name_self(options, ret);
    if (options->log[0] == '\0') return true;
    enum status err = open_log(options, ret, problem);
    if (err != STATUS_OK)
        log_error("can't use the log: %s", problem[0] == '\0' ? status_english(err) : problem);
    return err == STATUS_OK;
}

bool cluster_goes_on(const struct cluster *cluster, const struct options *options,
                     struct log_place place)
{
    if (cluster->log == NULL || place.index + 1 >= cluster->first_index) return true;
    log_error("%s ends with entry %" PRIu64 ", and the log begins with entry %" PRIu64 ": begin "
              "with a backup of a server that runs (onsale admin backup, onsaled --restore)",
              options->data, place.index, cluster->first_index);
    return false;
}

void cluster_close(struct cluster *cluster)
{
    log_close(cluster->log);
    cluster->log = NULL;
}
