#include "client/demo/story.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hex.h"
#include "base/require.h"
#include "client/command/command.h"
#include "client/command/text.h"
#include "client/demo/free_seats.h"

/* Places in the crowd, from 0. The three are ACTIVE when the first SERVED_EARLY have been served.
 */
enum { FOLLOWED = 119, RIVAL = 118, SLEEPER = 117, SERVED_EARLY = 70 };
enum { EXPIRY_WAIT_MS = 10 * 1000, SHORT_HOLD_MS = 2000, USUAL_HOLD_MS = 5 * 60 * 1000 };

struct story {
    struct shop *shop;
    struct crowd *crowd;
    const struct shell *shell;
    struct onsale_error error;
};

/* Says what was refused though it must not be. */
static bool broken(const char *what, const struct onsale_error *error)
{
    shell_blank();
    shell_say("The demo stops here: %s: %s: %s", what, error->reason, error->message);
    return false;
}

static bool expect_exit(const struct story *story, enum exit_code wanted,
                        const char *const *arguments)
{
    int code = shell_run(story->shell, arguments);
    if (code == (int)wanted) return true;
    shell_blank();
    shell_say("The demo stops here: the exit code is %d, not %d", code, (int)wanted);
    return false;
}

/* From now on the commands are this buyer's. */
static void become(const struct buyer *buyer)
{
    char token[TOKEN_TEXT_BYTES], user[24];
    *hex_write(buyer->token, ONSALE_TOKEN_BYTES, token) = '\0';
    snprintf(user, sizeof user, "%" PRIu64, buyer->user_id);
    setenv("ONSALE_TOKEN", token, 1);
    setenv("ONSALE_USER", user, 1);
}

static bool open_doors(struct story *story)
{
    shell_heading(story->shell, "1. The doors open: 200 users enter, at most 50 are let in");
    static const char *const set_policy[] = {
        "admin", "policy", "set", "1", "--active-max", "50", "--admissions-per-second",
        "1000",  NULL};
    if (!expect_exit(story, EXIT_CODE_OK, set_policy)) return false;
    int64_t began_us = tally_clock_us();
    if (crowd_enter(story->crowd, story->shop, &story->error) != ONSALE_OK)
        return broken("entering", &story->error);
    int64_t took_us = tally_clock_us() - began_us;
    shell_blank();
    shell_say("200 users are known and have entered, one after the other, in %s.",
              text_of_span(took_us / 1000).bytes);
    static const char *const stats[] = {"admin", "stats", NULL};
    return expect_exit(story, EXIT_CODE_OK, stats);
}

static void tell_place(const struct buyer *buyer)
{
    const char *status =
        text_of_enum(&onsale__v1__queue_entry_status__descriptor, (int)buyer->status);
    if (buyer->position > 0)
        shell_say("user %" PRIu64 "  %-8s position %3u", buyer->user_id, status, buyer->position);
    else
        shell_say("user %" PRIu64 "  %-8s come in!", buyer->user_id, status);
}

static bool follow_queue(struct story *story)
{
    static const size_t steps[] = {0, 20, 40, 60, SERVED_EARLY};
    struct buyer *followed = &story->crowd->buyers[FOLLOWED];
    shell_heading(story->shell, "2. We follow user 120 through the queue");
    shell_blank();
    tell_place(followed);
    for (size_t i = 0; i + 1 < sizeof steps / sizeof steps[0]; i++) {
        if (crowd_serve(story->crowd, steps[i], steps[i + 1], &story->error) != ONSALE_OK)
            return broken("serving", &story->error);
        if (buyer_wait(followed) != ONSALE_OK || buyer_poll(followed) != ONSALE_OK)
            return broken("waiting", &followed->error);
        shell_say("  users %zu to %zu have bought or left", steps[i] + 1, steps[i + 1]);
        tell_place(followed);
    }
    return buyer_wait_for_turn(followed) == ONSALE_OK || broken("waiting", &followed->error);
}

