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
    if (policy->admission_lead_ms != 0 && !is_within(policy->admission_lead_ms, LIFETIME_MS_MAX))
        return "admission_lead_ms";
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

static unix_ms opening_of(unix_ms sale_opens_at_ms)
{
    if (sale_opens_at_ms < 0) return 0;
    return sale_opens_at_ms < OPENING_MS_MAX ? sale_opens_at_ms : OPENING_MS_MAX;
}

struct queue queue_make(uint32_t concert_id, struct queue_policy policy, unix_ms sale_opens_at_ms,
                        unix_ms now_ms)
{
    struct queue queue = {
        .concert_id = concert_id,
        .policy = policy,
        .credit_at_ms = now_ms,
        .sale_opens_at_ms = opening_of(sale_opens_at_ms),
        .paused_at_ms = policy.admission_paused ? now_ms : 0,
        .line_due_ms = UNIX_MS_NEVER,
    };
    queue.credit_milli = credit_max(&queue);
    return queue;
}

static int64_t credit_at(const struct queue *queue, unix_ms now_ms)
{
    int64_t credit_milli = queue->credit_milli;
    if (now_ms > queue->credit_at_ms) {
        int64_t passed_ms = now_ms - queue->credit_at_ms;
        if (passed_ms > MS_PER_SECOND) passed_ms = MS_PER_SECOND; /* that fills it from nothing */
        credit_milli += passed_ms * credit_per_ms(queue);
    }
    return credit_milli < credit_max(queue) ? credit_milli : credit_max(queue);
}

void queue_refill(struct queue *queue, unix_ms now_ms)
{
    queue->credit_milli = credit_at(queue, now_ms);
    if (now_ms > queue->credit_at_ms) queue->credit_at_ms = now_ms;
}

static bool has_place_to_give(const struct queue *queue)
{
    return queue->waiting > 0 && queue->active < queue->policy.active_max &&
           !queue->policy.admission_paused;
}

bool queue_may_admit(const struct queue *queue, unix_ms now_ms)
{
    return has_place_to_give(queue) && queue->credit_milli >= MILLI &&
           queue_opens_at_ms(queue) <= now_ms;
}

void queue_count_admission(struct queue *queue)
{
    REQUIRE(has_place_to_give(queue));
    REQUIRE(queue->credit_milli >= MILLI);
    queue->credit_milli -= MILLI;
    queue->waiting--;
    queue->active++;
}

static int64_t divide_up(int64_t dividend, int64_t divisor)
{
    return (dividend + divisor - 1) / divisor;
}

static unix_ms later(unix_ms a, unix_ms b)
{
    return a > b ? a : b;
}

unix_ms queue_admission_due(const struct queue *queue, unix_ms now_ms)
{
    if (!has_place_to_give(queue)) return UNIX_MS_NEVER;
    unix_ms due_ms = later(now_ms, queue_opens_at_ms(queue));
    if (queue->credit_milli >= MILLI) return due_ms;
    int64_t missing_milli = MILLI - queue->credit_milli;
    return later(due_ms, queue->credit_at_ms + divide_up(missing_milli, credit_per_ms(queue)));
}

/* --- The waiting clock ------------------------------------------------------------------------ */

unix_ms queue_opens_at_ms(const struct queue *queue)
{
    return later(0, queue->sale_opens_at_ms - queue->policy.admission_lead_ms);
}

/* The clock goes with this. */
static unix_ms course_ms(const struct queue *queue, unix_ms now_ms)
{
    return later(queue->policy.admission_paused ? queue->paused_at_ms : now_ms,
                 queue_opens_at_ms(queue));
}

unix_ms queue_clock_ms(const struct queue *queue, unix_ms now_ms)
{
    return course_ms(queue, now_ms) - queue->clock_behind_ms;
}

unix_ms queue_clock_reaches(const struct queue *queue, unix_ms clock_ms, unix_ms now_ms)
{
    int64_t left_ms = clock_ms - queue_clock_ms(queue, now_ms);
    if (left_ms > 0) return later(now_ms, queue_opens_at_ms(queue)) + left_ms;
    unix_ms reached_ms = clock_ms + queue->clock_behind_ms;
    return reached_ms < now_ms ? reached_ms : now_ms;
}

/* After a change of the course: the clock goes on from what it showed. */
static void set_clock(struct queue *queue, unix_ms clock_ms, unix_ms now_ms)
{
    queue->clock_behind_ms = course_ms(queue, now_ms) - clock_ms;
}

void queue_set_policy(struct queue *queue, const struct queue_policy *policy, unix_ms now_ms)
{
    unix_ms clock_ms = queue_clock_ms(queue, now_ms);
    if (!policy->admission_paused)
        queue->paused_at_ms = 0;
    else if (!queue->policy.admission_paused)
        queue->paused_at_ms = now_ms;
    queue->policy = *policy;
    set_clock(queue, clock_ms, now_ms);
}

void queue_set_opening(struct queue *queue, unix_ms sale_opens_at_ms, unix_ms now_ms)
{
    unix_ms clock_ms = queue_clock_ms(queue, now_ms);
    queue->sale_opens_at_ms = opening_of(sale_opens_at_ms);
    set_clock(queue, clock_ms, now_ms);
}

unix_ms queue_line_due(const struct queue *queue, unix_ms now_ms)
{
    if (queue->line_due_ms == UNIX_MS_NEVER || queue->policy.admission_paused) return UNIX_MS_NEVER;
    return queue_clock_reaches(queue, queue->line_due_ms, now_ms);
}

/* --- Estimates -------------------------------------------------------------------------------- */

static int64_t wait_for_rate_ms(const struct queue *queue, int64_t admissions, unix_ms from_ms)
{
    int64_t missing_milli = admissions * MILLI - credit_at(queue, from_ms);
    return missing_milli > 0 ? divide_up(missing_milli, credit_per_ms(queue)) : 0;
}

static int64_t wait_for_places_ms(const struct queue *queue, int64_t admissions)
{
    int64_t places = queue->policy.active_max;
    int64_t missing = admissions + queue->active - places;
    return missing > 0 ? divide_up(missing, places) * queue->policy.active_lifetime_ms : 0;
}

bool queue_estimate(const struct queue *queue, uint64_t ahead, unix_ms expires_at_ms,
                    unix_ms now_ms, int64_t *ret_ms)
{
    if (queue->policy.admission_paused) return false;
    int64_t admissions = 1 + (int64_t)(ahead < WAITING_ENTRIES_MAX ? ahead : WAITING_ENTRIES_MAX);
    unix_ms from_ms = later(now_ms, queue_opens_at_ms(queue));
    unix_ms active_at_ms = from_ms + later(wait_for_rate_ms(queue, admissions, from_ms),
                                           wait_for_places_ms(queue, admissions));
    if (active_at_ms >= expires_at_ms && !queue->policy.waiting_from_last_poll) return false;
    *ret_ms = active_at_ms - now_ms;
    return true;
}

/* An entry that stops waiting is one more; one that stops being ACTIVE is one less, and who takes
 * the place has stopped waiting. */
uint64_t queue_version(const struct queue *queue)
{
    enum { ACTIVE_BITS = 21 };
    _Static_assert(ACTIVE_MAX_MAX < 1 << ACTIVE_BITS, "both numbers fit");
    return (queue->last_number - queue->waiting) << ACTIVE_BITS | queue->active;
}

/* --- Entries ---------------------------------------------------------------------------------- */

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
