#include "tests/log/contract.h"

#include <string.h>

enum { LEADER, FOLLOWER, SECOND };

/* --- Appending and reading -------------------------------------------------------------------- */

static void entries_are_read_as_they_were_appended(struct world *world)
{
    struct copy leader = {0}, follower = {0};
    uint64_t epoch = world_lead(world, LEADER, &leader);
    assert_true(epoch >= 1);
    world_stage(world, LEADER, &leader, "a");
    world_stage(world, LEADER, &leader, "b");
    assert_int_equal(world_flush(world, LEADER), STATUS_OK);
    world_append(world, LEADER, &leader, "c");
    assert_int_equal(log_acknowledged(world_log(world, LEADER)), 4);
    assert_int_equal(world_follow(world, FOLLOWER, &follower, true), STATUS_OK);
    assert_texts(&follower, "a b c");
    assert_int_equal(follower.entries[0].kind, LOG_START);
    assert_string_equal(follower.entries[0].text, "start");
    assert_int_equal(follower.place.index, 4);
    assert_int_equal(log_seen(world_log(world, FOLLOWER)), 4);
}

static void a_reader_goes_on_in_the_middle_of_a_row(struct world *world)
{
    struct copy leader = {0}, follower = {0};
    uint64_t epoch = world_lead(world, LEADER, &leader);
    follower.place = (struct log_place){epoch, 3};
    world_stage(world, LEADER, &leader, "a");
    world_stage(world, LEADER, &leader, "b");
    world_stage(world, LEADER, &leader, "c");
    assert_int_equal(world_flush(world, LEADER), STATUS_OK);
    world_append(world, LEADER, &leader, "d");
    assert_int_equal(world_follow(world, FOLLOWER, &follower, true), STATUS_OK);
    assert_texts(&follower, "c d");
}

static enum status stop_at_once(void *context, const struct log_entry *entry)
{
    (void)entry;
    ++*(int *)context;
    return STATUS_NOT_FOUND;
}

static void a_visit_that_fails_ends_the_reading(struct world *world)
{
    int visits = 0;
    struct copy leader = {0};
    world_lead(world, LEADER, &leader);
    world_append(world, LEADER, &leader, "a");
    assert_int_equal(log_follow(world_log(world, LEADER), (struct log_place){0, 0}, true,
                                stop_at_once, &visits, world->problem),
                     STATUS_NOT_FOUND);
    assert_int_equal(visits, 1);
}

static void large_entries_come_back_whole(struct world *world)
{
    static char text[3 << 20];
    struct copy leader = {0}, follower = {0};
    memset(text, 'x', sizeof text - 1);
    world_lead(world, LEADER, &leader);
    for (int i = 0; i < 4; i++)
        world_stage(world, LEADER, &leader, text);
    assert_int_equal(world_flush(world, LEADER), STATUS_OK);
    assert_int_equal(log_acknowledged(world_log(world, LEADER)), 5);
    assert_int_equal(world_follow(world, FOLLOWER, &follower, true), STATUS_OK);
    assert_int_equal(follower.place.index, 5);
}

static void a_log_begins_where_a_folder_ends(struct world *world)
{
    struct copy leader = {.place = {0, 99}}, follower = {.place = {0, 99}}, other = {0};
    world->methods->make(world, 100);
    assert_int_equal(world_follow(world, SECOND, &other, true), STATUS_LOG_DAMAGED);
    assert_non_null(strstr(world->problem, "begin with a backup"));
    world_lead(world, LEADER, &leader);
    world_append(world, LEADER, &leader, "a");
    assert_int_equal(leader.place.index, 101);
    assert_int_equal(world_follow(world, FOLLOWER, &follower, true), STATUS_OK);
    assert_texts(&follower, "a");
    assert_int_equal(world_follow(world, SECOND, &other, true), STATUS_LOG_DAMAGED);
}

/* --- What followers take ---------------------------------------------------------------------- */

static void a_follower_takes_what_a_later_row_calls_acknowledged(struct world *world)
{
    struct copy leader = {0}, follower = {0};
    world_lead(world, LEADER, &leader);
    world_append(world, LEADER, &leader, "a");
    world_catch_up(world, FOLLOWER, &follower, 2);
    assert_int_equal(follower.place.index, 1);
    world_append(world, LEADER, &leader, "b");
    world_catch_up(world, FOLLOWER, &follower, 3);
    assert_texts(&follower, "a");
    assert_int_equal(world_follow(world, FOLLOWER, &follower, true), STATUS_OK);
    assert_texts(&follower, "a b");
}

