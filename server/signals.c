#include "server/signals.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>

#include "rpc/listen/arrivals.h"
#include "server/system.h"

static void list_signals(sigset_t *ret_signals)
{
    sigemptyset(ret_signals);
    sigaddset(ret_signals, SIGTERM);
    sigaddset(ret_signals, SIGINT);
    sigaddset(ret_signals, SIGHUP);
}

void signals_block(void)
{
    sigset_t signals;
    list_signals(&signals);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
}

int signals_wait(int64_t moment_ns)
{
    sigset_t signals;
    list_signals(&signals);
    static const int64_t tick_ns = ARRIVALS_TICK_MS * NS_PER_MS;
    for (;;) {
        arrivals_tick();
        int64_t left_ns = moment_ns - system_ticks_ns();
        if (left_ns < 0) left_ns = 0;
        struct timespec wait = {.tv_nsec = left_ns < tick_ns ? left_ns : tick_ns};
        int caught = sigtimedwait(&signals, NULL, &wait);
        if (caught >= 0 || left_ns < tick_ns) return caught;
    }
}
