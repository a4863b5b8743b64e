#include "bench/load/crowd_loop.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/require.h"
#include "bench/load/crowd_link.h"
#include "bench/measure/clock.h"
#include "onsale/rpc/v1/rpc.fields.h"
#include "onsale/rpc/v1/rpc.pb-c.h"
#include "onsale/v1/wallet.pb-c.h"

enum {
    LINK_FRAMES_MAX = 64,
    NOBODY = UINT32_MAX,
    TWO_BYTES_MAX = 16383,
    FRAME_BYTES_MAX = 160,
    ID_BYTES = 16,
    ATTEMPT_BITS = 16,
    ATTEMPTS_KEPT = 8, /* of a caller, answered or not */
    LOOK_NS = 1000 * 1000
};

/* What is left in flight at the end is waited for, but not for ever. */
enum { SETTLE_SECONDS = 5 };

enum caller_state { RESTING, QUEUED, IN_FLIGHT };

struct caller {
    uint64_t deadline_ns; /* of its call */
    uint64_t sent_ns;
    uint32_t next; /* in the queue of its link; NOBODY: the last */
    uint32_t link;
    uint16_t attempt; /* the one that is awaited; others are answered for nobody */
    uint8_t state;
    bool has_call; /* else the next attempt begins a new one */
    uint8_t frame_size;
    uint8_t id_offset; /* of the charge's id in the frame */
    uint8_t timeout_offset;
    uint64_t ends_ns[ATTEMPTS_KEPT]; /* of the attempts: when the timeout that was sent is over */
    uint8_t frame[FRAME_BYTES_MAX];
};

/* Callers who wait for room on a link; those who have lost patience are passed over. */
struct queue {
    uint32_t first;
    uint32_t last;
    uint32_t in_flight;
};

struct crowd_loop {
    const struct crowd *crowd;
    struct crowd_result result;
    struct crowd_link *links;
    struct queue *queues; /* of the links */
    struct pollfd *polled;
    struct caller *callers;
    uint64_t *due_ns; /* of each caller: when it sends, or loses patience; looked through often */
    uint64_t looked_ns;
    uint64_t now_ns;
    uint64_t looked_last_ns; /* for answers; and the time before */
    uint64_t looked_before_ns;
    uint64_t counts_from_ns;
    uint64_t ends_ns;
    uint64_t next_id;
    uint64_t in_flight;             /* attempts, also of those who have given up */
    uint64_t real_ns;               /* what the system's clock is ahead of the other */
    uint32_t sent[LINK_FRAMES_MAX]; /* callers whose attempts were written and not sent yet */
    uint32_t sent_count;
};

/* Where the two bytes of a timeout of TWO_BYTES_MAX are, which are the last of its field. */
static uint8_t find_timeout(const struct caller *caller)
{
    uint8_t field[FRAME_BYTES_MAX];
    uint8_t *end = field + sizeof field;
    const uint8_t *begin = onsale__rpc__v1__call__put_timeout_ms(end, TWO_BYTES_MAX);
    size_t size = (size_t)(end - begin);
    const uint8_t *found = memmem(caller->frame, caller->frame_size, begin, size);
    REQUIRE(found != NULL);
    return (uint8_t)(found + size - 2 - caller->frame);
}

static void pack_frame(struct caller *caller, const struct crowd *crowd, uint32_t number)
{
    static const char marker[ID_BYTES + 1] = "0123456789abcdef";
    uint8_t payload[FRAME_BYTES_MAX];
    Onsale__V1__ChargeBalanceRequest charge = ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
    Onsale__Rpc__V1__Call call = ONSALE__RPC__V1__CALL__INIT;
    Onsale__Rpc__V1__Call *calls[] = {&call};
    Onsale__Rpc__V1__RequestFrame frame = ONSALE__RPC__V1__REQUEST_FRAME__INIT;
    charge.user_id = crowd->first_user + number % crowd->users;
    charge.charge_id = (ProtobufCBinaryData){ID_BYTES, (uint8_t *)marker};
    charge.amount = 1;
    call.method = (char *)"onsale.v1.WalletService/ChargeBalance";
    call.timeout_ms = TWO_BYTES_MAX;
    call.payload.data = payload;
    call.payload.len = protobuf_c_message_pack(&charge.base, payload);
    frame.n_calls = 1;
    frame.calls = calls;
    REQUIRE(protobuf_c_message_get_packed_size(&frame.base) <= FRAME_BYTES_MAX);
    caller->frame_size = (uint8_t)protobuf_c_message_pack(&frame.base, caller->frame);
    uint8_t *found = memmem(caller->frame, caller->frame_size, marker, ID_BYTES);
    REQUIRE(found != NULL);
    caller->id_offset = (uint8_t)(found - caller->frame);
    caller->timeout_offset = find_timeout(caller);
}

