#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/queue.h"

enum { NOW = 1000 * 1000 };

#define TEN_YEARS_MS (INT64_C(10) * 366 * 24 * 60 * 60 * 1000)

/* A queue with many who wait and places enough, without credit. */
static struct queue queue_without_credit(uint32_t admissions_per_second)
{
    struct queue_policy policy = queue_policy_default();
    policy.active_max = ACTIVE_MAX_MAX;
    policy.admissions_per_second = admissions_per_second;
    struct queue queue = queue_make(1, policy, 0, NOW);
    queue.waiting = WAITING_ENTRIES_MAX;
    queue.credit_milli = 0;
    return queue;
}

static uint32_t admit_all(struct queue *queue)
{
    uint32_t admitted = 0;
    while (queue_may_admit(queue, NOW)) {
        queue_count_admission(queue);
        admitted++;
    }
    return admitted;
}

static void the_default_policy_is_as_promised(void **state)
{
    (void)state;
    struct queue_policy policy = queue_policy_default();
    assert_int_equal(policy.active_max, 300);
    assert_int_equal(policy.admissions_per_second, 50);
    assert_int_equal(policy.waiting_lifetime_ms, 300000);
    assert_int_equal(policy.active_lifetime_ms, 300000);
    assert_int_equal(policy.hold_lifetime_ms, 300000);
    assert_int_equal(policy.purchase_limit, 4);
    assert_false(policy.waiting_from_last_poll);
    assert_false(policy.admission_paused);
    assert_null(queue_policy_bad_field(&policy));
}

/* What is said of a default policy with one field, at this offset, changed. */
static const char *bad_field_with_u32(size_t offset, uint32_t value)
{
    struct queue_policy policy = queue_policy_default();
    memcpy((char *)&policy + offset, &value, sizeof value);
    return queue_policy_bad_field(&policy);
}

static const char *bad_field_with_i64(size_t offset, int64_t value)
{
    struct queue_policy policy = queue_policy_default();
    memcpy((char *)&policy + offset, &value, sizeof value);
    return queue_policy_bad_field(&policy);
}

struct range {
    const char *field;
    size_t offset;
    uint32_t max;
};

static void every_number_of_a_policy_has_its_range(void **state)
{
    (void)state;
    static const struct range ranges[] = {
        {"active_max", offsetof(struct queue_policy, active_max), ACTIVE_MAX_MAX},
        {"admissions_per_second", offsetof(struct queue_policy, admissions_per_second),
         ADMISSIONS_PER_SECOND_MAX},
        {"purchase_limit", offsetof(struct queue_policy, purchase_limit), PURCHASE_LIMIT_MAX},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        const struct range *range = &ranges[i];
        assert_null(bad_field_with_u32(range->offset, 1));
        assert_null(bad_field_with_u32(range->offset, range->max));
        assert_string_equal(bad_field_with_u32(range->offset, 0), range->field);
        assert_string_equal(bad_field_with_u32(range->offset, range->max + 1), range->field);
        assert_string_equal(bad_field_with_u32(range->offset, UINT32_MAX), range->field);
    }
}

static void every_lifetime_of_a_policy_has_its_range(void **state)
{
    (void)state;
    static const struct range ranges[] = {
        {"waiting_lifetime_ms", offsetof(struct queue_policy, waiting_lifetime_ms),
         LIFETIME_MS_MAX},
        {"active_lifetime_ms", offsetof(struct queue_policy, active_lifetime_ms), LIFETIME_MS_MAX},
        {"hold_lifetime_ms", offsetof(struct queue_policy, hold_lifetime_ms), LIFETIME_MS_MAX},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        const struct range *range = &ranges[i];
        assert_null(bad_field_with_i64(range->offset, 1));
        assert_null(bad_field_with_i64(range->offset, range->max));
        assert_string_equal(bad_field_with_i64(range->offset, 0), range->field);
        assert_string_equal(bad_field_with_i64(range->offset, -1), range->field);
        assert_string_equal(bad_field_with_i64(range->offset, (int64_t)range->max + 1),
                            range->field);
    }
}

