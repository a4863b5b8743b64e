/* Reads from any of several servers: spread, and never older than what the channel has seen. */
#include <string.h>

#include "tests/rpc/servers_fixture.h"

/* On a busy machine a call may take so long that it is made again. */
enum { LONG_MS = 60 * 1000, READS = 30, SOME = 5 };

static const struct onsale_channel_options nearest = {.read_from = ONSALE_READ_FROM_NEAREST};

static const struct onsale_method *const reads[] = {&get_balance, &get_balance_watched};

static void call_well(struct servers_fixture *fixture, const struct onsale_method *method)
{
    assert_int_equal(balance_call(fixture->channel, method, 7, LONG_MS, NULL), ONSALE_OK);
}

static struct raw_call last_call(struct servers_fixture *fixture, size_t server)
{
    return raw_server_first_call(fixture->servers[server], servers_frames(fixture, server) - 1);
}

static void reads_are_spread_and_writes_are_the_leaders(void **state)
{
    struct servers_fixture *fixture = *state;
    servers_lead(fixture, 0, 1, 10);
    servers_open(fixture, &nearest);
    for (size_t kind = 0; kind < 2; kind++) {
        size_t before[SERVERS];
        for (size_t i = 0; i < SERVERS; i++)
            before[i] = servers_frames(fixture, i);
        for (size_t i = 0; i < READS; i++)
            call_well(fixture, reads[kind]);
        for (size_t i = 0; i < SERVERS; i++)
            assert_in_range(servers_frames(fixture, i) - before[i], READS / SERVERS - SOME,
                            READS / SERVERS + SOME);
    }
    size_t others = servers_frames(fixture, 1) + servers_frames(fixture, 2);
    for (size_t i = 0; i < READS; i++)
        call_well(fixture, &charge_balance);
    assert_in_range(servers_frames(fixture, 1) + servers_frames(fixture, 2), others, others + SOME);
}

static void unless_asked_for_reads_are_the_leaders_too(void **state)
{
    struct servers_fixture *fixture = *state;
    servers_lead(fixture, 2, 1, 10);
    servers_open(fixture, NULL);
    for (size_t i = 0; i < READS; i++)
        call_well(fixture, reads[i % 2]);
    assert_true(servers_frames(fixture, 2) >= READS);
    assert_in_range(servers_frames(fixture, 0), 1, SOME);
    assert_true(servers_frames(fixture, 1) < SOME);
}

static size_t count_writes(struct servers_fixture *fixture, size_t server)
{
    size_t count = 0;
    for (size_t i = 0; i < servers_frames(fixture, server) && i < RAW_FRAMES_KEPT; i++) {
        struct raw_call call = raw_server_first_call(fixture->servers[server], i);
        count += strcmp(call.method, charge_balance.name) == 0;
    }
    return count;
}

/* A third of the reads ask the one that is behind. */
static void who_names_a_leader_of_before_is_not_followed(void **state)
{
    struct servers_fixture *fixture = *state;
    servers_lead(fixture, 2, 5, 10);
    servers_open(fixture, &nearest);
    call_well(fixture, &charge_balance);
    size_t writes = count_writes(fixture, 0);
    const struct raw_role behind = {
        .follows = true, .leader_url = fixture->urls[0], .leader_epoch = 4};
    raw_server_set_role(fixture->servers[1], behind); /* a refusal tells no place */
    raw_server_expect(fixture->servers[1], RAW_NOT_LEADER, 1000);
    for (size_t i = 0; i < READS; i++) {
        call_well(fixture, &get_balance);
        call_well(fixture, &charge_balance);
    }
    assert_true(servers_frames(fixture, 1) >= READS / SERVERS);
    assert_true(count_writes(fixture, 0) - writes < SOME);
}

static void what_was_written_is_read(void **state)
{
    struct servers_fixture *fixture = *state;
    servers_lead(fixture, 0, 1, 20);
    servers_open(fixture, &nearest);
    servers_follow(fixture, 1, 0, 1, 10);
    servers_follow(fixture, 2, 0, 1, 10);
    call_well(fixture, &charge_balance);
    size_t leaders = servers_frames(fixture, 0);
    for (size_t i = 0; i < 6; i++)
        call_well(fixture, reads[i % 2]);
    assert_true(servers_frames(fixture, 0) - leaders >= 6); /* whoever was asked first */
    assert_true(servers_frames(fixture, 1) >= 1);
    assert_int_equal(last_call(fixture, 1).min_index, 20);
    servers_follow(fixture, 1, 0, 1, 20);
    servers_follow(fixture, 2, 0, 1, 21);
    leaders = servers_frames(fixture, 0);
    for (size_t i = 0; i < 6; i++)
        call_well(fixture, reads[i % 2]);
    assert_true(servers_frames(fixture, 0) - leaders < 6);
}

