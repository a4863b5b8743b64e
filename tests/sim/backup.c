#include <stdlib.h>

#include "base/require.h"
#include "tests/sim/frame.h"
#include "tests/sim/message.h"
#include "tests/sim/simulation.h"

enum { ARENA_BYTES_MAX = 1024 * 1024 };

/* Asks a server that is alone with us. @return NULL if it refuses. */
static const void *ask(struct world *world, struct arena *arena, const char *name,
                       const ProtobufCMessageDescriptor *request,
                       const ProtobufCMessageDescriptor *response)
{
    ProtobufCBinaryData bytes = frame_of_call(arena, model_method_named(name)->name,
                                              CALL_TIMEOUT_MS_MAX, message_make(arena, request));
    struct memory_exchange exchange;
    memory_exchange_init(&exchange, bytes.data, bytes.len);
    world_read(world, RPC_SOCKET_ADMIN, &exchange);
    Onsale__Rpc__V1__ReplyFrame *reply = memory_exchange_reply(&exchange);
    REQUIRE(reply != NULL);
    const void *answer = reply->results[0]->code == 0
                             ? message_unpack(arena, response, reply->results[0]->payload)
                             : NULL;
    onsale__rpc__v1__reply_frame__free_unpacked(reply, NULL);
    memory_exchange_deinit(&exchange);
    return answer;
}

const char *simulation_check_backup(const char *folder, unix_ms made_at_ms, uint64_t last_event,
                                    const Onsale__V1__GetStatsResponse *expected)
{
    struct world world;
    struct arena arena;
    arena_init(&arena, ARENA_BYTES_MAX);
    world_open_on(&world, folder, made_at_ms);
    const Onsale__V1__CheckInvariantsResponse *check =
        ask(&world, &arena, "CheckInvariants", &onsale__v1__check_invariants_request__descriptor,
            &onsale__v1__check_invariants_response__descriptor);
    const Onsale__V1__GetStatsResponse *stats =
        ask(&world, &arena, "GetStats", &onsale__v1__get_stats_request__descriptor,
            &onsale__v1__get_stats_response__descriptor);
    const char *complaint = NULL;
    if (check == NULL || check->n_violations > 0)
        complaint = "an invariant does not hold in the backup";
    else if (stats == NULL || simulation_check_stats(expected, stats) != NULL)
        complaint = "the backup tells other numbers";
    else if (stats->last_event_number != last_event)
        complaint = "the backup ends with another event than was told";
    world_close(&world);
    arena_deinit(&arena);
    return complaint;
}
