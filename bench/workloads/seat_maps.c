#include <stdlib.h>

#include "base/require.h"
#include "bench/load/closed_loop.h"
#include "bench/workloads/claims.h"
#include "bench/workloads/reads.h"

enum { PERFORMANCE = 1, CHANGES = 20 };

struct seat_maps {
    const struct shop *shop;
    uint64_t known_version; /* 0: none */
};

static struct seat_maps *seat_maps_make(const struct shop *shop)
{
    struct seat_maps *maps = calloc(1, sizeof *maps);
    REQUIRE(maps != NULL);
    maps->shop = shop;
    return maps;
}

static void write_request(const struct seat_maps *maps, uint64_t buyer,
                          Onsale__V1__GetSeatMapRequest *ret_request)
{
    *ret_request = (Onsale__V1__GetSeatMapRequest)ONSALE__V1__GET_SEAT_MAP_REQUEST__INIT;
    ret_request->token = (ProtobufCBinaryData){ONSALE_TOKEN_BYTES, maps->shop->tokens[buyer]};
    ret_request->performance_id = PERFORMANCE;
    ret_request->known_version = maps->known_version;
}

static bool learn_version(struct seat_maps *maps)
{
    Onsale__V1__GetSeatMapRequest request;
    Onsale__V1__GetSeatMapResponse *response;
    struct onsale_error error;
    write_request(maps, 0, &request);
    enum onsale_status status =
        onsale_catalog_get_seat_map(maps->shop->channel, &request, NULL, &response, &error);
    if (!shop_expect_ok("GetSeatMap", status, &error)) return false;
    maps->known_version = response->version;
    onsale__v1__get_seat_map_response__free_unpacked(response, NULL);
    return true;
}

static void *make_full(struct shop *shop)
{
    return seat_maps_make(shop);
}

static void *make_unchanged(struct shop *shop)
{
    struct seat_maps *maps = seat_maps_make(shop);
    if (learn_version(maps)) return maps;
    free(maps);
    return NULL;
}

static void *make_delta(struct shop *shop)
{
    struct seat_maps *maps = make_unchanged(shop);
    struct claims *claims = claims_make(shop, CLAIMS_BY_PERFORMANCE);
    struct workload changes = claims_workload(claims);
    struct round round;
    changes.operations_max = CHANGES;
    if (maps != NULL) closed_loop_run(shop->channel, &changes, 1, 0, &round);
    claims_free(claims);
    return maps;
}

static bool prepare(void *state, uint64_t operation, uint32_t step, const ProtobufCMessage *answer,
                    struct request *ret_request)
{
    const struct seat_maps *maps = state;
    (void)answer;
    ret_request->method = &onsale_catalog_get_seat_map_method;
    write_request(maps, operation % maps->shop->plan.buyers, &ret_request->message.seat_map);
    return step == 0;
}

const struct reads reads_seat_map_full = {make_full, prepare};
const struct reads reads_seat_map_unchanged = {make_unchanged, prepare};
const struct reads reads_seat_map_delta = {make_delta, prepare};
