#include "gateway/rates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "base/time.h"

enum {
    BUCKETS = 4096,
    RATES_MAX = 256 * 1024,
    BUCKETS_PER_TICK = 64,
    PART = 1000,          /* of one request */
    BUSY_RETRY_MS = 1000, /* for who has too much under way: nobody knows when that ends */
};

struct rate {
    struct rates *rates;
    struct rate *next;
    int64_t left; /* requests that may come at once, in thousandths */
    int64_t counted_ms;
    int64_t full; /* as of the newest limit */
    uint32_t per_second;
    uint32_t under_way;
    char who[ACCESS_NAME_BYTES];
};

struct rates {
    size_t count;
    size_t bucket; /* the next to be tidied */
    struct rate *buckets[BUCKETS];
};

struct rates *rates_open(void)
{
    return calloc(1, sizeof(struct rates));
}

static bool is_idle(const struct rate *rate, int64_t now_ms)
{
    int64_t regained = (now_ms - rate->counted_ms) * rate->per_second;
    return rate->under_way == 0 && rate->left + regained >= rate->full;
}

static void tidy(struct rates *rates, struct rate **place, int64_t now_ms)
{
    while (*place != NULL) {
        struct rate *rate = *place;
        if (!is_idle(rate, now_ms)) {
            place = &rate->next;
            continue;
        }
        *place = rate->next;
        free(rate);
        rates->count--;
    }
}

void rates_tick(struct rates *rates, int64_t now_ms)
{
    for (int i = 0; i < BUCKETS_PER_TICK; i++) {
        tidy(rates, &rates->buckets[rates->bucket], now_ms);
        rates->bucket = (rates->bucket + 1) % BUCKETS;
    }
}

void rates_close(struct rates *rates)
{
    if (rates == NULL) return;
    for (size_t i = 0; i < BUCKETS; i++)
        while (rates->buckets[i] != NULL) {
            struct rate *next = rates->buckets[i]->next;
            REQUIRE(rates->buckets[i]->under_way == 0);
            free(rates->buckets[i]);
            rates->buckets[i] = next;
        }
    free(rates);
}

/* FNV-1a. */
static struct rate **bucket_of(struct rates *rates, const char *who)
{
    uint32_t hash = 2166136261U;
    for (; *who != '\0'; who++)
        hash = (hash ^ (unsigned char)*who) * 16777619U;
    return &rates->buckets[hash % BUCKETS];
}

/* @return NULL if there are too many who ask, or no memory. */
static struct rate *find(struct rates *rates, const char *who, const struct rate_limit *limit,
                         int64_t now_ms)
{
    struct rate **bucket = bucket_of(rates, who);
    for (struct rate *rate = *bucket; rate != NULL; rate = rate->next)
        if (strcmp(rate->who, who) == 0) return rate;
    if (rates->count == RATES_MAX) tidy(rates, bucket, now_ms);
    struct rate *rate = rates->count == RATES_MAX ? NULL : calloc(1, sizeof *rate);
    if (rate == NULL) return NULL;
    rate->rates = rates;
    rate->left = (int64_t)limit->burst * PART;
    rate->counted_ms = now_ms;
    snprintf(rate->who, sizeof rate->who, "%s", who);
    rate->next = *bucket;
    *bucket = rate;
    rates->count++;
    return rate;
}

static void count(struct rate *rate, const struct rate_limit *limit, int64_t now_ms)
{
    rate->per_second = limit->per_second;
    rate->full = (int64_t)limit->burst * PART;
    rate->left += (now_ms - rate->counted_ms) * limit->per_second;
    if (rate->left > rate->full) rate->left = rate->full;
    rate->counted_ms = now_ms;
}

bool rates_take(struct rates *rates, const char *who, const struct rate_limit *limit,
                int64_t now_ms, struct rate **ret_rate, uint32_t *ret_retry_after_ms)
{
    *ret_rate = NULL;
    *ret_retry_after_ms = BUSY_RETRY_MS;
    if (limit->per_second == 0 && limit->at_once == 0) return true;
    struct rate *rate = find(rates, who, limit, now_ms);
    if (rate == NULL) return false;
    count(rate, limit, now_ms);
    if (limit->at_once > 0 && rate->under_way >= limit->at_once) return false;
    if (limit->per_second > 0 && rate->left < PART) {
        int64_t missing = PART - rate->left;
        *ret_retry_after_ms = (uint32_t)((missing + limit->per_second - 1) / limit->per_second);
        return false;
    }
    if (limit->per_second > 0) rate->left -= PART;
    rate->under_way++;
    *ret_rate = rate;
    return true;
}

void rates_give(struct rate *rate)
{
    if (rate == NULL) return;
    REQUIRE(rate->under_way > 0);
    rate->under_way--;
}