static void set_due(struct crowd_loop *loop, const struct caller *caller, uint64_t due_ns)
{
    loop->due_ns[caller - loop->callers] = due_ns;
}

static bool counts(const struct crowd_loop *loop)
{
    return loop->now_ns >= loop->counts_from_ns && loop->now_ns < loop->ends_ns;
}

static void begin_call(struct crowd_loop *loop, struct caller *caller)
{
    uint64_t id = loop->next_id++;
    memcpy(caller->frame + caller->id_offset, &id, sizeof id);
    caller->has_call = true;
    caller->deadline_ns = loop->now_ns + loop->crowd->timeout_ms * NS_PER_MS;
}

/* What is left of the call's time, in two bytes whatever it is. */
static void write_timeout(const struct crowd_loop *loop, struct caller *caller)
{
    uint64_t left_ms = (caller->deadline_ns - loop->now_ns + NS_PER_MS - 1) / NS_PER_MS;
    caller->frame[caller->timeout_offset] = (uint8_t)(0x80 | (left_ms & 0x7f));
    caller->frame[caller->timeout_offset + 1] = (uint8_t)(left_ms >> 7);
}

static void send_attempt(struct crowd_loop *loop, struct caller *caller)
{
    uint32_t number = (uint32_t)(caller - loop->callers);
    write_timeout(loop, caller);
    loop->queues[caller->link].in_flight++;
    caller->attempt++;
    caller->state = IN_FLIGHT;
    caller->sent_ns = loop->now_ns;
    set_due(loop, caller, caller->deadline_ns);
    loop->in_flight++;
    loop->sent[loop->sent_count++] = number;
    crowd_link_put(&loop->links[caller->link], number << ATTEMPT_BITS | caller->attempt,
                   caller->frame, caller->frame_size);
}

static void queue_caller(struct crowd_loop *loop, struct caller *caller)
{
    uint32_t number = (uint32_t)(caller - loop->callers);
    struct queue *queue = &loop->queues[caller->link];
    if (!caller->has_call) begin_call(loop, caller);
    caller->state = QUEUED;
    set_due(loop, caller, caller->deadline_ns);
    caller->next = NOBODY;
    if (queue->first == NOBODY)
        queue->first = number;
    else
        loop->callers[queue->last].next = number;
    queue->last = number;
}

/* The next call is begun at once. */
static void end_call(struct crowd_loop *loop, struct caller *caller)
{
    caller->has_call = false;
    if (loop->now_ns < loop->ends_ns)
        queue_caller(loop, caller);
    else
        set_due(loop, caller, UINT64_MAX);
}

static void give_up(struct crowd_loop *loop, struct caller *caller)
{
    loop->result.given_up += counts(loop);
    end_call(loop, caller);
}

/* The server counts from when it was sent: what the caller takes until then it can't know. */
static void note_sent(struct crowd_loop *loop)
{
    uint64_t sent_ns = clock_now_ns();
    for (uint32_t i = 0; i < loop->sent_count; i++) {
        struct caller *caller = &loop->callers[loop->sent[i]];
        uint64_t late_ns = sent_ns - caller->sent_ns;
        caller->ends_ns[caller->attempt % ATTEMPTS_KEPT] = caller->deadline_ns + late_ns;
    }
    loop->sent_count = 0;
}

/* @return False if the server hung up. */
static bool work_queue(struct crowd_loop *loop, struct queue *queue)
{
    loop->now_ns = clock_now_ns();
    while (queue->in_flight < LINK_FRAMES_MAX && queue->first != NOBODY) {
        struct caller *caller = &loop->callers[queue->first];
        queue->first = caller->next;
        if (caller->deadline_ns > loop->now_ns)
            send_attempt(loop, caller);
        else
            give_up(loop, caller);
    }
    if (loop->sent_count == 0) return true;
    bool is_sent = crowd_link_flush(&loop->links[queue - loop->queues]);
    note_sent(loop);
    return is_sent;
}

/* Of the only result of a reply. */
struct outcome_read {
    uint32_t code;
    uint32_t retry_after_ms;
};

static uint64_t read_varint(const uint8_t **at, const uint8_t *end)
{
    uint64_t number = 0;
    for (unsigned shift = 0; *at < end && shift < 64; shift += 7) {
        uint8_t byte = *(*at)++;
        number |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) break;
    }
    return number;
}

