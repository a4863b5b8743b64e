/* onsale-gateway -- the server's methods for every client of gRPC and HTTP. */
#include <signal.h>
#include <stdlib.h>

#include "gateway/access.h"
#include "gateway/gateway.h"

enum { EXIT_WRONG_USAGE = 2 };

/* Threads inherit the mask: else one of nng's would take the signals. */
static void block_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
}

int main(int argc, char **argv)
{
    static struct options options;
    enum options_outcome outcome = options_parse(argc, argv, &options);
    if (outcome == OPTIONS_KEY)
        return access_make_key(options.key_name) ? EXIT_SUCCESS : EXIT_WRONG_USAGE;
    if (outcome != OPTIONS_RUN) return outcome == OPTIONS_SHOWN ? EXIT_SUCCESS : EXIT_WRONG_USAGE;

    block_signals();
    struct gateway *gateway = gateway_start(&options);
    if (gateway == NULL) return EXIT_FAILURE;
    gateway_run(gateway);
    gateway_stop(gateway);
    return EXIT_SUCCESS;
}
