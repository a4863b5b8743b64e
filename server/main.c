/* onsaled -- the server. */
#include <signal.h>
#include <stdlib.h>

#include "server/daemon.h"
#include "server/offline.h"

enum { EXIT_WRONG_USAGE = 2 };

/* Threads inherit the mask, so the signals reach daemon_run only. */
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
    if (outcome != OPTIONS_RUN) return outcome == OPTIONS_SHOWN ? EXIT_SUCCESS : EXIT_WRONG_USAGE;

    if (options.task != TASK_SERVE) return (int)offline_run(&options);
    block_signals();
    struct daemon *daemon = daemon_start(&options);
    if (daemon == NULL) return EXIT_FAILURE;
    bool was_asked = daemon_run(daemon);
    daemon_stop(daemon);
    return was_asked ? EXIT_SUCCESS : EXIT_FAILURE;
}
