#include "rpc/channel/forked.h"

#include <pthread.h>
#include <stdatomic.h>

#include "rpc/channel/error.h"

static atomic_bool is_forked;

static void note_fork(void)
{
    atomic_store(&is_forked, true);
}

static void watch(void)
{
    pthread_atfork(NULL, NULL, note_fork);
}

bool channel_is_forked(void)
{
    return atomic_load_explicit(&is_forked, memory_order_relaxed);
}

void channel_forks_watch(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, watch);
}

enum onsale_status channel_forked_refuse(struct onsale_error *ret_error)
{
    if (ret_error != NULL)
        channel_error_set(ret_error, STATUS_CHANNEL_FORKED, false, "%s",
                          status_english(STATUS_CHANNEL_FORKED));
    return ONSALE_CHANNEL_FORKED;
}
