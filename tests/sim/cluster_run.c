#include "tests/sim/cluster_inside.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "onsale/v1/queue.pb-c.h"
#include "onsale/v1/wallet.pb-c.h"
#include "server/engine/cluster_view.h"
#include "tests/sim/desk.h"
#include "tests/sim/frame.h"

void run_complain(struct run *run, const char *format, ...)
{
    va_list arguments;
    if (run->complaint[0] != '\0') return;
    va_start(arguments, format);
    vsnprintf(run->complaint, COMPLAINT_BYTES, format, arguments);
    va_end(arguments);
}

static ProtobufCBinaryData frame_of(struct arena *arena, const struct caller *caller,
                                    const char *method, const ProtobufCMessage *request)
{
    Onsale__Rpc__V1__RequestFrame frame = ONSALE__RPC__V1__REQUEST_FRAME__INIT;
    Onsale__Rpc__V1__Call call = ONSALE__RPC__V1__CALL__INIT;
    Onsale__Rpc__V1__Call *calls[1] = {&call};
    call.method = (char *)method;
    call.timeout_ms = 60000;
    call.payload = message_pack(arena, request);
    frame.calls = calls;
    frame.n_calls = 1;
    frame.any_server = caller->kind == KIND_READ;
    frame.min_index = caller->kind == KIND_READ ? caller->min_index : 0;
    return message_pack(arena, &frame.base);
}

static ProtobufCBinaryData make_charge(struct arena *arena, const struct caller *caller)
{
    Onsale__V1__ChargeBalanceRequest req = ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
    uint8_t id[ID_BYTES] = {9, (uint8_t)(caller->number >> 8), (uint8_t)caller->number};
    req.user_id = caller->user_id;
    req.charge_id = message_bytes(arena, id, sizeof id);
    req.amount = 1;
    return frame_of(arena, caller, "onsale.v1.WalletService/ChargeBalance", &req.base);
}

static ProtobufCBinaryData make_request(struct arena *arena, const struct caller *caller)
{
    Onsale__V1__GetBalanceRequest read = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    Onsale__V1__EnterQueueRequest enter = ONSALE__V1__ENTER_QUEUE_REQUEST__INIT;
    Onsale__V1__GetQueueEntryRequest poll = ONSALE__V1__GET_QUEUE_ENTRY_REQUEST__INIT;
    switch (caller->kind) {
    case KIND_CHARGE:
        return make_charge(arena, caller);
    case KIND_READ:
        read.user_id = caller->user_id;
        return frame_of(arena, caller, "onsale.v1.WalletService/GetBalance", &read.base);
    case KIND_ENTER:
        enter.user_id = caller->user_id;
        enter.concert_id = DESK_OTHER_CONCERT;
        return frame_of(arena, caller, "onsale.v1.QueueService/EnterQueue", &enter.base);
    case KIND_POLL:
        break;
    }
    poll.token = caller->token;
    return frame_of(arena, caller, "onsale.v1.QueueService/GetQueueEntry", &poll.base);
}

static void send(struct run *run, struct caller *caller)
{
    struct flight *flight = calloc(1, sizeof *flight);
    REQUIRE(flight != NULL);
    arena_init(&flight->arena, BYTES_MAX);
    flight->node = &run->cluster.nodes[caller->node];
    flight->caller = caller;
    flight->must_see = run->acknowledged;
    flight->next = run->flights;
    run->flights = flight;
    caller->flight = flight;
    caller->sent_ms = run->cluster.now_ms;
    ProtobufCBinaryData bytes = make_request(&flight->arena, caller);
    memory_exchange_init(&flight->exchange, bytes.data, bytes.len);
    memory_exchange_dispatch(&flight->exchange, engine_dispatcher(flight->node->engine),
                             RPC_SOCKET_MAIN);
}

/* --- Answers ---------------------------------------------------------------------------------- */

static void take_charge(struct run *run, struct caller *caller, uint64_t index)
{
    struct charge *charge = &run->charges[caller->number];
    charge->is_acknowledged = true;
    charge->index = index;
    run->tally->charged++;
    if (index > run->acknowledged) run->acknowledged = index;
    if (run->charges_count == CHARGES_MAX) return;
    caller->number = run->charges_count++;
    caller->user_id = 1 + random_below(&run->cluster.random, USERS);
    run->charges[caller->number] = (struct charge){.user_id = caller->user_id};
}

static void take_balance(struct run *run, struct caller *caller,
                         const Onsale__Rpc__V1__ReplyFrame *reply, struct arena *arena)
{
    const Onsale__V1__GetBalanceResponse *response = message_unpack(
        arena, &onsale__v1__get_balance_response__descriptor, reply->results[0]->payload);
    REQUIRE(response != NULL);
    if (reply->index < caller->min_index)
        run_complain(run, "a read of %" PRIu64 " by one who has seen %" PRIu64, reply->index,
                     caller->min_index);
    if (node_role(caller->flight->node) == ROLE_LEADER && reply->index < caller->flight->must_see)
        run_complain(run, "%s leads, and tells of %" PRIu64 " when %" PRIu64 " was acknowledged",
                     caller->flight->node->name, reply->index, caller->flight->must_see);
    run->tally->read++;
    caller->min_index = reply->index;
    if (run->reads_count < READS_MAX)
        run->reads[run->reads_count++] =
            (struct read){caller->user_id, reply->index, response->balance};
    caller->user_id = 1 + random_below(&run->cluster.random, USERS);
}

