/* http_server FOLDER -- A server of HTTP by libmicrohttpd, with its epoll and two threads, that
 * says the same JSON to everybody on this machine. Where it is stands in FOLDER/http.url. */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/require.h"

enum { THREADS = 2, PATH_BYTES = 512 };

static char balance[] = "{\"balance\":\"100000\"}";

static enum MHD_Result say(void *response, struct MHD_Connection *connection, const char *url,
                           const char *method, const char *version, const char *upload,
                           size_t *upload_size, void **state)
{
    (void)url, (void)method, (void)version, (void)upload, (void)upload_size, (void)state;
    return MHD_queue_response(connection, MHD_HTTP_OK, response);
}

static struct MHD_Response *make_response(void)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(sizeof balance - 1, balance, MHD_RESPMEM_PERSISTENT);
    REQUIRE(response != NULL);
    REQUIRE(MHD_add_response_header(response, "content-type", "application/json") == MHD_YES);
    return response;
}

static void tell_url(struct MHD_Daemon *daemon, const char *folder)
{
    char path[PATH_BYTES];
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    snprintf(path, sizeof path, "%s/http.url", folder);
    FILE *file = fopen(path, "w");
    REQUIRE(info != NULL);
    REQUIRE(file != NULL);
    fprintf(file, "http://127.0.0.1:%u/\n", (unsigned)info->port);
    REQUIRE(fclose(file) == 0);
}

int main(int argc, char **argv)
{
    const struct sockaddr_in here = {.sin_family = AF_INET,
                                     .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    sigset_t stops;
    int signal_number;
    REQUIRE(argc == 2);
    sigemptyset(&stops);
    sigaddset(&stops, SIGINT);
    sigaddset(&stops, SIGTERM);
    REQUIRE(sigprocmask(SIG_BLOCK, &stops, NULL) == 0);
    struct MHD_Response *response = make_response();
    struct MHD_Daemon *daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO, 0, NULL, NULL, say,
                         response, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)THREADS,
                         MHD_OPTION_SOCK_ADDR, &here, MHD_OPTION_END);
    REQUIRE(daemon != NULL);
    tell_url(daemon, argv[1]);
    sigwait(&stops, &signal_number);
    MHD_stop_daemon(daemon);
    MHD_destroy_response(response);
    return EXIT_SUCCESS;
}