static void what_was_read_is_not_unread(void **state)
{
    struct servers_fixture *fixture = *state;
    servers_lead(fixture, 0, 1, 30);
    servers_open(fixture, &nearest);
    servers_follow(fixture, 1, 0, 1, 10);
    servers_follow(fixture, 2, 0, 1, 29);
    for (size_t i = 0; i < 2 * SERVERS; i++)
        call_well(fixture, &get_balance);
    for (size_t i = 1; i < SERVERS; i++)
        assert_true(last_call(fixture, i).min_index == 30 || last_call(fixture, i).min_index == 29);
    for (size_t i = 0; i < SERVERS; i++)
        call_well(fixture, &get_balance);
    assert_int_equal(last_call(fixture, 0).min_index, 30);
    assert_int_equal(last_call(fixture, 1).min_index, 30);
    assert_int_equal(last_call(fixture, 2).min_index, 30);
}

static void nor_over_a_connection_that_broke(void **state)
{
    struct servers_fixture *fixture = *state;
    servers_lead(fixture, 0, 1, 30);
    servers_open(fixture, &nearest);
    call_well(fixture, &charge_balance);
    servers_stop(fixture, 0);
    servers_lead(fixture, 1, 2, 31);
    for (size_t i = 0; i < SERVERS; i++)
        call_well(fixture, &get_balance);
    assert_true(servers_frames(fixture, 1) + servers_frames(fixture, 2) >= SERVERS);
    assert_true(raw_server_first_call(fixture->servers[1], 0).min_index >= 30);
}

static void a_server_without_a_log_is_asked_for_nothing_of_the_kind(void **state)
{
    struct servers_fixture *fixture = *state;
    servers_open(fixture, &nearest);
    for (size_t i = 0; i < SERVERS; i++)
        raw_server_set_role(fixture->servers[i], (struct raw_role){.index = 7});
    for (size_t i = 0; i < READS; i++)
        call_well(fixture, &get_balance);
    for (size_t i = 0; i < SERVERS; i++)
        assert_int_equal(last_call(fixture, i).min_index, 0);
}

static void reads_of_one_that_dies_go_to_the_others(void **state)
{
    struct servers_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    servers_lead(fixture, 0, 1, 10);
    struct onsale_channel *channel = servers_open(fixture, &nearest);
    for (size_t i = 0; i < SERVERS; i++)
        call_well(fixture, &get_balance);
    raw_server_expect(fixture->servers[1], RAW_SILENCE, 1000);
    for (size_t i = 0; i < READS; i++)
        balance_call_async(channel, reads[i % 2], i, LONG_MS, tally_done, &tally);
    raw_server_await(fixture->servers[1], 2);
    servers_stop(fixture, 1);
    tally_await(&tally, READS);
    assert_int_equal(tally.succeeded, READS);
}

static void a_read_that_only_the_leader_answers_gets_there(void **state)
{
    struct servers_fixture *fixture = *state;
    servers_lead(fixture, 2, 1, 10);
    servers_open(fixture, &nearest);
    raw_server_expect(fixture->servers[0], RAW_NOT_LEADER, 1000);
    raw_server_expect(fixture->servers[1], RAW_NOT_LEADER, 1000);
    for (size_t i = 0; i < 2 * SERVERS; i++)
        call_well(fixture, reads[i % 2]);
    assert_true(servers_frames(fixture, 2) >= 2 * SERVERS);
}

int main(void)
{
    const struct CMUnitTest rows[] = {
        SERVERS_TEST(reads_are_spread_and_writes_are_the_leaders),
        SERVERS_TEST(unless_asked_for_reads_are_the_leaders_too),
        SERVERS_TEST(who_names_a_leader_of_before_is_not_followed),
        SERVERS_TEST(what_was_written_is_read),
        SERVERS_TEST(what_was_read_is_not_unread),
        SERVERS_TEST(nor_over_a_connection_that_broke),
        SERVERS_TEST(a_server_without_a_log_is_asked_for_nothing_of_the_kind),
        SERVERS_TEST(reads_of_one_that_dies_go_to_the_others),
        SERVERS_TEST(a_read_that_only_the_leader_answers_gets_there),
    };
    return cmocka_run_group_tests_name("channel: nearest", rows, NULL, NULL);
}