static void take_token(struct caller *caller, const Onsale__Rpc__V1__Result *result,
                       struct arena *arena)
{
    const Onsale__V1__EnterQueueResponse *response =
        message_unpack(arena, &onsale__v1__enter_queue_response__descriptor, result->payload);
    REQUIRE(response != NULL);
    REQUIRE(response->token.len <= sizeof caller->token_bytes);
    memcpy(caller->token_bytes, response->token.data, response->token.len);
    caller->token = (ProtobufCBinaryData){response->token.len, caller->token_bytes};
    caller->kind = KIND_POLL;
}

static void take_entry(struct run *run, struct caller *caller,
                       const Onsale__Rpc__V1__Result *result, struct arena *arena)
{
    const Onsale__V1__GetQueueEntryResponse *response =
        message_unpack(arena, &onsale__v1__get_queue_entry_response__descriptor, result->payload);
    REQUIRE(response != NULL);
    int64_t since_ms = run->cluster.now_ms - caller->polled_ms;
    if (response->entry->status == ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_EXPIRED &&
        since_ms < WAIT_LIFETIME_MS)
        run_complain(run, "who polled %" PRId64 " ms ago has expired", since_ms);
    run->tally->polled++;
}

static void take_answer(struct run *run, struct caller *caller,
                        const Onsale__Rpc__V1__ReplyFrame *reply, struct arena *arena)
{
    const Onsale__Rpc__V1__Result *result = reply->results[0];
    switch (caller->kind) {
    case KIND_CHARGE:
        take_charge(run, caller, reply->index);
        return;
    case KIND_READ:
        take_balance(run, caller, reply, arena);
        return;
    case KIND_ENTER:
        take_token(caller, result, arena);
        break;
    case KIND_POLL:
        take_entry(run, caller, result, arena);
        break;
    }
    caller->polled_ms = run->cluster.now_ms;
    caller->next_ms = run->cluster.now_ms + POLL_MS;
}

/* Another server may know better. */
static void try_elsewhere(struct run *run, struct caller *caller)
{
    caller->node = random_below(&run->cluster.random, CLUSTER_NODES);
    caller->next_ms = run->cluster.now_ms + (int64_t)random_between(&run->cluster.random, 1, 40);
}

static void land(struct run *run, struct flight *flight)
{
    struct caller *caller = flight->caller;
    Onsale__Rpc__V1__ReplyFrame *reply = memory_exchange_reply(&flight->exchange);
    if (caller != NULL && reply != NULL) {
        if (reply->results[0]->code == 0)
            take_answer(run, caller, reply, &flight->arena);
        else
            try_elsewhere(run, caller);
        caller->flight = NULL;
        if (caller->kind == KIND_READ && random_chance(&run->cluster.random, 30))
            caller->node = random_below(&run->cluster.random, CLUSTER_NODES);
    }
    if (reply != NULL) onsale__rpc__v1__reply_frame__free_unpacked(reply, NULL);
    memory_exchange_deinit(&flight->exchange);
    arena_deinit(&flight->arena);
    free(flight);
}

static void land_all(struct run *run)
{
    struct flight **link = &run->flights;
    while (*link != NULL) {
        struct flight *flight = *link;
        if (atomic_load(&flight->exchange.answers) == 0) {
            link = &flight->next;
            continue;
        }
        *link = flight->next;
        land(run, flight);
    }
}

static void lose_flights_of(struct run *run, const struct node *node)
{
    for (struct flight *flight = run->flights; flight != NULL; flight = flight->next) {
        if (flight->node != node || flight->caller == NULL) continue;
        flight->caller->flight = NULL;
        try_elsewhere(run, flight->caller);
        flight->caller = NULL;
    }
}

static void call_one(struct run *run, struct caller *caller)
{
    int64_t now_ms = run->cluster.now_ms;
    if (caller->flight != NULL && now_ms - caller->sent_ms > PATIENCE_MS) {
        caller->flight->caller = NULL;
        caller->flight = NULL;
        try_elsewhere(run, caller);
    }
    bool may_ask = caller->flight == NULL && caller->next_ms <= now_ms &&
                   (caller->kind != KIND_CHARGE || caller->number < CHARGES_MAX);
    if (may_ask && !cluster_is_frozen(&run->cluster, &run->cluster.nodes[caller->node]))
        send(run, caller);
    else if (may_ask)
        try_elsewhere(run, caller);
}