static void news_are_noted_once(struct world *world)
{
    struct copy leader = {0}, follower = {0};
    struct log *log = world_log(world, FOLLOWER);
    assert_int_equal(log_news_ns(log), 0);
    world_lead(world, LEADER, &leader);
    world_catch_up(world, FOLLOWER, &follower, 1);
    int64_t news_ns = log_news_ns(log);
    assert_int_not_equal(news_ns, 0);
    world_catch_up(world, FOLLOWER, &follower, 1);
    assert_true(log_news_ns(log) == news_ns);
}

static void a_row_that_is_missing_is_waited_for(struct world *world)
{
    struct copy leader = {0}, follower = {0};
    world_lead(world, LEADER, &leader);
    struct log_row later = world_row(3, leader.place.epoch, "b");
    world->methods->put(world, &later);
    assert_int_equal(world_follow(world, FOLLOWER, &follower, true), STATUS_OK);
    assert_int_equal(follower.place.index, 1);
    struct log_row late = world_row(2, leader.place.epoch, "a");
    world->methods->put(world, &late);
    assert_int_equal(world_follow(world, FOLLOWER, &follower, true), STATUS_OK);
    assert_texts(&follower, "a b");
}

/* Whatever its time is. */
static size_t trim(struct world *world, uint64_t below_index)
{
    size_t rows = 0;
    assert_int_equal(log_trim(world_log(world, LEADER), below_index, INT64_MAX, &rows), STATUS_OK);
    return rows;
}

static void what_was_trimmed_is_said_to_be_so(struct world *world)
{
    struct copy leader = {0}, late = {0}, early;
    world_lead(world, LEADER, &leader);
    world_append(world, LEADER, &leader, "a");
    early = leader;
    world_append(world, LEADER, &leader, "b");
    world_append(world, LEADER, &leader, "c");
    assert_int_equal(trim(world, 3), 2);
    assert_int_equal(trim(world, 3), 0);
    assert_int_equal(world_follow(world, FOLLOWER, &late, true), STATUS_LOG_DAMAGED);
    assert_non_null(strstr(world->problem, "trimmed"));
    assert_int_equal(world_follow(world, FOLLOWER, &early, true), STATUS_OK);
    assert_texts(&early, "a b c");
    world_append(world, LEADER, &leader, "d");
}

static void all_may_be_trimmed(struct world *world)
{
    struct copy leader = {0}, follower;
    world_lead(world, LEADER, &leader);
    world_append(world, LEADER, &leader, "a");
    follower = leader;
    assert_int_equal(trim(world, 3), 2);
    assert_int_equal(world_follow(world, FOLLOWER, &follower, true), STATUS_OK);
    world_append(world, LEADER, &leader, "b");
    assert_int_equal(world_follow(world, FOLLOWER, &follower, true), STATUS_OK);
    assert_texts(&follower, "a b");
}

static void a_row_that_goes_on_is_not_trimmed(struct world *world)
{
    struct copy leader = {0};
    world_lead(world, LEADER, &leader);
    world_stage(world, LEADER, &leader, "a");
    world_stage(world, LEADER, &leader, "b");
    assert_int_equal(world_flush(world, LEADER), STATUS_OK);
    world_append(world, LEADER, &leader, "c");
    assert_int_equal(trim(world, 3), 1);
    assert_int_equal(trim(world, 4), 1);
}

static void what_is_young_is_not_trimmed(struct world *world)
{
    struct copy leader = {0};
    size_t rows = 9;
    world_lead(world, LEADER, &leader);
    world_append(world, LEADER, &leader, "a");
    assert_int_equal(log_trim(world_log(world, LEADER), 3, WORLD_TIME_MS, &rows), STATUS_OK);
    assert_int_equal(rows, 0);
    assert_int_equal(log_trim(world_log(world, LEADER), 3, WORLD_TIME_MS + 1, &rows), STATUS_OK);
    assert_int_equal(rows, 2);
}

static void void_rows_go_with_the_others_and_hold_up_none(struct world *world)
{
    struct copy first = {0}, second = {0}, follower;
    world_lead(world, LEADER, &first);
    world_lead(world, SECOND, &second);
    world_stage(world, SECOND, &second, "a");
    world_stage(world, SECOND, &second, "b");
    assert_int_equal(world_flush(world, SECOND), STATUS_OK);
    struct log_row ghost = world_row(4, 1, "ghost");
    world->methods->put(world, &ghost);
    follower = second;
    world_append(world, SECOND, &second, "c");
    assert_int_equal(trim(world, 5), 3);
    assert_int_equal(world_follow(world, FOLLOWER, &follower, true), STATUS_OK);
    assert_texts(&follower, "a b c");
}