static void a_new_queue_has_credit_for_one_second(void **state)
{
    (void)state;
    struct queue queue = queue_make(9, queue_policy_default(), 0, NOW);
    assert_int_equal(queue.concert_id, 9);
    assert_int_equal(queue.waiting + queue.active, 0);
    assert_int_equal(queue.last_number, 0);
    queue.waiting = 1000;
    assert_int_equal(admit_all(&queue), 50);
}

static void credit_is_earned_by_the_millisecond(void **state)
{
    (void)state;
    struct queue queue = queue_without_credit(50);
    queue_refill(&queue, NOW + 19);
    assert_int_equal(admit_all(&queue), 0);
    queue_refill(&queue, NOW + 20);
    assert_int_equal(admit_all(&queue), 1);
    queue_refill(&queue, NOW + 100);
    assert_int_equal(admit_all(&queue), 4);
}

static void no_credit_is_lost_between_refills(void **state)
{
    (void)state;
    struct queue queue = queue_without_credit(7);
    uint32_t admitted = 0;
    for (unix_ms ms = 1; ms <= 10 * MS_PER_SECOND; ms++) {
        queue_refill(&queue, NOW + ms);
        admitted += admit_all(&queue);
    }
    assert_int_equal(admitted, 70);
}

static void no_more_than_a_second_of_credit_is_kept(void **state)
{
    (void)state;
    static const uint32_t rates[] = {1, 50, ADMISSIONS_PER_SECOND_MAX};
    for (size_t i = 0; i < 3; i++) {
        struct queue queue = queue_without_credit(rates[i]);
        queue_refill(&queue, NOW + TEN_YEARS_MS);
        assert_int_equal(queue.credit_milli, (int64_t)rates[i] * 1000);
        queue_refill(&queue, UNIX_MS_NEVER);
        assert_int_equal(admit_all(&queue), rates[i]);
    }
}

static void a_lower_rate_cuts_the_credit_kept(void **state)
{
    (void)state;
    struct queue queue = queue_make(1, queue_policy_default(), 0, NOW);
    queue.policy.admissions_per_second = 2;
    queue_refill(&queue, NOW);
    assert_int_equal(queue.credit_milli, 2000);
}

static void time_that_stands_still_earns_nothing(void **state)
{
    (void)state;
    struct queue queue = queue_without_credit(50);
    queue_refill(&queue, NOW);
    queue_refill(&queue, NOW - 500);
    assert_int_equal(queue.credit_milli, 0);
    assert_int_equal(queue.credit_at_ms, NOW);
}

static void an_admission_moves_one_from_waiting_to_active(void **state)
{
    (void)state;
    struct queue queue = queue_make(1, queue_policy_default(), 0, NOW);
    queue.waiting = 2;
    int64_t credit = queue.credit_milli;
    queue_count_admission(&queue);
    assert_int_equal(queue.waiting, 1);
    assert_int_equal(queue.active, 1);
    assert_int_equal(queue.credit_milli, credit - 1000);
}

static void nobody_is_admitted_when_nobody_waits(void **state)
{
    (void)state;
    struct queue queue = queue_make(1, queue_policy_default(), 0, NOW);
    assert_false(queue_may_admit(&queue, NOW));
    assert_int_equal(queue_admission_due(&queue, NOW), UNIX_MS_NEVER);
}

static void fewer_who_wait_than_places_are_all_admitted(void **state)
{
    (void)state;
    struct queue queue = queue_make(1, queue_policy_default(), 0, NOW);
    queue.waiting = 3;
    assert_int_equal(admit_all(&queue), 3);
    assert_int_equal(queue.waiting, 0);
    assert_int_equal(queue.active, 3);
}

