/* memory_log_test.c -- The rules of a log, with the faults that a log in memory has by plan; and
 * that their tests find each rule that is left out. */
#include "log/memory/memory.h"

#include <stdio.h>
#include <string.h>

#include "log/reader.h"
#include "tests/log/left_out.h"
#include "tests/log/memory_world.h"

enum { LEADER, FOLLOWER, SECOND, NS_PER_MS = 1000000 };

/* --- Appends whose outcome is unknown --------------------------------------------------------- */

static struct memory_world *this_of(struct world *world)
{
    return (struct memory_world *)world;
}

/* The append that had a fault is acknowledged in the end, once, and survives a failover. */
static void append_with(struct world *world, enum memory_fault fault)
{
    struct copy leader = {0}, second = {0};
    world_lead(world, LEADER, &leader);
    memory_log_plan(world_log(world, LEADER), fault, 1);
    world_append(world, LEADER, &leader, "a");
    memory_log_fail_over(this_of(world)->memory);
    world_append(world, LEADER, &leader, "b");
    world_lead(world, SECOND, &second);
    assert_texts(&second, "a b");
}

static void an_append_whose_answer_was_lost_is_not_repeated(struct world *world)
{
    append_with(world, MEMORY_FAULT_ANSWER_LOST);
}

static void an_append_that_was_lost_is_repeated(struct world *world)
{
    append_with(world, MEMORY_FAULT_REQUEST_LOST);
}

static void a_commit_with_a_warning_is_not_yet_acknowledged(struct world *world)
{
    append_with(world, MEMORY_FAULT_WARNING);
}

static void what_is_found_is_made_safe_first(struct world *world)
{
    append_with(world, MEMORY_FAULT_UNSAFE);
}

static void an_append_that_lands_late_lands_once(struct world *world)
{
    struct copy leader = {0}, second = {0};
    memory_log_set_times(this_of(world)->memory, (struct memory_times){.late_ns = 3 * NS_PER_MS});
    world_lead(world, LEADER, &leader);
    memory_log_plan(world_log(world, LEADER), MEMORY_FAULT_LATE, 1);
    world_append(world, LEADER, &leader, "a");
    for (int i = 0; i < 5; i++)
        world->methods->pass(world);
    world_append(world, LEADER, &leader, "b");
    world_lead(world, SECOND, &second);
    assert_texts(&second, "a b");
}

static void a_late_append_of_a_deposed_leader_never_happened(struct world *world)
{
    struct copy leader = {0}, second = {0}, follower = {0};
    world_lead(world, LEADER, &leader);
    memory_log_set_times(this_of(world)->memory, (struct memory_times){.to_answer_ns = NS_PER_MS,
                                                                       .late_ns = 9 * NS_PER_MS});
    memory_log_plan(world_log(world, LEADER), MEMORY_FAULT_LATE, 1);
    world_stage(world, LEADER, &leader, "late");
    assert_int_equal(log_flush(world_log(world, LEADER), 0), STATUS_NOT_YET);
    world_lead(world, SECOND, &second);
    world_append(world, SECOND, &second, "a");
    for (int i = 0; i < 10; i++)
        world->methods->pass(world);
    world_append(world, SECOND, &second, "b");
    assert_int_equal(world_flush(world, LEADER), STATUS_DEPOSED);
    assert_int_equal(world_follow(world, FOLLOWER, &follower, true), STATUS_OK);
    assert_texts(&follower, "a b");
}

static void a_log_that_is_away_is_waited_for(struct world *world)
{
    struct copy leader = {0};
    struct log *log = world_log(world, LEADER);
    world_lead(world, LEADER, &leader);
    memory_log_set_away(log, true);
    world_stage(world, LEADER, &leader, "a");
    for (int i = 0; i < 100; i++)
        assert_int_equal(log_flush(log, 0), STATUS_NOT_YET);
    assert_int_equal(log_acknowledged(log), 1);
    assert_int_equal(log_check(log, true, world->problem), STATUS_LOG_AWAY);
    assert_int_equal(world_follow(world, LEADER, &leader, false), STATUS_LOG_AWAY);
    memory_log_set_away(log, false);
    assert_int_equal(world_flush(world, LEADER), STATUS_OK);
}