static void what_is_needed_is_the_least_that_was_reported(struct world *world)
{
    uint64_t index = 9;
    struct log *log = world_log(world, LEADER);
    assert_int_equal(log_needed(log, 100000, &index), STATUS_OK);
    assert_int_equal(index, 0);
    assert_int_equal(log_report(log, "a", 7), STATUS_OK);
    assert_int_equal(log_report(world_log(world, SECOND), "b", 5), STATUS_OK);
    assert_int_equal(log_needed(log, 100000, &index), STATUS_OK);
    assert_int_equal(index, 5);
    assert_int_equal(log_report(world_log(world, SECOND), "b", 8), STATUS_OK);
    assert_int_equal(log_needed(log, 100000, &index), STATUS_OK);
    assert_int_equal(index, 7);
    assert_int_equal(log_needed(log, 0, &index), STATUS_OK);
    assert_int_equal(index, 0);
}

static void a_replica_of_another_history_is_told_so(struct world *world)
{
    struct copy leader = {0}, second = {0}, fork, ahead = {0};
    uint64_t epoch = world_lead(world, LEADER, &leader);
    ahead.place = (struct log_place){epoch, 9};
    world_append(world, LEADER, &leader, "a");
    fork = leader;
    world_stage(world, LEADER, &fork, "lost");
    world_lead(world, SECOND, &second);
    world_append(world, SECOND, &second, "b");
    assert_int_equal(world_follow(world, FOLLOWER, &fork, true), STATUS_LOG_DAMAGED);
    assert_non_null(strstr(world->problem, "another history"));
    assert_int_equal(world_follow(world, FOLLOWER, &ahead, true), STATUS_LOG_DAMAGED);
    assert_non_null(strstr(world->problem, "ends before"));
}

/* --- Rows that can't be read ------------------------------------------------------------------ */

static void follow_spoilt(struct world *world, void (*spoil)(struct log_row *row),
                          enum status wanted, const char *word)
{
    struct copy leader = {0}, follower = {0};
    uint64_t epoch = world_lead(world, LEADER, &leader);
    struct log_row row = world_row(2, epoch, "a");
    spoil(&row);
    world->methods->put(world, &row);
    assert_int_equal(world_follow(world, FOLLOWER, &follower, true), wanted);
    assert_non_null(strstr(world->problem, word));
    assert_int_equal(follower.place.index, 1);
}

static void follow_damaged(struct world *world, void (*spoil)(struct log_row *row),
                           const char *word)
{
    follow_spoilt(world, spoil, STATUS_LOG_DAMAGED, word);
}

static void spoil_body(struct log_row *row)
{
    ((uint8_t *)(uintptr_t)row->body)[row->head.body_size - 1] ^= 1;
}

static void a_damaged_row_is_refused(struct world *world)
{
    follow_damaged(world, spoil_body, "damaged");
}

static void spoil_count(struct log_row *row)
{
    row->head.count = 2;
}

static void a_row_whose_head_was_changed_is_refused(struct world *world)
{
    follow_damaged(world, spoil_count, "damaged");
}

static void spoil_format(struct log_row *row)
{
    row->head.format = LOG_ROW_FORMAT + 1;
}

static void a_row_of_a_later_format_is_refused(struct world *world)
{
    follow_spoilt(world, spoil_format, STATUS_LOG_NEWER, "row at 2 has another format");
}

static void spoil_epoch(struct log_row *row)
{
    *row = world_row(row->head.index, row->head.epoch + 5, "a");
}

static void an_epoch_that_no_start_began_is_refused(struct world *world)
{
    follow_damaged(world, spoil_epoch, "no START");
}

/* --- Leaders ---------------------------------------------------------------------------------- */

static void epochs_grow_with_each_claim(struct world *world)
{
    struct copy first = {0}, second = {0};
    uint64_t epoch = world_lead(world, LEADER, &first);
    uint64_t next = world_lead(world, SECOND, &second);
    assert_true(next > epoch);
    assert_true(world_lead(world, SECOND, &second) > next);
}

static void the_next_leader_deposes_the_one_before(struct world *world)
{
    struct copy first = {0}, second = {0}, follower = {0};
    world_lead(world, LEADER, &first);
    world_append(world, LEADER, &first, "a");
    world_lead(world, SECOND, &second);
    assert_texts(&second, "a");
    world_stage(world, LEADER, &first, "lost");
    assert_int_equal(world_flush(world, LEADER), STATUS_DEPOSED);
    assert_int_equal(world_flush(world, LEADER), STATUS_DEPOSED);
    assert_int_equal(log_acknowledged(world_log(world, LEADER)), 2);
    world_append(world, SECOND, &second, "b");
    assert_int_equal(world_follow(world, FOLLOWER, &follower, true), STATUS_OK);
    assert_texts(&follower, "a b");
}

static void what_comes_before_start_deposes_who_did_not_read_it(struct world *world)
{
    struct copy first = {0}, second = {0}, follower = {0};
    world_lead(world, LEADER, &first);
    world_claim(world, SECOND, &second);
    world_append(world, LEADER, &first, "a");
    assert_int_equal(world_flush(world, SECOND), STATUS_DEPOSED);
    world_append(world, LEADER, &first, "b");
    assert_int_equal(world_follow(world, FOLLOWER, &follower, true), STATUS_OK);
    assert_texts(&follower, "a b");
    second = (struct copy){0};
    world_lead(world, SECOND, &second);
    assert_texts(&second, "a b");
}