static void never_more_than_the_cap_are_active(void **state)
{
    (void)state;
    struct queue queue = queue_make(1, queue_policy_default(), 0, NOW);
    queue.waiting = 1000;
    queue.active = 298;
    assert_int_equal(admit_all(&queue), 2);
    assert_int_equal(queue_admission_due(&queue, NOW), UNIX_MS_NEVER);
    queue.active = 400; /* the cap was lowered */
    assert_false(queue_may_admit(&queue, NOW));
    queue.active = 299;
    assert_true(queue_may_admit(&queue, NOW));
}

static void nobody_is_admitted_while_admission_is_paused(void **state)
{
    (void)state;
    struct queue queue = queue_make(1, queue_policy_default(), 0, NOW);
    queue.waiting = 10;
    queue.policy.admission_paused = true;
    assert_false(queue_may_admit(&queue, NOW));
    assert_int_equal(queue_admission_due(&queue, NOW), UNIX_MS_NEVER);
    queue.policy.admission_paused = false;
    assert_true(queue_may_admit(&queue, NOW));
}

static void the_moment_due_is_the_first_with_credit(void **state)
{
    (void)state;
    static const uint32_t rates[] = {1, 3, 7, 50, 999, 1000, ADMISSIONS_PER_SECOND_MAX};
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        struct queue queue = queue_without_credit(rates[i]);
        unix_ms due_ms = queue_admission_due(&queue, NOW);
        assert_true(due_ms > NOW);
        queue_refill(&queue, due_ms - 1);
        assert_false(queue_may_admit(&queue, NOW));
        assert_int_equal(queue_admission_due(&queue, due_ms - 1), due_ms);
        queue_refill(&queue, due_ms);
        assert_true(queue_may_admit(&queue, NOW));
        assert_int_equal(queue_admission_due(&queue, due_ms), due_ms);
    }
}

static void a_moment_due_is_never_in_the_past(void **state)
{
    (void)state;
    struct queue queue = queue_without_credit(50);
    assert_int_equal(queue_admission_due(&queue, NOW + 5000), NOW + 5000);
}

/* Of an entry that never expires. */
static int64_t estimate_ms(const struct queue *queue, uint64_t ahead)
{
    int64_t ms = -1;
    assert_true(queue_estimate(queue, ahead, UNIX_MS_NEVER, NOW, &ms));
    return ms;
}

static void the_estimate_follows_the_rate_while_there_are_places(void **state)
{
    (void)state;
    struct queue queue = queue_without_credit(50);
    assert_int_equal(estimate_ms(&queue, 0), 20);
    assert_int_equal(estimate_ms(&queue, 99), 2000);
    queue.credit_milli = 50 * 1000;
    assert_int_equal(estimate_ms(&queue, 0), 0);
    assert_int_equal(estimate_ms(&queue, 49), 0);
    assert_int_equal(estimate_ms(&queue, 50), 20);
}

static void the_estimate_follows_the_places_when_they_are_full(void **state)
{
    (void)state;
    struct queue queue = queue_make(1, queue_policy_default(), 0, NOW);
    queue.active = 300;
    assert_int_equal(estimate_ms(&queue, 0), 300000);
    assert_int_equal(estimate_ms(&queue, 299), 300000);
    assert_int_equal(estimate_ms(&queue, 300), 600000);
    queue.active = 299;
    assert_int_equal(estimate_ms(&queue, 0), 0);
    queue.active = 700; /* the cap was lowered */
    assert_int_equal(estimate_ms(&queue, 0), 600000);
}

static void the_longest_estimate_does_not_overflow(void **state)
{
    (void)state;
    struct queue queue = queue_without_credit(1);
    queue.policy.active_max = 1;
    queue.policy.active_lifetime_ms = LIFETIME_MS_MAX;
    queue.active = 1;
    assert_int_equal(estimate_ms(&queue, UINT64_MAX),
                     (int64_t)(WAITING_ENTRIES_MAX + 1) * LIFETIME_MS_MAX);
}

