/* call_ids.h -- Finds asynchronous calls that have not ended by the id that their caller has. A
 * place in the table is used again, a number never is. Under the channel's mutex. */
#ifndef RPC_CHANNEL_CALL_IDS_H
#define RPC_CHANNEL_CALL_IDS_H

#include <stddef.h>
#include <stdint.h>

#include "rpc/channel.h"

struct channel_call;

struct channel_call_slot {
    struct channel_call *call; /* NULL: free */
    uint64_t number;           /* of the call */
    uint32_t next_free;        /* of a free one: what free_first is, below */
};

/** A zeroed one is empty. */
struct channel_call_ids {
    struct channel_call_slot *slots;
    uint32_t count;
    uint32_t free_first; /* index + 1; 0: none is free */
    uint64_t last_number;
};

void channel_call_ids_deinit(struct channel_call_ids *ids);

/** @return Number 0 if there is no memory. */
struct onsale_call_id channel_call_ids_add(struct channel_call_ids *ids, struct channel_call *call);

/** @return NULL if the call has been removed, or there never was one. */
struct channel_call *channel_call_ids_find(const struct channel_call_ids *ids,
                                           struct onsale_call_id id);

/** A call that was added, or number 0: nothing. */
void channel_call_ids_remove(struct channel_call_ids *ids, struct onsale_call_id id);

#endif