static void a_failover_before_it_is_safe_repeats_the_append(struct world *world)
{
    struct copy leader = {0}, second = {0};
    memory_log_set_times(this_of(world)->memory,
                         (struct memory_times){NS_PER_MS, NS_PER_MS, NS_PER_MS, 0, 0});
    world_lead(world, LEADER, &leader);
    world_stage(world, LEADER, &leader, "a");
    assert_int_equal(log_flush(world_log(world, LEADER), 0), STATUS_NOT_YET);
    world->methods->pass(world);
    memory_log_fail_over(this_of(world)->memory);
    assert_int_equal(memory_log_rows(this_of(world)->memory), 1);
    assert_int_equal(world_flush(world, LEADER), STATUS_OK);
    world_lead(world, SECOND, &second);
    assert_texts(&second, "a");
}

static void an_answer_after_the_deadline_is_unknown(struct world *world)
{
    struct copy leader = {0};
    struct memory_times times = {.deadline_ns = 5 * NS_PER_MS};
    memory_log_set_times(this_of(world)->memory, times);
    world_lead(world, LEADER, &leader);
    times.to_answer_ns = 50 * NS_PER_MS;
    memory_log_set_times(this_of(world)->memory, times);
    world_stage(world, LEADER, &leader, "a");
    for (int i = 0; i < 40; i++) {
        assert_int_equal(log_flush(world_log(world, LEADER), 0), STATUS_NOT_YET);
        world->methods->pass(world);
    }
    times.to_answer_ns = 0;
    memory_log_set_times(this_of(world)->memory, times);
    assert_int_equal(world_flush(world, LEADER), STATUS_OK);
}

/* The row may have been sent then, not when its outcome was found out. */
static void the_lease_of_an_append_that_was_found_begins_with_its_first_sending(struct world *world)
{
    struct copy leader = {0};
    struct log *log = world_log(world, LEADER);
    world_lead(world, LEADER, &leader);
    memory_log_plan(log, MEMORY_FAULT_ANSWER_LOST, 1);
    world_stage(world, LEADER, &leader, "a");
    int64_t sent_ns = this_of(world)->now_ns;
    memory_log_set_times(this_of(world)->memory, (struct memory_times){.to_answer_ns = NS_PER_MS});
    assert_int_equal(world_flush(world, LEADER), STATUS_OK);
    assert_true(this_of(world)->now_ns > sent_ns + 2 * NS_PER_MS);
    assert_true(log_lease_ns(log) == sent_ns);
}

/* A follower may have seen the row then, and counts from there. */
static void
the_lease_of_an_append_that_was_repeated_begins_with_its_first_sending(struct world *world)
{
    struct copy leader = {0};
    struct log *log = world_log(world, LEADER);
    world_lead(world, LEADER, &leader);
    memory_log_plan(log, MEMORY_FAULT_REQUEST_LOST, 1);
    world_stage(world, LEADER, &leader, "a");
    int64_t sent_ns = this_of(world)->now_ns;
    memory_log_set_times(this_of(world)->memory, (struct memory_times){.to_answer_ns = NS_PER_MS});
    assert_int_equal(world_flush(world, LEADER), STATUS_OK);
    assert_true(this_of(world)->now_ns > sent_ns + 2 * NS_PER_MS);
    assert_true(log_lease_ns(log) == sent_ns);
}

/* --- Followers -------------------------------------------------------------------------------- */