static void an_entry_expires_at_its_very_instant(void **state)
{
    (void)state;
    static const enum queue_entry_status lives[] = {QUEUE_ENTRY_WAITING, QUEUE_ENTRY_ACTIVE};
    for (size_t i = 0; i < 2; i++) {
        struct queue_entry entry = {.status = lives[i], .expires_at_ms = NOW};
        assert_int_equal(queue_entry_status_at(&entry, NOW - 1), lives[i]);
        assert_int_equal(queue_entry_status_at(&entry, NOW), QUEUE_ENTRY_EXPIRED);
        assert_int_equal(queue_entry_status_at(&entry, NOW + 1), QUEUE_ENTRY_EXPIRED);
    }
}

static void an_entry_that_was_left_stays_so(void **state)
{
    (void)state;
    struct queue_entry left = {.status = QUEUE_ENTRY_LEFT, .expires_at_ms = NOW};
    struct queue_entry expired = {.status = QUEUE_ENTRY_EXPIRED, .expires_at_ms = NOW};
    assert_int_equal(queue_entry_status_at(&left, NOW), QUEUE_ENTRY_LEFT);
    assert_int_equal(queue_entry_status_at(&expired, NOW - 1), QUEUE_ENTRY_EXPIRED);
}

static void a_token_carries_concert_number_and_secret(void **state)
{
    (void)state;
    struct queue_entry entry = {.concert_id = 0x01020304, .number = 0x05060708090a0b0c};
    uint8_t bytes[QUEUE_TOKEN_BYTES];
    memset(entry.secret, 0xee, sizeof entry.secret);
    queue_token_pack(&entry, bytes);
    for (uint8_t i = 0; i < 12; i++)
        assert_int_equal(bytes[i], i + 1);
    struct queue_token token = queue_token_unpack(bytes);
    assert_int_equal(token.concert_id, entry.concert_id);
    assert_int_equal(token.number, entry.number);
    assert_memory_equal(token.secret, entry.secret, QUEUE_SECRET_BYTES);
}

static void a_token_holds_the_largest_numbers(void **state)
{
    (void)state;
    struct queue_entry entry = {.concert_id = UINT32_MAX, .number = UINT64_MAX};
    uint8_t bytes[QUEUE_TOKEN_BYTES];
    queue_token_pack(&entry, bytes);
    struct queue_token token = queue_token_unpack(bytes);
    assert_int_equal(token.concert_id, UINT32_MAX);
    assert_true(token.number == UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_policy_is_as_promised),
        cmocka_unit_test(every_number_of_a_policy_has_its_range),
        cmocka_unit_test(every_lifetime_of_a_policy_has_its_range),
        cmocka_unit_test(a_new_queue_has_credit_for_one_second),
        cmocka_unit_test(credit_is_earned_by_the_millisecond),
        cmocka_unit_test(no_credit_is_lost_between_refills),
        cmocka_unit_test(no_more_than_a_second_of_credit_is_kept),
        cmocka_unit_test(a_lower_rate_cuts_the_credit_kept),
        cmocka_unit_test(time_that_stands_still_earns_nothing),
        cmocka_unit_test(an_admission_moves_one_from_waiting_to_active),
        cmocka_unit_test(nobody_is_admitted_when_nobody_waits),
        cmocka_unit_test(fewer_who_wait_than_places_are_all_admitted),
        cmocka_unit_test(never_more_than_the_cap_are_active),
        cmocka_unit_test(nobody_is_admitted_while_admission_is_paused),
        cmocka_unit_test(the_moment_due_is_the_first_with_credit),
        cmocka_unit_test(a_moment_due_is_never_in_the_past),
        cmocka_unit_test(the_estimate_follows_the_rate_while_there_are_places),
        cmocka_unit_test(the_estimate_follows_the_places_when_they_are_full),
        cmocka_unit_test(the_longest_estimate_does_not_overflow),
        cmocka_unit_test(an_entry_expires_at_its_very_instant),
        cmocka_unit_test(an_entry_that_was_left_stays_so),
        cmocka_unit_test(a_token_carries_concert_number_and_secret),
        cmocka_unit_test(a_token_holds_the_largest_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