static struct outcome_read read_reply(const uint8_t *at, size_t size)
{
    struct outcome_read outcome = {0};
    const uint8_t *end = at + size;
    at++; /* the tag of the result */
    uint64_t length = read_varint(&at, end);
    if (length < (uint64_t)(end - at)) end = at + length;
    while (at < end) {
        uint64_t tag = read_varint(&at, end);
        uint64_t number = read_varint(&at, end);
        if (tag == 0x08) outcome.code = (uint32_t)number;
        if (tag == 0x28) outcome.retry_after_ms = (uint32_t)number;
        if ((tag & 7) == 2) at += number;
    }
    return outcome;
}

static void repeat_later(struct crowd_loop *loop, struct caller *caller, uint32_t retry_after_ms)
{
    caller->state = RESTING;
    uint64_t again_ns = loop->now_ns + retry_after_ms * NS_PER_MS;
    set_due(loop, caller, again_ns);
    if (again_ns < caller->deadline_ns) return;
    /* There is no time left for it: the call is given up, and the next comes when it may. */
    loop->result.given_up += counts(loop);
    caller->has_call = false;
}

/* It came after the crowd had looked the time before: what lies between is the crowd's own time. */
static void note_refusal(struct crowd_loop *loop, const struct caller *caller, uint64_t took_ns)
{
    bool was_sent = loop->looked_before_ns > caller->sent_ns;
    latencies_add(&loop->result.refusals, took_ns);
    latencies_add(&loop->result.refusals_not_there,
                  was_sent ? loop->looked_before_ns - caller->sent_ns : 0);
}

static void take_answer(struct crowd_loop *loop, struct caller *caller, struct outcome_read outcome)
{
    uint64_t took_ns = loop->now_ns - caller->sent_ns;
    if (outcome.code == 0) {
        loop->result.in_time += counts(loop);
        if (counts(loop)) latencies_add(&loop->result.successes, took_ns);
        end_call(loop, caller);
    } else if (outcome.retry_after_ms > 0) {
        loop->result.refused += counts(loop);
        loop->result.retry_after_ms_sum += counts(loop) ? outcome.retry_after_ms : 0;
        if (counts(loop)) note_refusal(loop, caller, took_ns);
        repeat_later(loop, caller, outcome.retry_after_ms);
    } else {
        loop->result.failed += counts(loop);
        end_call(loop, caller);
    }
}

/* @return When the charge of a reply was executed and when it was told, by the server's clock. */
static bool read_times(const uint8_t *reply, size_t size, uint64_t *ret_begun_ms,
                       uint64_t *ret_told_ms)
{
    Onsale__V1__ChargeBalanceResponse *charge = NULL;
    Onsale__Rpc__V1__ReplyFrame *frame = onsale__rpc__v1__reply_frame__unpack(NULL, size, reply);
    if (frame != NULL && frame->n_results == 1)
        charge = onsale__v1__charge_balance_response__unpack(NULL, frame->results[0]->payload.len,
                                                             frame->results[0]->payload.data);
    bool is_there = charge != NULL && charge->entry != NULL;
    if (is_there) {
        *ret_begun_ms = (uint64_t)charge->entry->created_at_ms;
        *ret_told_ms = (uint64_t)frame->server_time_ms;
    }
    if (charge != NULL) onsale__v1__charge_balance_response__free_unpacked(charge, NULL);
    if (frame != NULL) onsale__rpc__v1__reply_frame__free_unpacked(frame, NULL);
    return is_there;
}

static void take_late_answer(struct crowd_loop *loop, const struct caller *caller, uint32_t attempt,
                             const uint8_t *reply, size_t size)
{
    uint64_t begun_ms, told_ms;
    if (loop->now_ns < loop->counts_from_ns) return;
    uint64_t ends_ns = caller->ends_ns[attempt % ATTEMPTS_KEPT] + loop->real_ns;
    if (!read_times(reply, size, &begun_ms, &told_ms) || begun_ms * NS_PER_MS >= ends_ns)
        loop->result.begun_late++;
    else if (told_ms * NS_PER_MS >= ends_ns)
        loop->result.answered_late++;
    else
        loop->result.read_late++;
}

static void told(void *context, uint32_t id, const uint8_t *reply, size_t size)
{
    struct crowd_loop *loop = context;
    struct caller *caller = &loop->callers[id >> ATTEMPT_BITS];
    struct outcome_read outcome = read_reply(reply, size);
    loop->in_flight--;
    loop->queues[caller->link].in_flight--;
    uint32_t attempt = id & ((1U << ATTEMPT_BITS) - 1);
    if (caller->state == IN_FLIGHT && caller->attempt == attempt)
        take_answer(loop, caller, outcome);
    else if (outcome.code == 0)
        take_late_answer(loop, caller, attempt, reply, size);
}