static void what_a_failover_lost_was_never_given_to_a_follower(struct world *world)
{
    struct copy leader = {0}, second = {0}, follower = {0};
    memory_log_set_times(this_of(world)->memory, (struct memory_times){.to_be_safe_ns = NS_PER_MS});
    world_lead(world, LEADER, &leader);
    world_stage(world, LEADER, &leader, "lost");
    assert_int_equal(log_flush(world_log(world, LEADER), 0), STATUS_NOT_YET);
    assert_int_equal(world_follow(world, FOLLOWER, &follower, false), STATUS_OK);
    assert_int_equal(log_seen(world_log(world, FOLLOWER)), 2);
    memory_log_fail_over(this_of(world)->memory);
    world_lead(world, SECOND, &second);
    world_append(world, SECOND, &second, "a");
    world_append(world, SECOND, &second, "b");
    assert_int_equal(world_follow(world, FOLLOWER, &follower, false), STATUS_OK);
    assert_texts(&follower, "a");
}

static void a_row_that_stays_missing_is_damage(struct world *world)
{
    struct copy leader = {0}, follower = {0};
    world_lead(world, LEADER, &leader);
    struct log_row later = world_row(3, 1, "b");
    world->methods->put(world, &later);
    assert_int_equal(world_follow(world, FOLLOWER, &follower, true), STATUS_OK);
    this_of(world)->now_ns += (int64_t)LOG_GAP_MS_MAX * NS_PER_MS;
    assert_int_equal(world_follow(world, FOLLOWER, &follower, true), STATUS_LOG_DAMAGED);
    assert_non_null(strstr(world->problem, "but not 2"));
}

static void a_silent_host_is_left_for_another(struct world *world)
{
    struct copy leader = {0}, follower = {0};
    world_lead(world, LEADER, &leader);
    world_append(world, LEADER, &leader, "a");
    assert_int_equal(world_follow(world, FOLLOWER, &follower, false), STATUS_OK);
    memory_log_set_lag(world_log(world, FOLLOWER), 5);
    world_append(world, LEADER, &leader, "b");
    assert_int_equal(world_follow(world, FOLLOWER, &follower, false), STATUS_OK);
    assert_texts(&follower, "");
    this_of(world)->now_ns += (int64_t)LOG_SILENCE_MS_MAX * NS_PER_MS;
    assert_int_equal(world_follow(world, FOLLOWER, &follower, false), STATUS_OK);
    assert_int_equal(world_follow(world, FOLLOWER, &follower, false), STATUS_OK);
    assert_texts(&follower, "a");
}

static void a_host_that_lags_behind_its_reader_is_waited_for(struct world *world)
{
    struct copy leader = {0}, follower = {0};
    world_lead(world, LEADER, &leader);
    world_append(world, LEADER, &leader, "a");
    world_append(world, LEADER, &leader, "b");
    assert_int_equal(world_follow(world, FOLLOWER, &follower, false), STATUS_OK);
    memory_log_set_lag(world_log(world, FOLLOWER), 2);
    assert_int_equal(world_follow(world, FOLLOWER, &follower, false), STATUS_OK);
    assert_texts(&follower, "a");
}

/* What a reader has taken, while another removes what comes next. */
struct trimming {
    struct memory_log *memory;
    uint64_t last;
};

static enum status trim_the_next(void *context, const struct log_entry *entry)
{
    struct trimming *trimming = context;
    assert_int_equal(entry->index, trimming->last + 1);
    trimming->last = entry->index;
    if (entry->index == 2) memory_log_remove(trimming->memory, 2);
    return STATUS_OK;
}

static void a_row_that_goes_while_it_is_read_is_not_passed_over(struct world *world)
{
    struct copy leader = {0};
    struct trimming trimming = {.memory = this_of(world)->memory};
    world_lead(world, LEADER, &leader);
    for (int i = 0; i < 6; i++)
        world_append(world, LEADER, &leader, "a");
    assert_int_equal(log_follow(world_log(world, FOLLOWER), (struct log_place){0, 0}, true,
                                trim_the_next, &trimming, world->problem),
                     STATUS_OK);
    assert_int_equal(trimming.last, 2);
}

enum { SLEEP_MS = 1000 };

/* The fence went with what was trimmed: an append of who slept all that time finds its place free.
 */
