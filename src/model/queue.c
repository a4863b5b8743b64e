#include "model/queue.h"

#include <stddef.h>
#include <string.h>

#include "base/require.h"

enum { MILLI = 1000 }; /* thousandths of an admission */

struct queue_policy queue_policy_default(void)
{
    enum { FIVE_MINUTES_MS = 5 * 60 * 1000 };
    return (struct queue_policy){
        .active_max = 300,
        .admissions_per_second = 50,
        .waiting_lifetime_ms = FIVE_MINUTES_MS,
        .active_lifetime_ms = FIVE_MINUTES_MS,
        .hold_lifetime_ms = FIVE_MINUTES_MS,
        .purchase_limit = 4,
    };
}

static bool is_within(int64_t value, int64_t max)
{
    return value >= 1 && value <= max;
}

const char *queue_policy_bad_field(const struct queue_policy *policy)
{
    if (!is_within(policy->active_max, ACTIVE_MAX_MAX)) return "active_max";
    if (!is_within(policy->admissions_per_second, ADMISSIONS_PER_SECOND_MAX))
        return "admissions_per_second";
    if (!is_within(policy->waiting_lifetime_ms, LIFETIME_MS_MAX)) return "waiting_lifetime_ms";
    if (!is_within(policy->active_lifetime_ms, LIFETIME_MS_MAX)) return "active_lifetime_ms";
    if (!is_within(policy->hold_lifetime_ms, LIFETIME_MS_MAX)) return "hold_lifetime_ms";
    if (!is_within(policy->purchase_limit, PURCHASE_LIMIT_MAX)) return "purchase_limit";
    return NULL;
}

/* So many admissions a second are as many thousandths of an admission a millisecond: exact. */
static int64_t credit_per_ms(const struct queue *queue)
{
    return queue->policy.admissions_per_second;
}

static int64_t credit_max(const struct queue *queue)
{
    return credit_per_ms(queue) * MS_PER_SECOND;
}

struct queue queue_make(uint32_t concert_id, struct queue_policy policy, unix_ms now_ms)
{
    struct queue queue = {.concert_id = concert_id, .policy = policy, .credit_at_ms = now_ms};
    queue.credit_milli = credit_max(&queue);
    return queue;
}

void queue_refill(struct queue *queue, unix_ms now_ms)
{
    if (now_ms > queue->credit_at_ms) {
        int64_t passed_ms = now_ms - queue->credit_at_ms;
        if (passed_ms > MS_PER_SECOND) passed_ms = MS_PER_SECOND; /* that fills it from nothing */
        queue->credit_milli += passed_ms * credit_per_ms(queue);
        queue->credit_at_ms = now_ms;
    }
    if (queue->credit_milli > credit_max(queue)) queue->credit_milli = credit_max(queue);
}

static bool has_place_to_give(const struct queue *queue)
{
    return queue->waiting > 0 && queue->active < queue->policy.active_max &&
           !queue->policy.admission_paused;
}

bool queue_may_admit(const struct queue *queue)
{
    return has_place_to_give(queue) && queue->credit_milli >= MILLI;
}

void queue_count_admission(struct queue *queue)
{
    REQUIRE(queue_may_admit(queue));
    queue->credit_milli -= MILLI;
    queue->waiting--;
    queue->active++;
}

static int64_t divide_up(int64_t dividend, int64_t divisor)
{
    return (dividend + divisor - 1) / divisor;
}

unix_ms queue_admission_due(const struct queue *queue, unix_ms now_ms)
{
    if (!has_place_to_give(queue)) return UNIX_MS_NEVER;
    if (queue->credit_milli >= MILLI) return now_ms;
    int64_t missing_milli = MILLI - queue->credit_milli;
    unix_ms due_ms = queue->credit_at_ms + divide_up(missing_milli, credit_per_ms(queue));
    return due_ms > now_ms ? due_ms : now_ms;
}

static int64_t wait_for_rate_ms(const struct queue *queue, int64_t admissions)
{
    int64_t missing_milli = admissions * MILLI - queue->credit_milli;
    return missing_milli > 0 ? divide_up(missing_milli, credit_per_ms(queue)) : 0;
}

static int64_t wait_for_places_ms(const struct queue *queue, int64_t admissions)
{
    int64_t places = queue->policy.active_max;
    int64_t missing = admissions + queue->active - places;
    return missing > 0 ? divide_up(missing, places) * queue->policy.active_lifetime_ms : 0;
}

int64_t queue_estimate_ms(const struct queue *queue, uint64_t ahead)
{
    int64_t admissions = 1 + (int64_t)(ahead < WAITING_ENTRIES_MAX ? ahead : WAITING_ENTRIES_MAX);
    int64_t rate_ms = wait_for_rate_ms(queue, admissions);
    int64_t places_ms = wait_for_places_ms(queue, admissions);
    return rate_ms > places_ms ? rate_ms : places_ms;
}

enum queue_entry_status queue_entry_status_at(const struct queue_entry *entry, unix_ms now_ms)
{
    bool ends_by_itself =
        entry->status == QUEUE_ENTRY_WAITING || entry->status == QUEUE_ENTRY_ACTIVE;
    return ends_by_itself && entry->expires_at_ms <= now_ms ? QUEUE_ENTRY_EXPIRED : entry->status;
}

enum { TOKEN_NUMBER_AT = 4, TOKEN_SECRET_AT = 4 + 8 };

static void pack_big_endian(uint8_t *to, uint64_t value, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--, value >>= 8)
        to[i] = (uint8_t)value;
}

static uint64_t unpack_big_endian(const uint8_t *from, int bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value = value << 8 | from[i];
    return value;
}

void queue_token_pack(const struct queue_entry *entry, uint8_t ret_bytes[QUEUE_TOKEN_BYTES])
{
    pack_big_endian(ret_bytes, entry->concert_id, 4);
    pack_big_endian(ret_bytes + TOKEN_NUMBER_AT, entry->number, 8);
    memcpy(ret_bytes + TOKEN_SECRET_AT, entry->secret, QUEUE_SECRET_BYTES);
}

struct queue_token queue_token_unpack(const uint8_t bytes[QUEUE_TOKEN_BYTES])
{
    struct queue_token token = {
        .concert_id = (uint32_t)unpack_big_endian(bytes, 4),
        .number = unpack_big_endian(bytes + TOKEN_NUMBER_AT, 8),
    };
    memcpy(token.secret, bytes + TOKEN_SECRET_AT, QUEUE_SECRET_BYTES);
    return token;
}
