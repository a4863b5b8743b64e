/* Several servers, one of which leads: the channel finds it, and finds it again. */
#include <stdio.h>
#include <string.h>

#include "tests/rpc/servers_fixture.h"

/* On a busy machine a call may take so long that it is made again, or a server be asked twice. */
enum { ATTEMPT_MS = 50, LONG_MS = 60 * 1000, CALLS = 20, FEW = 5 };

static const struct onsale_channel_options impatient = {.attempt_timeout_ms = ATTEMPT_MS};
static const struct onsale_channel_options hasty = {.fail_fast = true};

static void write_well(struct servers_fixture *fixture)
{
    assert_int_equal(balance_call(fixture->channel, &charge_balance, 7, LONG_MS, NULL), ONSALE_OK);
}

/* Every frame at both servers is the same call, unchanged. */
static void assert_same_call(struct raw_server *a, struct raw_server *b)
{
    struct raw_call first = raw_server_first_call(a, 0);
    struct raw_call again = raw_server_first_call(b, 0);
    assert_string_equal(again.method, first.method);
    assert_int_equal(again.payload_size, first.payload_size);
    assert_memory_equal(again.payload, first.payload, first.payload_size);
}

static void a_write_goes_to_the_leader_that_a_follower_names(void **state)
{
    struct servers_fixture *fixture = *state;
    servers_lead(fixture, 2, 1, 10);
    servers_open(fixture, NULL);
    for (size_t i = 0; i < CALLS; i++)
        write_well(fixture);
    assert_in_range(servers_frames(fixture, 0), 1, FEW);
    assert_true(servers_frames(fixture, 1) < FEW);
    assert_true(servers_frames(fixture, 2) >= CALLS);
    assert_same_call(fixture->servers[0], fixture->servers[2]);
}

static void the_other_kinds_of_calls_go_there_too(void **state)
{
    struct servers_fixture *fixture = *state;
    servers_lead(fixture, 2, 1, 10);
    struct onsale_channel *channel = servers_open(fixture, NULL);
    write_well(fixture);
    for (size_t i = 0; i < CALLS; i++) {
        assert_int_equal(balance_call(channel, &get_balance, i, LONG_MS, NULL), ONSALE_OK);
        assert_int_equal(balance_call(channel, &get_balance_watched, i, LONG_MS, NULL), ONSALE_OK);
        assert_int_equal(balance_call(channel, &get_balance_administered, i, LONG_MS, NULL),
                         ONSALE_OK);
    }
    assert_in_range(servers_frames(fixture, 0), 1, FEW);
    assert_true(servers_frames(fixture, 2) >= 1 + 3 * CALLS);
}

static void a_leader_that_the_options_do_not_name_is_followed(void **state)
{
    struct servers_fixture *fixture = *state;
    const struct onsale_channel_options options = {.url = fixture->urls[0], .attempts_max = 1};
    servers_lead(fixture, 2, 1, 10);
    assert_int_equal(onsale_channel_open(&options, &fixture->channel, NULL), ONSALE_OK);
    for (size_t i = 0; i < CALLS; i++)
        write_well(fixture);
    assert_in_range(servers_frames(fixture, 0), 1, FEW);
    assert_true(servers_frames(fixture, 2) >= CALLS);
}

static void an_address_that_is_none_is_not_followed(void **state)
{
    struct servers_fixture *fixture = *state;
    struct onsale_error error;
    const struct onsale_channel_options options = {.url = fixture->urls[0], .attempts_max = 2};
    static const char *const urls[] = {"tcp://0.0.0.0:7000", "tcp://*:7000", "nonsense", "a://b,c",
                                       "a://b"};
    assert_int_equal(onsale_channel_open(&options, &fixture->channel, NULL), ONSALE_OK);
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        raw_server_set_role(fixture->servers[0],
                            (struct raw_role){.follows = true, .leader_url = urls[i]});
        assert_int_equal(balance_call(fixture->channel, &charge_balance, 7, LONG_MS, &error),
                         ONSALE_NOT_LEADER);
        assert_int_equal(error.attempts, 2);
        assert_int_equal(error.details_count, 1);
    }
}

