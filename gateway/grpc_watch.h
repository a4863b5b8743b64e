/* grpc_watch.h -- The streams of WatchService that are open. */
#ifndef GATEWAY_GRPC_WATCH_H
#define GATEWAY_GRPC_WATCH_H

#include <stdbool.h>

#include "gateway/subscriptions.h"

/** Begins as zero; outlives the streams. */
struct grpc_watches {
    struct grpc_watch *first;
    bool are_draining; /* no more may come */
};

/** Ends every stream with SHUTTING_DOWN. */
void grpc_watches_drain(struct grpc_watches *watches);

#endif
