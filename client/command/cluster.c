/* cluster.c -- onsale cluster */
#include <stdlib.h>

#include "base/require.h"
#include "base/url_list.h"
#include "client/command/cluster_table.h"

/* Each server is asked by a channel of its own: what a list is for is to find the one that leads.
 */
static void ask(struct run *run, struct cluster_server *server)
{
    struct onsale_channel_options options = ONSALE_CHANNEL_OPTIONS_INIT;
    const Onsale__V1__GetClusterStatusRequest request =
        ONSALE__V1__GET_CLUSTER_STATUS_REQUEST__INIT;
    struct onsale_channel *channel;
    options.url = options.admin_url = server->url;
    options.timeout_ms = run->timeout_ms;
    options.fail_fast = run->timeout_ms == 0;
    if (onsale_channel_open(&options, &channel, &server->error) != ONSALE_OK) return;
    (void)onsale_admin_get_cluster_status(channel, &request, NULL, &server->status, &server->error);
    onsale_channel_close(channel);
}

/* @return How many there are. */
static size_t list_servers(struct run *run, struct cluster_server **ret_servers)
{
    const char *urls = run->admin_urls;
    size_t places = urls[0] == '\0' ? 0 : url_list_count(urls), count = 0;
    struct cluster_server *servers = run_alloc(run, places + 1, sizeof *servers);
    for (size_t i = 0; i < places; i++) {
        char *url;
        REQUIRE(url_list_copy(urls, i, &url) == STATUS_OK);
        if (url != NULL) servers[count++].url = url;
    }
    *ret_servers = servers;
    return count;
}

enum exit_code cluster_status(struct run *run)
{
    struct cluster_server *servers;
    size_t count = list_servers(run, &servers);
    if (count == 0)
        return run_end(run, run_fail(run, ONSALE_ARGUMENT_INVALID,
                                     "each server is asked on its admin socket: name them with "
                                     "--admin"));
    for (size_t i = 0; i < count; i++)
        ask(run, &servers[i]);
    if (run->json)
        json_write(cluster_json(servers, count), stdout);
    else
        cluster_print(servers, count, run->terminal.width, stdout);
    enum exit_code code = cluster_exit_code(cluster_judge(servers, count));
    for (size_t i = 0; i < count; i++) {
        if (servers[i].status != NULL)
            onsale__v1__get_cluster_status_response__free_unpacked(servers[i].status, NULL);
        free((char *)servers[i].url);
    }
    return code;
}
