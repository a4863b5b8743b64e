#include "rpc/channel/leader.h"

#include <stdlib.h>
#include <string.h>

#include "rpc/channel/route.h"
#include "rpc/channel/settings.h"

/* --- Epochs and indexes ------------------------------------------------------------------------
 */

static void raise_to(_Atomic uint64_t *greatest, uint64_t value)
{
    uint64_t before = atomic_load(greatest);
    while (before < value && !atomic_compare_exchange_weak(greatest, &before, value))
        continue;
}

bool channel_leader_believes(struct onsale_channel *channel,
                             const Onsale__Rpc__V1__ReplyFrame *frame)
{
    if (frame == NULL || frame->epoch == 0) return true; /* of a server without a log */
    if (frame->epoch < atomic_load(&channel->seen_epoch)) return false;
    raise_to(&channel->seen_epoch, frame->epoch);
    raise_to(&channel->seen_index, frame->index);
    return true;
}

/* --- Servers that are named --------------------------------------------------------------------
 */

static bool is_path(const char *url)
{
    return strncmp(url, "ipc:", strlen("ipc:")) == 0;
}

/* What a server listens on may be no address that anybody else can use; and a path is one on its
 * own machine, where ours may have another server: such as the one that was asked, if it is named
 * by that.
 * @param like  A url that leads to the same machine as far as is known: only a path if we are
 *              there. */
static bool leads_anywhere(const char *url, const char *like)
{
    static const char *const nowhere[] = {"://*:", "://0.0.0.0:", "://[::]:", "://:"};
    for (size_t i = 0; i < sizeof nowhere / sizeof nowhere[0]; i++)
        if (strstr(url, nowhere[i]) != NULL) return false;
    if (is_path(url) && (!is_path(like) || strcmp(url, like) == 0)) return false;
    return strstr(url, "://") != NULL && strchr(url, ',') == NULL;
}

/* @param like  As above; a url of the same transport is preferred. @return NULL if there is none.
 */
static const char *pick(char *const *urls, size_t urls_count, const char *like)
{
    const char *picked = NULL;
    size_t transport = (size_t)(strstr(like, "://") - like) + 1;
    for (size_t i = urls_count; i-- > 0;) {
        if (!leads_anywhere(urls[i], like)) continue;
        bool is_alike = strncmp(urls[i], like, transport) == 0;
        if (is_alike || picked == NULL || strncmp(picked, like, transport) != 0) picked = urls[i];
    }
    return picked;
}

/* By the main socket: it is what a server tells others to find it by. */
static size_t find_server(struct onsale_channel *channel, const Onsale__Rpc__V1__Leader *leader,
                          const char *like)
{
    size_t servers_count = atomic_load(&channel->servers_count);
    for (size_t server = 0; server < servers_count; server++) {
        const char *url = channel_endpoint_of(channel, server, ONSALE_ENDPOINT_MAIN)->url;
        for (size_t i = 0; url != NULL && i < leader->n_urls; i++)
            if (strcmp(url, leader->urls[i]) == 0 && leads_anywhere(url, like)) return server;
    }
    return CHANNEL_SERVERS_MAX;
}

/* A kind that the options give no url of has no calls. @return Whether it has a socket. */
static bool open_kind(struct onsale_channel *channel, size_t server, size_t kind, const char *url)
{
    channel_endpoint_init(channel, server, kind);
    char *copy = url == NULL || channel->urls[kind] == NULL ? NULL : strdup(url);
    return copy != NULL &&
           channel->open_endpoint(channel_endpoint_of(channel, server, kind), copy) == STATUS_OK;
}

/* Who can't be dialed takes no place: there are few, and it would take another with every reply.
 * @param like  Url of the server that names it.
 * @return CHANNEL_SERVERS_MAX if it can't be one of the channel's. */
static size_t add_server(struct onsale_channel *channel, const Onsale__Rpc__V1__Leader *leader,
                         const char *like)
{
    size_t server = atomic_load(&channel->servers_count);
    const char *url = pick(leader->urls, leader->n_urls, like);
    if (url == NULL || server == CHANNEL_SERVERS_MAX ||
        !open_kind(channel, server, ONSALE_ENDPOINT_MAIN, url))
        return CHANNEL_SERVERS_MAX;
    (void)open_kind(channel, server, CHANNEL_ENDPOINT_READS, url);
    (void)open_kind(channel, server, ONSALE_ENDPOINT_WATCH,
                    pick(leader->watch_urls, leader->n_watch_urls, url));
    (void)open_kind(channel, server, ONSALE_ENDPOINT_ADMIN,
                    pick(leader->admin_urls, leader->n_admin_urls, url));
    channel_budget_grow(&channel->budget, channel_settings_connections(channel));
    atomic_store(&channel->servers_count, server + 1);
    return server;
}

/* @return CHANNEL_SERVERS_MAX if it is none of the channel's, and can't be. */
static size_t server_of(struct channel_endpoint *endpoint, const Onsale__Rpc__V1__Leader *leader)
{
    if (leader == NULL) return CHANNEL_SERVERS_MAX;
    size_t server = find_server(endpoint->channel, leader, endpoint->url);
    return server != CHANNEL_SERVERS_MAX ? server
                                         : add_server(endpoint->channel, leader, endpoint->url);
}

/* While the channel is closing other endpoints may be gone. */
static void note_leader(struct channel_endpoint *endpoint, const Onsale__Rpc__V1__Leader *leader)
{
    struct onsale_channel *channel = endpoint->channel;
    pthread_mutex_lock(&channel->mutex);
    if (!channel->closing)
        channel_route_note_leader(endpoint, server_of(endpoint, leader),
                                  leader == NULL ? 0 : leader->epoch);
    pthread_mutex_unlock(&channel->mutex);
}

/* -----------------------------------------------------------------------------------------------
 */

static Onsale__Rpc__V1__Leader *find_detail(const Onsale__Rpc__V1__Result *result)
{
    for (size_t i = 0; i < result->n_details; i++) {
        const Onsale__Rpc__V1__Detail *detail = result->details[i];
        if (strcmp(detail->type, onsale__rpc__v1__leader__descriptor.name) == 0)
            return onsale__rpc__v1__leader__unpack(NULL, detail->value.len, detail->value.data);
    }
    return NULL;
}

static void learn_from_result(struct channel_endpoint *endpoint,
                              const Onsale__Rpc__V1__Result *result)
{
    if (strcmp(result->reason, status_name(STATUS_NOT_LEADER)) == 0) {
        Onsale__Rpc__V1__Leader *leader = find_detail(result);
        note_leader(endpoint, leader);
        if (leader != NULL) onsale__rpc__v1__leader__free_unpacked(leader, NULL);
    } else if (strcmp(result->reason, status_name(STATUS_SHUTTING_DOWN)) == 0) {
        pthread_mutex_lock(&endpoint->channel->mutex);
        channel_route_note_lost(endpoint);
        pthread_mutex_unlock(&endpoint->channel->mutex);
    }
}

/* The calls of a frame are refused alike. */
void channel_leader_learn(struct channel_endpoint *endpoint,
                          const Onsale__Rpc__V1__ReplyFrame *frame)
{
    for (size_t i = 0; frame != NULL && i < frame->n_results; i++) {
        if (frame->results[i]->code != ONSALE__RPC__V1__CODE__CODE_UNAVAILABLE) continue;
        learn_from_result(endpoint, frame->results[i]);
        return;
    }
}