static void a_deposed_leader_leads_again(struct world *world)
{
    struct copy first = {0}, second = {0};
    world_lead(world, LEADER, &first);
    world_lead(world, SECOND, &second);
    world_stage(world, LEADER, &first, "lost");
    assert_int_equal(world_flush(world, LEADER), STATUS_DEPOSED);
    first = (struct copy){0};
    world_lead(world, LEADER, &first);
    world_append(world, LEADER, &first, "a");
    assert_texts(&first, "a");
    world_stage(world, SECOND, &second, "lost");
    assert_int_equal(world_flush(world, SECOND), STATUS_DEPOSED);
}

static void a_void_row_makes_room(struct world *world)
{
    struct copy first = {0}, second = {0}, follower = {0};
    world_lead(world, LEADER, &first);
    world_lead(world, SECOND, &second);
    struct log_row ghost = world_row(3, first.place.epoch, "ghost");
    world->methods->put(world, &ghost);
    assert_int_equal(world_follow(world, FOLLOWER, &follower, true), STATUS_OK);
    assert_int_equal(follower.place.index, 2);
    world_append(world, SECOND, &second, "a");
    assert_int_equal(world_follow(world, FOLLOWER, &follower, true), STATUS_OK);
    assert_texts(&follower, "a");
}

static void a_row_of_a_later_epoch_is_never_removed(struct world *world)
{
    struct copy first = {0}, second = {0};
    struct log_row row;
    world_lead(world, LEADER, &first);
    uint64_t epoch = world_lead(world, SECOND, &second);
    world_stage(world, LEADER, &first, "lost");
    assert_int_equal(world_flush(world, LEADER), STATUS_DEPOSED);
    assert_true(world->methods->get(world, 2, &row));
    assert_int_equal(row.head.epoch, epoch);
}

static void the_lease_begins_with_the_sending(struct world *world)
{
    struct copy leader = {0};
    struct log *log = world_log(world, LEADER);
    assert_int_equal(log_lease_ns(log), 0);
    world_lead(world, LEADER, &leader);
    int64_t before_ns = log_lease_ns(log);
    assert_int_not_equal(before_ns, 0);
    world_append(world, LEADER, &leader, "a");
    assert_true(log_lease_ns(log) >= before_ns);
}

/* --- Checks ----------------------------------------------------------------------------------- */

static void the_log_of_another_shop_is_refused(struct world *world)
{
    uint8_t other[LOG_SHOP_BYTES] = {9, 9, 9};
    assert_int_equal(log_check(world_log(world, LEADER), false, world->problem), STATUS_OK);
    struct log *log = world->methods->open(world, other);
    assert_int_equal(log_check(log, false, world->problem), STATUS_LOG_UNFIT);
    assert_non_null(strstr(world->problem, "another shop"));
    log_close(log);
}

const struct contract contracts[] = {
    CASE(entries_are_read_as_they_were_appended),
    CASE(a_reader_goes_on_in_the_middle_of_a_row),
    CASE(a_visit_that_fails_ends_the_reading),
    CASE(large_entries_come_back_whole),
    CASE(a_log_begins_where_a_folder_ends),
    CASE(a_follower_takes_what_a_later_row_calls_acknowledged),
    CASE(news_are_noted_once),
    CASE(a_row_that_is_missing_is_waited_for),
    CASE(what_was_trimmed_is_said_to_be_so),
    CASE(all_may_be_trimmed),
    CASE(a_row_that_goes_on_is_not_trimmed),
    CASE(what_is_young_is_not_trimmed),
    CASE(void_rows_go_with_the_others_and_hold_up_none),
    CASE(what_is_needed_is_the_least_that_was_reported),
    CASE(a_replica_of_another_history_is_told_so),
    CASE(a_damaged_row_is_refused),
    CASE(a_row_whose_head_was_changed_is_refused),
    CASE(a_row_of_a_later_format_is_refused),
    CASE(an_epoch_that_no_start_began_is_refused),
    CASE(epochs_grow_with_each_claim),
    CASE(the_next_leader_deposes_the_one_before),
    CASE(what_comes_before_start_deposes_who_did_not_read_it),
    CASE(a_deposed_leader_leads_again),
    CASE(a_void_row_makes_room),
    CASE(a_row_of_a_later_epoch_is_never_removed),
    CASE(the_lease_begins_with_the_sending),
    CASE(the_log_of_another_shop_is_refused),
};
const size_t contracts_count = sizeof contracts / sizeof contracts[0];
