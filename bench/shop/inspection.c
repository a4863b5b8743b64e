#include <inttypes.h>
#include <stdio.h>

#include "bench/shop/shop.h"

bool shop_check(struct shop *shop)
{
    const struct onsale_call_options patient = {.timeout_ms = SHOP_CHECK_MS};
    Onsale__V1__CheckInvariantsRequest request = ONSALE__V1__CHECK_INVARIANTS_REQUEST__INIT;
    Onsale__V1__CheckInvariantsResponse *response;
    struct onsale_error error;
    if (!process_is_alive(&shop->process)) {
        fprintf(stderr, "the server is not running any more\n");
        return false;
    }
    enum onsale_status status =
        onsale_admin_check_invariants(shop->channel, &request, &patient, &response, &error);
    if (!shop_expect_ok("CheckInvariants", status, &error)) return false;
    size_t violations = response->n_violations;
    for (size_t i = 0; i < violations; i++)
        fprintf(stderr, "violated: %s: %s\n", response->violations[i]->invariant,
                response->violations[i]->description);
    onsale__v1__check_invariants_response__free_unpacked(response, NULL);
    return violations == 0;
}

uint64_t shop_store_bytes(struct shop *shop)
{
    Onsale__V1__GetStatsRequest request = ONSALE__V1__GET_STATS_REQUEST__INIT;
    Onsale__V1__GetStatsResponse *response;
    struct onsale_error error;
    enum onsale_status status =
        onsale_admin_get_stats(shop->channel, &request, NULL, &response, &error);
    if (!shop_expect_ok("GetStats", status, &error)) return 0;
    uint64_t bytes = response->store_used_bytes;
    onsale__v1__get_stats_response__free_unpacked(response, NULL);
    return bytes;
}

uint64_t shop_memory_bytes(const struct shop *shop)
{
    char path[64];
    char line[128];
    uint64_t kilobytes = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)shop->process.pid);
    FILE *status = fopen(path, "re");
    if (status == NULL) return 0;
    while (fgets(line, sizeof line, status) != NULL)
        if (sscanf(line, "RssAnon: %" SCNu64, &kilobytes) == 1) break;
    fclose(status);
    return kilobytes * 1024;
}