static bool look_around(struct story *story)
{
    shell_heading(story->shell, "3. User 120 looks at the dates and at the seats near the stage");
    become(&story->crowd->buyers[FOLLOWED]);
    static const char *const dates[] = {"performance", "list", NULL};
    static const char *const seats[] = {"performance", "seats", "11", "--section", "F1", NULL};
    return expect_exit(story, EXIT_CODE_OK, dates) && expect_exit(story, EXIT_CODE_OK, seats);
}

static bool buy(struct story *story)
{
    struct buyer *followed = &story->crowd->buyers[FOLLOWED];
    struct seat_pair pair;
    uint8_t id[ONSALE_ID_BYTES];
    char reservation[ONSALE_ID_TEXT_BYTES];
    if (free_pair_find(followed, &pair) != ONSALE_OK)
        return broken("finding seats", &followed->error);
    REQUIRE(onsale_id_new(id));
    onsale_id_print(id, reservation);
    const char *const hold[] = {"reserve",   "11", pair.names[0].text, pair.names[1].text, "--id",
                                reservation, NULL};
    const char *const rival_hold[] = {"reserve", "11", pair.names[1].text, NULL};
    const char *const rival_hold_korean[] = {"reserve", "11", pair.names[1].text, "--korean", NULL};
    const char *const pay[] = {"pay", reservation, NULL};
    static const char *const charge[] = {"wallet", "charge", "120", "500,000", NULL};
    static const char *const tickets[] = {"ticket", "list", NULL};

    shell_heading(story->shell, "4. User 120 holds two seats; user 119 wants one of them too");
    become(followed);
    if (!expect_exit(story, EXIT_CODE_OK, hold)) return false;
    become(&story->crowd->buyers[RIVAL]);
    if (!expect_exit(story, EXIT_CODE_REFUSED, rival_hold) ||
        !expect_exit(story, EXIT_CODE_REFUSED, rival_hold_korean))
        return false;

    shell_heading(story->shell, "5. User 120 pays: first without money, then with");
    become(followed);
    return expect_exit(story, EXIT_CODE_REFUSED, pay) && expect_exit(story, EXIT_CODE_OK, charge) &&
           expect_exit(story, EXIT_CODE_OK, pay) && expect_exit(story, EXIT_CODE_OK, tickets);
}

static enum onsale_status last_event(struct story *story, uint64_t *ret_number)
{
    Onsale__V1__GetStatsRequest request = ONSALE__V1__GET_STATS_REQUEST__INIT;
    Onsale__V1__GetStatsResponse *response;
    enum onsale_status status =
        onsale_admin_get_stats(story->shop->channel, &request, NULL, &response, &story->error);
    if (status != ONSALE_OK) return status;
    *ret_number = response->last_event_number;
    protobuf_c_message_free_unpacked(&response->base, NULL);
    return ONSALE_OK;
}

static bool tells_expiry(const Onsale__V1__ListEventsResponse *response)
{
    for (size_t i = 0; i < response->n_events; i++)
        if (response->events[i]->kind == ONSALE__V1__EVENT_KIND__EVENT_KIND_RESERVATION_EXPIRED)
            return true;
    return false;
}

/* Follows the change feed, a long poll at a time. */
static bool wait_for_expiry(struct story *story, uint64_t after)
{
    static const struct onsale_call_options options = {.timeout_ms = 2 * EXPIRY_WAIT_MS};
    Onsale__V1__ListEventsRequest request = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    bool expired = false;
    request.after = after;
    request.wait_ms = EXPIRY_WAIT_MS;
    while (!expired) {
        Onsale__V1__ListEventsResponse *response;
        if (onsale_event_list_events(story->shop->channel, &request, &options, &response,
                                     &story->error) != ONSALE_OK)
            return broken("following the events", &story->error);
        tally_add_wait(&story->shop->tally);
        expired = tells_expiry(response);
        bool silent = response->n_events == 0;
        if (!silent) request.after = response->events[response->n_events - 1]->event_number;
        protobuf_c_message_free_unpacked(&response->base, NULL);
        if (silent) {
            shell_blank();
            shell_say("The demo stops here: the hold has not expired");
            return false;
        }
    }
    return true;
}