static void who_slept_until_its_place_was_trimmed_is_deposed(struct world *world)
{
    struct copy first = {0}, second = {0};
    size_t rows;
    world_lead(world, LEADER, &first);
    world_append(world, LEADER, &first, "a");
    world_stage(world, LEADER, &first, "of who slept");
    world_lead(world, SECOND, &second);
    world_append(world, SECOND, &second, "b");
    assert_int_equal(log_trim(world_log(world, SECOND), 6, INT64_MAX, &rows), STATUS_OK);
    assert_int_equal(rows, 4);
    for (int i = 0; i < SLEEP_MS; i++)
        world->methods->pass(world);
    assert_int_equal(world_flush(world, LEADER), STATUS_DEPOSED);
}

static void void_rows_within_a_row_are_passed_over(struct world *world)
{
    struct copy first = {0}, second = {0}, follower = {0}, middle;
    world_lead(world, LEADER, &first);
    world_lead(world, SECOND, &second);
    world_stage(world, SECOND, &second, "a");
    world_stage(world, SECOND, &second, "b");
    middle = second;
    world_stage(world, SECOND, &second, "c");
    assert_int_equal(world_flush(world, SECOND), STATUS_OK);
    struct log_row ghosts[] = {world_row(4, 1, "ghost"), world_row(5, 1, "ghost")};
    world->methods->put(world, &ghosts[0]);
    world->methods->put(world, &ghosts[1]);
    world_append(world, SECOND, &second, "d");
    assert_int_equal(world_follow(world, FOLLOWER, &follower, true), STATUS_OK);
    assert_texts(&follower, "a b c d");
    assert_int_equal(world_follow(world, FOLLOWER, &middle, true), STATUS_OK);
    assert_texts(&middle, "a b c d");
}

static void an_engine_that_is_unfit_is_not_led_with(struct world *world)
{
    memory_log_set_unfit(this_of(world)->memory, "it acknowledges before it flushes");
    assert_int_equal(log_check(world_log(world, LEADER), false, world->problem), STATUS_OK);
    assert_int_equal(log_check(world_log(world, LEADER), true, world->problem), STATUS_LOG_UNFIT);
    assert_string_equal(world->problem, "it acknowledges before it flushes");
}

/* --- Seeds ------------------------------------------------------------------------------------ */

/* Leaders that take over from each other while appends have faults and primaries are lost: what was
 * acknowledged is there in the end, once and in order. */
static void run_seed(struct world *world, uint64_t seed)
{
    struct copy copies[2] = {0}, all = {0};
    char wanted[1024] = "", text[32];
    size_t size = 0;
    enum { FOLLOWS, CLAIMS, LEADS } roles[2] = {FOLLOWS, FOLLOWS};
    struct memory_log *memory = this_of(world)->memory;
    memory_log_seed(memory, seed, 300);
    memory_log_set_times(memory,
                         (struct memory_times){NS_PER_MS, NS_PER_MS, NS_PER_MS,
                                               (int64_t)(seed % 40) * NS_PER_MS, 20 * NS_PER_MS});
    for (unsigned turn = 0; turn < 40; turn++) {
        size_t who = ((seed >> (turn % 13)) + turn / 7) & 1;
        if ((seed + turn) % 11 == 0) memory_log_fail_over(memory);
        if (roles[who] == FOLLOWS) {
            copies[who] = (struct copy){0};
            world_claim(world, who, &copies[who]);
            roles[who] = CLAIMS;
            continue;
        }
        snprintf(text, sizeof text, "%u", turn);
        if (roles[who] == LEADS) world_stage(world, who, &copies[who], text);
        enum status err = world_flush(world, who);
        assert_true(err == STATUS_OK || err == STATUS_DEPOSED);
        if (err == STATUS_OK && roles[who] == LEADS)
            size += (size_t)snprintf(wanted + size, sizeof wanted - size, "%s%u",
                                     size > 0 ? " " : "", turn);
        roles[who] = err == STATUS_OK ? LEADS : FOLLOWS;
    }
    memory_log_fail_over(memory);
    assert_int_equal(world_follow(world, FOLLOWER, &all, true), STATUS_OK);
    assert_texts(&all, wanted);
}