static void look_at_caller(struct crowd_loop *loop, struct caller *caller)
{
    if (caller->state == IN_FLIGHT)
        give_up(loop, caller);
    else if (caller->state == RESTING && loop->now_ns < loop->ends_ns)
        queue_caller(loop, caller);
    else if (caller->state == RESTING)
        set_due(loop, caller, UINT64_MAX);
}

/* @return False if the server hung up. */
static bool look_at_callers(struct crowd_loop *loop)
{
    if (loop->now_ns >= loop->looked_ns + LOOK_NS) {
        loop->looked_ns = loop->now_ns;
        for (uint32_t i = 0; i < loop->crowd->callers; i++)
            if (loop->due_ns[i] <= loop->now_ns) look_at_caller(loop, &loop->callers[i]);
    }
    for (uint32_t i = 0; i < loop->crowd->connections; i++)
        if (!work_queue(loop, &loop->queues[i])) return false;
    return true;
}

static bool exchange(struct crowd_loop *loop, int wait_ms)
{
    uint32_t count = loop->crowd->connections;
    loop->looked_before_ns = loop->looked_last_ns;
    for (uint32_t i = 0; i < count; i++) {
        if (!crowd_link_flush(&loop->links[i])) return false;
        loop->polled[i].events = (short)(POLLIN | (loop->links[i].out_size > 0 ? POLLOUT : 0));
    }
    if (poll(loop->polled, count, wait_ms) < 0) return false;
    loop->now_ns = loop->looked_last_ns = clock_now_ns();
    for (uint32_t i = 0; i < count; i++)
        if ((loop->polled[i].revents & (POLLIN | POLLHUP)) != 0 &&
            !crowd_link_read(&loop->links[i], told, loop))
            return false;
    return true;
}

static bool run(struct crowd_loop *loop)
{
    uint64_t settled_ns = loop->ends_ns + SETTLE_SECONDS * NS_PER_SECOND;
    while (loop->now_ns < loop->ends_ns || (loop->in_flight > 0 && loop->now_ns < settled_ns)) {
        if (!look_at_callers(loop) || !exchange(loop, 1)) {
            fprintf(stderr, "%s: the server hung up\n", loop->crowd->url);
            return false;
        }
    }
    return true;
}

static void init_callers(struct crowd_loop *loop)
{
    uint8_t random[ID_BYTES];
    REQUIRE(getrandom(random, sizeof random, 0) == (ssize_t)sizeof random);
    memcpy(&loop->next_id, random, sizeof loop->next_id);
    for (uint32_t i = 0; i < loop->crowd->callers; i++) {
        struct caller *caller = &loop->callers[i];
        pack_frame(caller, loop->crowd, i);
        memcpy(caller->frame + caller->id_offset, random, sizeof random);
        caller->link = i % loop->crowd->connections;
    }
}

static uint64_t system_clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

bool crowd_run(const struct crowd *crowd, double warm_up, double seconds,
               struct crowd_result *ret_result)
{
    struct crowd_loop *loop = calloc(1, sizeof *loop);
    uint32_t opened = 0;
    REQUIRE(loop != NULL);
    REQUIRE(crowd->callers <= CROWD_CALLERS_MAX);
    loop->crowd = crowd;
    loop->links = calloc(crowd->connections, sizeof *loop->links);
    loop->polled = calloc(crowd->connections, sizeof *loop->polled);
    loop->callers = calloc(crowd->callers, sizeof *loop->callers);
    loop->due_ns = calloc(crowd->callers, sizeof *loop->due_ns);
    loop->queues = calloc(crowd->connections, sizeof *loop->queues);
    REQUIRE(loop->links != NULL && loop->polled != NULL && loop->callers != NULL &&
            loop->queues != NULL && loop->due_ns != NULL);
    for (uint32_t i = 0; i < crowd->connections; i++)
        loop->queues[i].first = NOBODY;
    init_callers(loop);
    while (opened < crowd->connections && crowd_link_open(&loop->links[opened], crowd->url)) {
        loop->polled[opened].fd = loop->links[opened].fd;
        opened++;
    }
    loop->now_ns = clock_now_ns();
    loop->real_ns = system_clock_ns() - loop->now_ns;
    loop->counts_from_ns = loop->now_ns + (uint64_t)(warm_up * (double)NS_PER_SECOND);
    loop->ends_ns = loop->counts_from_ns + (uint64_t)(seconds * (double)NS_PER_SECOND);
    loop->result.seconds = seconds;
    bool is_fine = opened == crowd->connections && run(loop);
    if (is_fine) *ret_result = loop->result;
    while (opened > 0)
        crowd_link_close(&loop->links[--opened]);
    free(loop->callers);
    free(loop->due_ns);
    free(loop->polled);
    free(loop->queues);
    free(loop->links);
    free(loop);
    return is_fine;
}