static bool let_expire(struct story *story, struct buyer *sleeper, struct seat_pair *ret_pair)
{
    uint64_t after;
    if (free_pair_find(sleeper, ret_pair) != ONSALE_OK ||
        buyer_hold(sleeper, ret_pair->first_seat_index, 2) != ONSALE_OK)
        return broken("holding", &sleeper->error);
    int64_t began_us = tally_clock_us();
    shell_say("user 118 holds %s and %s, and falls asleep", ret_pair->names[0].text,
              ret_pair->names[1].text);
    if (last_event(story, &after) != ONSALE_OK) return broken("asking", &story->error);
    if (!wait_for_expiry(story, after)) return false;
    shell_say("the seats are free again after %s",
              text_of_span((tally_clock_us() - began_us) / 1000).bytes);
    return true;
}

static bool set_hold_lifetime(struct story *story, int64_t lifetime_ms)
{
    Onsale__V1__GetQueuePolicyRequest get = ONSALE__V1__GET_QUEUE_POLICY_REQUEST__INIT;
    Onsale__V1__SetQueuePolicyRequest set = ONSALE__V1__SET_QUEUE_POLICY_REQUEST__INIT;
    Onsale__V1__GetQueuePolicyResponse *got = NULL;
    Onsale__V1__SetQueuePolicyResponse *done = NULL;
    get.concert_id = set.concert_id = story->shop->concert_id;
    enum onsale_status status =
        onsale_admin_get_queue_policy(story->shop->channel, &get, NULL, &got, &story->error);
    if (status == ONSALE_OK) {
        set.policy = got->policy;
        set.policy->hold_lifetime_ms = lifetime_ms;
        status =
            onsale_admin_set_queue_policy(story->shop->channel, &set, NULL, &done, &story->error);
    }
    protobuf_c_message_free_unpacked((ProtobufCMessage *)got, NULL);
    protobuf_c_message_free_unpacked((ProtobufCMessage *)done, NULL);
    return status == ONSALE_OK || broken("setting the policy", &story->error);
}

static bool oversleep(struct story *story)
{
    struct buyer *sleeper = &story->crowd->buyers[SLEEPER];
    struct seat_pair pair;
    char reservation[ONSALE_ID_TEXT_BYTES];

    shell_heading(story->shell, "6. A hold that is not paid returns to sale (after 2 s, for once)");
    shell_blank();
    if (!set_hold_lifetime(story, SHORT_HOLD_MS) || !let_expire(story, sleeper, &pair) ||
        !set_hold_lifetime(story, USUAL_HOLD_MS))
        return false;
    onsale_id_print(sleeper->reservation_id, reservation);
    const char *const pay[] = {"pay", reservation, NULL};
    const char *const hold[] = {"reserve", "11", pair.names[0].text, pair.names[1].text, NULL};
    become(sleeper);
    if (!expect_exit(story, EXIT_CODE_REFUSED, pay)) return false;
    shell_blank();
    shell_say("user 119, the rival of before, is glad to take them:");
    become(&story->crowd->buyers[RIVAL]);
    return expect_exit(story, EXIT_CODE_OK, hold);
}

static bool serve_the_rest(struct story *story)
{
    shell_heading(story->shell, "7. Everybody else gets a turn");
    if (crowd_serve(story->crowd, SERVED_EARLY, SLEEPER, &story->error) != ONSALE_OK ||
        crowd_serve(story->crowd, FOLLOWED + 1, CROWD_BUYERS, &story->error) != ONSALE_OK)
        return broken("serving", &story->error);
    shell_blank();
    shell_say("users 71 to 200 have bought or left");
    become(&story->crowd->buyers[RIVAL]);
    static const char *const seats[] = {"performance", "seats", "11", "--section", "F1", NULL};
    return expect_exit(story, EXIT_CODE_OK, seats);
}

bool story_play(struct shop *shop, struct crowd *crowd, const struct shell *shell)
{
    struct story story = {.shop = shop, .crowd = crowd, .shell = shell};
    return open_doors(&story) && follow_queue(&story) && look_around(&story) && buy(&story) &&
           oversleep(&story) && serve_the_rest(&story);
}