/* --- Trouble ---------------------------------------------------------------------------------- */

static struct node *draw_node(struct run *run)
{
    struct node *leader = cluster_leader(&run->cluster);
    if (leader != NULL && random_chance(&run->cluster.random, 70)) return leader;
    return &run->cluster.nodes[random_below(&run->cluster.random, CLUSTER_NODES)];
}

/* A server that wakes is asked before it has come to itself. */
static void make_trouble(struct run *run)
{
    struct cluster *cluster = &run->cluster;
    struct random *random = &cluster->random;
    struct node *node = draw_node(run);
    switch (random_below(random, 8)) {
    case 0: /* the primary and a server lie on one machine */
        memory_log_fail_over(cluster->memory);
        lose_flights_of(run, node);
        cluster_kill(cluster, node);
        break;
    case 6:
        lose_flights_of(run, node);
        cluster_kill(cluster, node);
        break;
    case 1:
    case 2:
        node->frozen_until_ms = cluster->now_ms + (int64_t)random_between(random, 100, 2500);
        break;
    case 3:
        memory_log_set_away(node->log, random_chance(random, 70));
        break;
    case 4:
        memory_log_fail_over(cluster->memory);
        break;
    case 7:
        cluster_view_hand_over(node->engine);
        break;
    default:
        memory_log_set_lag(node->log, random_below(random, 4));
        break;
    }
}

static void heal(struct run *run)
{
    memory_log_seed(run->cluster.memory, 1, 0);
    for (size_t i = 0; i < CLUSTER_NODES; i++) {
        struct node *node = &run->cluster.nodes[i];
        node->frozen_until_ms = 0;
        memory_log_set_away(node->log, false);
        memory_log_set_lag(node->log, 0);
    }
}

static void pass(struct run *run)
{
    struct cluster *cluster = &run->cluster;
    cluster_pass(cluster, (int64_t)random_between(&cluster->random, 2, STEP_MS_MAX));
    land_all(run);
    for (size_t i = 0; i < CALLERS; i++)
        call_one(run, &run->callers[i]);
    land_all(run);
}

/* --- The run ---------------------------------------------------------------------------------- */

static void begin(struct run *run, uint64_t seed)
{
    struct random *random = &run->cluster.random;
    memory_log_set_times(
        run->cluster.memory,
        (struct memory_times){.to_land_ns = 1000000,
                              .to_be_safe_ns = seed % 4 == 1 ? 25 * 1000000 : 1000000,
                              .to_answer_ns = 1000000,
                              .late_ns = 300 * 1000000,
                              .deadline_ns = 200 * 1000000});
    memory_log_seed(run->cluster.memory, seed, seed % 3 == 0 ? 0 : 30);
    for (size_t i = 0; i < CALLERS; i++) {
        struct caller *caller = &run->callers[i];
        *caller = (struct caller){.node = random_below(random, CLUSTER_NODES),
                                  .user_id = 1 + random_below(random, USERS)};
        caller->kind = i < CLIENTS ? KIND_CHARGE : i < 2 * CLIENTS ? KIND_READ : KIND_ENTER;
        if (caller->kind == KIND_ENTER) caller->user_id = USERS + i;
        if (caller->kind != KIND_CHARGE) continue;
        caller->number = run->charges_count++;
        run->charges[caller->number] = (struct charge){.user_id = caller->user_id};
    }
}

static void end(struct run *run)
{
    for (struct flight *flight = run->flights; flight != NULL; flight = flight->next)
        flight->caller = NULL;
    for (size_t i = 0; i < CLUSTER_NODES; i++) {
        engine_drain(run->cluster.nodes[i].engine);
        engine_give_up(run->cluster.nodes[i].engine);
    }
    land_all(run);
    REQUIRE(run->flights == NULL);
    cluster_close(&run->cluster);
}

bool cluster_run(uint64_t seed, const char *folder, uint64_t index, struct cluster_tally *tally,
                 char ret_complaint[COMPLAINT_BYTES])
{
    struct run *run = calloc(1, sizeof *run);
    REQUIRE(run != NULL);
    run->tally = tally;
    run->complaint = ret_complaint;
    ret_complaint[0] = '\0';
    cluster_open(&run->cluster, seed, folder, index);
    begin(run, seed);
    int64_t trouble_ms = 1500;
    while (run->cluster.now_ms < RUN_MS) {
        pass(run);
        if (run->cluster.now_ms < trouble_ms) continue;
        make_trouble(run);
        trouble_ms = run->cluster.now_ms + (int64_t)random_between(&run->cluster.random, 50, 1200);
    }
    heal(run);
    int64_t until_ms = run->cluster.now_ms + HEAL_MS;
    while (run->cluster.now_ms < until_ms)
        pass(run);
    if (cluster_leader(&run->cluster) == NULL) run_complain(run, "nobody leads, or several do");
    run_audit(run, folder, index);
    end(run);
    free(run);
    return ret_complaint[0] == '\0';
}
