#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/require.h"
#include "tests/e2e/cluster/callers.h"
#include "tests/e2e/cluster/notes.h"
#include "tests/lib/call_frame.h"
#include "tests/lib/raw_peer.h"

enum { REQUEST_ID = 1, PAUSE_MS = 5 };

/* What a server said. */
struct reply {
    char reason[64];
    uint64_t index;
    int64_t balance;
};

/* @return False: the server has not answered. */
static bool ask(const char *url, struct call_frame *frame, Onsale__Rpc__V1__ReplyFrame **ret_reply)
{
    struct raw_peer peer;
    size_t size;
    uint32_t id;
    if (!raw_peer_open(&peer, url)) return false;
    uint8_t *bytes = call_frame_pack(frame, &size);
    raw_peer_send(&peer, REQUEST_ID, bytes, size);
    free(bytes);
    bytes = raw_peer_receive(&peer, &id, &size);
    raw_peer_close(&peer);
    if (bytes == NULL) return false;
    *ret_reply = onsale__rpc__v1__reply_frame__unpack(NULL, size, bytes);
    free(bytes);
    REQUIRE(*ret_reply != NULL);
    REQUIRE((*ret_reply)->n_results == 1);
    return true;
}

/* --- Charging ----------------------------------------------------------------------------------
 */

/* What it was told of a charge; the balance is that behind it. */
static bool is_charged(const char *url, struct call_frame *frame, struct reply *ret_reply)
{
    Onsale__Rpc__V1__ReplyFrame *reply;
    if (!ask(url, frame, &reply)) return false;
    const Onsale__Rpc__V1__Result *result = reply->results[0];
    bool is_ok = result->reason[0] == '\0';
    if (is_ok) {
        Onsale__V1__ChargeBalanceResponse *charged = onsale__v1__charge_balance_response__unpack(
            NULL, result->payload.len, result->payload.data);
        REQUIRE(charged != NULL);
        ret_reply->index = reply->index;
        ret_reply->balance = charged->entry->balance_after;
        onsale__v1__charge_balance_response__free_unpacked(charged, NULL);
    }
    onsale__rpc__v1__reply_frame__free_unpacked(reply, NULL);
    return is_ok;
}

/* What is missing or too much is told once: the newest before it are the ones. */
static void note_charge(struct prober *prober, const struct reply *reply)
{
    int64_t expected = (int64_t)prober->charged + 1;
    notes_answered(notes_now_us(), true); /* how long is nothing that a client would wait */
    if (reply->balance != expected)
        notes_wrong(reply->balance < expected ? "lost" : "twice",
                    "user %" PRIu64 " has %" PRId64 " of %" PRId64 " after a charge at %" PRIu64
                    ", the one before was at %" PRIu64,
                    prober->user_id, reply->balance, expected, reply->index,
                    prober->charged == 0 ? 0 : prober->indexes[prober->charged - 1]);
    if (reply->balance < expected) prober->charged = (size_t)reply->balance - 1;
    do
        prober->indexes[prober->charged++] = reply->index;
    while ((int64_t)prober->charged < reply->balance);
}

/* By turns at each server, from the one that led last: one that is cut off keeps it waiting. */
static void charge(struct prober *prober)
{
    Onsale__V1__ChargeBalanceRequest request = ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
    const struct caller_id id = id_make();
    struct call_frame frame;
    struct reply reply;
    request.user_id = prober->user_id;
    request.charge_id = id_bytes(&id);
    request.amount = 1;
    call_frame_init(&frame);
    call_frame_add(&frame, "onsale.v1.WalletService/ChargeBalance", &request.base);
    while (!is_charged(prober->urls[prober->leader], &frame, &reply)) {
        prober->leader = prober->urls[prober->leader + 1] == NULL ? 0 : prober->leader + 1;
        poll(NULL, 0, PAUSE_MS);
    }
    note_charge(prober, &reply);
    call_frame_deinit(&frame);
}

/* --- Looking -----------------------------------------------------------------------------------
 */

static bool look(struct prober *prober, uint64_t min_index, bool any_server,
                 struct reply *ret_reply)
{
    Onsale__V1__GetBalanceRequest request = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    Onsale__Rpc__V1__ReplyFrame *reply;
    struct call_frame frame;
    request.user_id = prober->user_id;
    call_frame_init(&frame);
    frame.message.min_index = min_index;
    frame.message.any_server = any_server;
    call_frame_add(&frame, "onsale.v1.WalletService/GetBalance", &request.base);
    bool is_answered = ask(prober->urls[prober->server], &frame, &reply);
    call_frame_deinit(&frame);
    if (!is_answered) return false;
    const ProtobufCBinaryData *payload = &reply->results[0]->payload;
    Onsale__V1__GetBalanceResponse *balance =
        onsale__v1__get_balance_response__unpack(NULL, payload->len, payload->data);
    REQUIRE(balance != NULL);
    ret_reply->index = reply->index;
    ret_reply->balance = balance->balance;
    snprintf(ret_reply->reason, sizeof ret_reply->reason, "%s", reply->results[0]->reason);
    onsale__v1__get_balance_response__free_unpacked(balance, NULL);
    onsale__rpc__v1__reply_frame__free_unpacked(reply, NULL);
    return true;
}

/* How many of its charges are in the state at an index: the next was made after the reply of the
 * one before, whose index it is above. */
static size_t count_charges(const struct prober *prober, uint64_t index)
{
    size_t low = 0, high = prober->charged;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (prober->indexes[middle] <= index)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void complain(const struct prober *prober, const char *what, const struct reply *reply,
                     uint64_t min_index, size_t expected)
{
    notes_wrong("wrong",
                "server %zu, which %s, has %" PRId64 " at %" PRIu64 " (asked for %" PRIu64
                "), and %zu were charged",
                prober->server + 1, what, reply->balance, reply->index, min_index, expected);
}

/* An answer of one that leads, or thinks that it does, is of the moment. */
static void look_at_leader(struct prober *prober)
{
    struct reply reply;
    if (!look(prober, 0, false, &reply) || reply.reason[0] != '\0') return;
    prober->replies_leading++;
    if (reply.balance != (int64_t)prober->charged)
        complain(prober, "leads", &reply, 0, prober->charged);
}

/* A charge that was repeated may be in the log before its reply's index: then one more than is
 * sure.
 */
static void look_at_follower(struct prober *prober, uint64_t min_index)
{
    struct reply reply;
    if (!look(prober, min_index, true, &reply)) return;
    if (reply.reason[0] != '\0') {
        prober->replies_behind++;
        return;
    }
    prober->replies_following++;
    size_t sure = count_charges(prober, reply.index);
    bool is_exact =
        sure == prober->charged || (sure > 0 && prober->indexes[sure - 1] == reply.index);
    if (reply.index < min_index || reply.balance < (int64_t)sure ||
        reply.balance > (int64_t)(sure + !is_exact))
        complain(prober, "follows", &reply, min_index, sure);
}

void prober_run(struct prober *prober)
{
    while (!atomic_load(&callers_stop) && prober->charged < PROBES_MAX) {
        charge(prober);
        look_at_follower(prober, 0);
        look_at_leader(prober);
        look_at_follower(prober, prober->indexes[prober->charged - 1]);
        look_at_follower(prober, 0);
        poll(NULL, 0, PAUSE_MS);
    }
}