static void nothing_acknowledged_is_lost_at_any_seed(struct world *world)
{
    for (uint64_t seed = 1; seed <= 500; seed++) {
        world->methods->make(world, 1);
        run_seed(world, seed * 2654435761u);
    }
}

/* --- Rules that are left out ------------------------------------------------------------------ */

static const struct contract cases[] = {
    CASE(an_append_whose_answer_was_lost_is_not_repeated),
    CASE(an_append_that_was_lost_is_repeated),
    CASE(a_commit_with_a_warning_is_not_yet_acknowledged),
    CASE(what_is_found_is_made_safe_first),
    CASE(an_append_that_lands_late_lands_once),
    CASE(a_late_append_of_a_deposed_leader_never_happened),
    CASE(a_log_that_is_away_is_waited_for),
    CASE(a_failover_before_it_is_safe_repeats_the_append),
    CASE(an_answer_after_the_deadline_is_unknown),
    CASE(the_lease_of_an_append_that_was_found_begins_with_its_first_sending),
    CASE(the_lease_of_an_append_that_was_repeated_begins_with_its_first_sending),
    CASE(what_a_failover_lost_was_never_given_to_a_follower),
    CASE(a_row_that_stays_missing_is_damage),
    CASE(a_silent_host_is_left_for_another),
    CASE(a_host_that_lags_behind_its_reader_is_waited_for),
    CASE(who_slept_until_its_place_was_trimmed_is_deposed),
    CASE(a_row_that_goes_while_it_is_read_is_not_passed_over),
    CASE(void_rows_within_a_row_are_passed_over),
    CASE(an_engine_that_is_unfit_is_not_led_with),
    CASE(nothing_acknowledged_is_lost_at_any_seed),
};

/* Each rule, and a case that fails without it. */
static const struct {
    enum log_rule rule;
    const char *what;
} planted[] = {
    {LOG_RULE_FENCE, "the_next_leader_deposes_the_one_before"},
    {LOG_RULE_BETWEEN, "what_comes_before_start_deposes_who_did_not_read_it"},
    {LOG_RULE_SAME_ROW, "an_append_whose_answer_was_lost_is_not_repeated"},
    {LOG_RULE_WARNING, "a_commit_with_a_warning_is_not_yet_acknowledged"},
    {LOG_RULE_BARRIER, "what_is_found_is_made_safe_first"},
    {LOG_RULE_DURABLE, "what_a_failover_lost_was_never_given_to_a_follower"},
    {LOG_RULE_DURABLE, "a_row_that_is_missing_is_waited_for"},
    {LOG_RULE_VOID, "a_void_row_makes_room"},
    {LOG_RULE_NEWS, "a_silent_host_is_left_for_another"},
    {LOG_RULE_DEPOSED, "a_row_of_a_later_epoch_is_never_removed"},
    {LOG_RULE_BETWEEN, "nothing_acknowledged_is_lost_at_any_seed"},
    {LOG_RULE_WARNING, "nothing_acknowledged_is_lost_at_any_seed"},
    {LOG_RULE_BARRIER, "nothing_acknowledged_is_lost_at_any_seed"},
    {LOG_RULE_DEPOSED, "nothing_acknowledged_is_lost_at_any_seed"},
};
enum { CASES = sizeof cases / sizeof cases[0], PLANTED = sizeof planted / sizeof planted[0] };

static void each_rule_that_is_left_out_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < PLANTED; i++)
        if (!fails_without(planted[i].rule, case_named(planted[i].what, cases, CASES),
                           memory_world_set_up, memory_world_tear_down))
            fail_msg("rule %d was left out, and %s found nothing", planted[i].rule,
                     planted[i].what);
}

int main(void)
{
    struct CMUnitTest before = cmocka_unit_test(each_rule_that_is_left_out_is_found);
    return run_cases("memory_log", before, cases, CASES, memory_world_set_up,
                     memory_world_tear_down, NULL, NULL);
}
