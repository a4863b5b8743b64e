/* onsaled -- the server. */
#include <stdlib.h>

#include "server/cluster.h"
#include "server/daemon.h"
#include "server/offline.h"
#include "server/signals.h"

enum { EXIT_WRONG_USAGE = 2 };

int main(int argc, char **argv)
{
    static struct options options;
    enum options_outcome outcome = options_parse(argc, argv, &options);
    if (outcome != OPTIONS_RUN) return outcome == OPTIONS_SHOWN ? EXIT_SUCCESS : EXIT_WRONG_USAGE;

    if (options.task == TASK_MAKE_LOG) return cluster_make_log(&options);
    if (options.task != TASK_SERVE) return (int)offline_run(&options);
    signals_block(); /* threads inherit that: they reach daemon_run only */
    struct daemon *daemon = daemon_start(&options);
    if (daemon == NULL) return EXIT_FAILURE;
    bool was_asked = daemon_run(daemon);
    daemon_stop(daemon);
    return was_asked ? EXIT_SUCCESS : EXIT_FAILURE;
}
