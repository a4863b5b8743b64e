#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

bool shop_ask_standing(struct shop *shop, struct shop_standing *ret_standing)
{
    Onsale__V1__GetClusterStatusRequest request = ONSALE__V1__GET_CLUSTER_STATUS_REQUEST__INIT;
    Onsale__V1__GetClusterStatusResponse *response;
    struct onsale_error error;
    enum onsale_status status =
        onsale_admin_get_cluster_status(shop->channel, &request, NULL, &response, &error);
    if (!shop_expect_ok("GetClusterStatus", status, &error)) return false;
    *ret_standing = (struct shop_standing){
        .leads = response->role == ONSALE__V1__CLUSTER_ROLE__CLUSTER_ROLE_LEADER,
        .applied = response->applied_index,
    };
    onsale__v1__get_cluster_status_response__free_unpacked(response, NULL);
    return true;
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

/* Behind the name, which may have anything in it, come its state, ten numbers, and the two. */
double shop_cpu_seconds(const struct shop *shop)
{
    char path[64], line[512];
    unsigned long in_user = 0, in_kernel = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)shop->process.pid);
    FILE *stat = fopen(path, "re");
    if (stat == NULL) return 0;
    const char *name_end = fgets(line, sizeof line, stat) == NULL ? NULL : strrchr(line, ')');
    fclose(stat);
    if (name_end == NULL ||
        sscanf(name_end, ") %*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %lu %lu", &in_user,
               &in_kernel) != 2)
        return 0;
    return (double)(in_user + in_kernel) / (double)sysconf(_SC_CLK_TCK);
}