static void without_a_name_the_others_are_asked(void **state)
{
    struct servers_fixture *fixture = *state;
    servers_lead(fixture, 2, 1, 10);
    servers_follow(fixture, 0, SERVERS, 0, 10);
    servers_follow(fixture, 1, SERVERS, 0, 10);
    servers_open(fixture, NULL);
    for (size_t i = 0; i < CALLS; i++)
        write_well(fixture);
    assert_in_range(servers_frames(fixture, 0), 1, FEW);
    assert_in_range(servers_frames(fixture, 1), 1, FEW);
    assert_true(servers_frames(fixture, 2) >= CALLS);
}

static void a_leader_that_moves_is_followed(void **state)
{
    struct servers_fixture *fixture = *state;
    servers_open(fixture, NULL);
    for (size_t i = 0; i < 6; i++) {
        servers_lead(fixture, i % SERVERS, 1 + i, 10 + i);
        write_well(fixture);
        write_well(fixture);
    }
    for (size_t i = 0; i < SERVERS; i++)
        assert_true(servers_frames(fixture, i) >= 4);
}

static void who_names_a_leader_of_before_is_not_followed(void **state)
{
    struct servers_fixture *fixture = *state;
    servers_lead(fixture, 1, 5, 10);
    struct onsale_channel *channel = servers_open(fixture, NULL);
    write_well(fixture);
    raw_server_expect(fixture->servers[1], RAW_NOT_LEADER, 1); /* it names nobody */
    servers_follow(fixture, 2, 0, 4, 9);
    servers_follow(fixture, 0, 1, 5, 9);
    assert_int_equal(balance_call(channel, &charge_balance, 8, LONG_MS, NULL), ONSALE_OK);
    assert_true(servers_frames(fixture, 1) >= 3);
}

static void while_nobody_leads_callers_wait_and_ask_seldom(void **state)
{
    enum { MANY = 300, ASKED_ENOUGH = 12 };
    struct servers_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    for (size_t i = 0; i < SERVERS; i++)
        servers_follow(fixture, i, SERVERS, 0, 10);
    struct onsale_channel *channel = servers_open(fixture, NULL);
    for (size_t i = 0; i < MANY; i++)
        balance_call_async(channel, &charge_balance, i, LONG_MS, tally_done, &tally);
    raw_server_await(fixture->servers[1], ASKED_ENOUGH);
    for (size_t i = 0; i < SERVERS; i++)
        assert_true(raw_server_calls(fixture->servers[i]) <
                    SERVERS * MANY + SERVERS * servers_frames(fixture, i));
    servers_lead(fixture, 1, 2, 11);
    tally_await(&tally, MANY);
    assert_int_equal(tally.succeeded, MANY);
}

static void a_silent_leader_is_left_for_another(void **state)
{
    struct servers_fixture *fixture = *state;
    servers_lead(fixture, 1, 2, 11);
    raw_server_set_role(fixture->servers[0], (struct raw_role){.epoch = 1, .index = 10});
    raw_server_expect(fixture->servers[0], RAW_SILENCE, 1000);
    servers_open(fixture, &impatient);
    write_well(fixture);
    assert_true(servers_frames(fixture, 1) >= 1);
    if (servers_frames(fixture, 0) > 0) assert_same_call(fixture->servers[0], fixture->servers[1]);
}

static void a_leader_that_dies_with_a_call_is_left_for_another(void **state)
{
    struct servers_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    servers_lead(fixture, 0, 1, 10);
    raw_server_expect(fixture->servers[0], RAW_SILENCE, 1);
    struct onsale_channel *channel = servers_open(fixture, NULL);
    balance_call_async(channel, &charge_balance, 1234567, LONG_MS, tally_done, &tally);
    raw_server_await(fixture->servers[0], 1);
    struct raw_call sent = raw_server_first_call(fixture->servers[0], 0);
    servers_stop(fixture, 0);
    servers_lead(fixture, 2, 2, 11);
    tally_await(&tally, 1);
    assert_int_equal(tally.succeeded, 1);
    struct raw_call again = raw_server_first_call(fixture->servers[2], 0);
    assert_int_equal(again.payload_size, sent.payload_size);
    assert_memory_equal(again.payload, sent.payload, sent.payload_size);
}

static void a_server_that_is_stopping_is_left_for_another(void **state)
{
    struct servers_fixture *fixture = *state;
    servers_lead(fixture, 1, 2, 11);
    raw_server_set_role(fixture->servers[0], (struct raw_role){.epoch = 1, .index = 10});
    raw_server_expect(fixture->servers[0], RAW_UNAVAILABLE, 1000);
    servers_open(fixture, NULL);
    for (size_t i = 0; i < CALLS; i++)
        write_well(fixture);
    assert_in_range(servers_frames(fixture, 0), 1, FEW);
    assert_true(servers_frames(fixture, 1) >= CALLS);
}

static void a_reply_of_an_older_epoch_is_dropped_and_its_call_repeated(void **state)
{
    struct servers_fixture *fixture = *state;
    struct onsale_channel *channel = servers_open(fixture, NULL);
    const struct onsale_method *const methods[] = {&charge_balance, &get_balance,
                                                   &get_balance_watched};
    servers_lead(fixture, 0, 5, 10);
    write_well(fixture);
    for (size_t i = 0; i < 3; i++) {
        size_t stale = i % SERVERS;
        size_t leader = (stale + 1) % SERVERS;
        size_t frames = servers_frames(fixture, stale);
        size_t leaders = servers_frames(fixture, leader);
        servers_lead(fixture, leader, 6 + i, 20 + i);
        raw_server_set_role(fixture->servers[stale], (struct raw_role){.epoch = 1, .index = 99});
        assert_int_equal(balance_call(channel, methods[i], 7, LONG_MS, NULL), ONSALE_OK);
        assert_true(servers_frames(fixture, stale) > frames);
        assert_true(servers_frames(fixture, leader) > leaders);
    }
}

static void one_that_is_dead_at_the_start_is_passed_over(void **state)
{
    for (size_t dead = 0; dead < 2; dead++) {
        struct servers_fixture *fixture = *state;
        const struct onsale_method *const methods[] = {
            &charge_balance, &get_balance, &get_balance_watched, &get_balance_administered};
        servers_stop(fixture, dead);
        servers_lead(fixture, 2, 1, 10);
        struct onsale_channel *channel = servers_open(fixture, dead == 0 ? NULL : &hasty);
        for (size_t i = 0; i < 4; i++)
            assert_int_equal(balance_call(channel, methods[i], 7, LONG_MS, NULL), ONSALE_OK);
        onsale_channel_close(channel);
        fixture->channel = NULL;
    }
}

static void when_all_are_dead_a_hasty_channel_says_so(void **state)
{
    struct servers_fixture *fixture = *state;
    struct onsale_error error;
    for (size_t i = 0; i < SERVERS; i++)
        servers_stop(fixture, i);
    struct onsale_channel *channel = servers_open(fixture, &hasty);
    const struct onsale_method *const methods[] = {&charge_balance, &get_balance,
                                                   &get_balance_watched, &get_balance_administered};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(balance_call(channel, methods[i], 7, LONG_MS, &error),
                         ONSALE_SOCKET_NOT_FOUND);
        assert_int_equal(error.attempts, 0);
        assert_non_null(strstr(error.message, fixture->list));
    }
}

static void else_calls_wait_for_whichever_comes_back(void **state)
{
    struct servers_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    for (size_t i = 0; i < SERVERS; i++)
        servers_stop(fixture, i);
    struct onsale_channel *channel = servers_open(fixture, NULL);
    for (uint64_t i = 0; i < 8; i++)
        balance_call_async(channel, i % 2 == 0 ? &get_balance : &charge_balance, i, LONG_MS,
                           tally_done, &tally);
    fixture->servers[2] = raw_server_open(fixture->urls[2]);
    tally_await(&tally, 8);
    assert_int_equal(tally.succeeded, 8);
}

static void lists_that_do_not_match_are_refused_by_name(void **state)
{
    static const struct {
        struct onsale_channel_options options;
        const char *named;
    } rows[] = {
        {{.url = "ipc:///a,,ipc:///b"}, "option url "},
        {{.url = "ipc:///a,"}, "option url "},
        {{.url = "ipc:///a,nonsense"}, "option url "},
        {{.url =
              "ipc:///1,ipc:///2,ipc:///3,ipc:///4,ipc:///5,ipc:///6,ipc:///7,ipc:///8,ipc:///9"},
         "option url "},
        {{.url = "ipc:///a", .watch_url = "ipc:///b,ipc:///c"}, "option watch_url "},
        {{.url = "ipc:///a", .admin_url = "ipc:///b,ipc:///c"}, "option admin_url "},
        {{.url = ""}, "option url "},
        {{.url = "ipc:///a", .watch_url = ""}, "option watch_url "},
        {{.url = "ipc:///a,ipc:///b", .admin_url = ","}, "option admin_url "},
        {{.url = "ipc:///a", .read_from = 2}, "option read_from "},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct onsale_channel *channel;
        struct onsale_error error;
        assert_int_equal(onsale_channel_open(&rows[i].options, &channel, &error),
                         ONSALE_ARGUMENT_INVALID);
        assert_non_null(strstr(error.message, rows[i].named));
    }
}

static void a_server_may_have_no_socket_of_a_kind(void **state)
{
    struct servers_fixture *fixture = *state;
    char admin_urls[128];
    struct onsale_channel_options options = {.url = fixture->list, .admin_url = admin_urls};
    snprintf(admin_urls, sizeof admin_urls, ",%s", fixture->urls[1]);
    servers_lead(fixture, 0, 1, 10);
    assert_int_equal(onsale_channel_open(&options, &fixture->channel, NULL), ONSALE_OK);
    assert_int_equal(balance_call(fixture->channel, &get_balance_administered, 7, LONG_MS, NULL),
                     ONSALE_OK);
    write_well(fixture);
    assert_true(servers_frames(fixture, 0) >= 1);
    assert_true(servers_frames(fixture, 1) >= 1);
}

int main(void)
{
    const struct CMUnitTest rows[] = {
        SERVERS_TEST(a_write_goes_to_the_leader_that_a_follower_names),
        SERVERS_TEST(the_other_kinds_of_calls_go_there_too),
        SERVERS_TEST(a_leader_that_the_options_do_not_name_is_followed),
        SERVERS_TEST(an_address_that_is_none_is_not_followed),
        SERVERS_TEST(without_a_name_the_others_are_asked),
        SERVERS_TEST(a_leader_that_moves_is_followed),
        SERVERS_TEST(who_names_a_leader_of_before_is_not_followed),
        SERVERS_TEST(while_nobody_leads_callers_wait_and_ask_seldom),
        SERVERS_TEST(a_silent_leader_is_left_for_another),
        SERVERS_TEST(a_leader_that_dies_with_a_call_is_left_for_another),
        SERVERS_TEST(a_server_that_is_stopping_is_left_for_another),
        SERVERS_TEST(a_reply_of_an_older_epoch_is_dropped_and_its_call_repeated),
        SERVERS_TEST(one_that_is_dead_at_the_start_is_passed_over),
        SERVERS_TEST(when_all_are_dead_a_hasty_channel_says_so),
        SERVERS_TEST(else_calls_wait_for_whichever_comes_back),
        SERVERS_TEST(lists_that_do_not_match_are_refused_by_name),
        SERVERS_TEST(a_server_may_have_no_socket_of_a_kind),
    };
    return cmocka_run_group_tests_name("channel: servers", rows, NULL, NULL);
}
