#include "tests/lib/raw_reply.h"

#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "onsale/v1/wallet.pb-c.h"

enum { NOT_LEADER_RETRY_AFTER_MS = 50 };

static void refuse(Onsale__Rpc__V1__Result *result, int code, char *reason, char *message)
{
    result->code = (Onsale__Rpc__V1__Code)code;
    result->reason = reason;
    result->message = message;
}

static void add_details(Onsale__Rpc__V1__Result *result)
{
    static uint8_t value[3] = {1, 2, 3};
    static uint8_t large_value[4096];
    static Onsale__Rpc__V1__Detail small = ONSALE__RPC__V1__DETAIL__INIT;
    static Onsale__Rpc__V1__Detail large = ONSALE__RPC__V1__DETAIL__INIT;
    static Onsale__Rpc__V1__Detail *details[] = {&large, &small};
    small.type = "onsale.rpc.v1.BadField";
    small.value = (ProtobufCBinaryData){sizeof value, value};
    large.type = "onsale.v1.Large";
    large.value = (ProtobufCBinaryData){sizeof large_value, large_value};
    result->details = details;
    result->n_details = 2;
}

/* @param payload  Room for the packed response. */
static void answer_balance(Onsale__Rpc__V1__Result *result, const Onsale__Rpc__V1__Call *call,
                           uint8_t payload[16])
{
    Onsale__V1__GetBalanceRequest *request =
        onsale__v1__get_balance_request__unpack(NULL, call->payload.len, call->payload.data);
    REQUIRE(request != NULL);
    Onsale__V1__GetBalanceResponse response = ONSALE__V1__GET_BALANCE_RESPONSE__INIT;
    response.balance = (int64_t)request->user_id;
    result->payload.data = payload;
    result->payload.len = onsale__v1__get_balance_response__pack(&response, payload);
    onsale__v1__get_balance_request__free_unpacked(request, NULL);
}

/* @param leader  Who leads, in a list of one; NULL: nobody knows. */
static void fill_result(Onsale__Rpc__V1__Result *result, enum raw_reply reply,
                        Onsale__Rpc__V1__Detail **leader, const Onsale__Rpc__V1__Call *call,
                        uint8_t payload[16])
{
    switch (reply) {
    case RAW_ANSWER:
        answer_balance(result, call, payload);
        break;
    case RAW_UNAVAILABLE_FOR_LONG:
        result->retry_after_ms = RAW_RETRY_AFTER_MS;
        refuse(result, 14, "SHUTTING_DOWN", "the server is stopping");
        break;
    case RAW_UNAVAILABLE:
    case RAW_ONE_REFUSAL:
        refuse(result, 14, "SHUTTING_DOWN", "the server is stopping");
        break;
    case RAW_EXHAUSTED:
        result->retry_after_ms = RAW_RETRY_AFTER_MS;
        refuse(result, 8, "WRITER_BUSY", "more writes wait than fit");
        break;
    case RAW_FRAME_FULL:
        refuse(result, 8, "FRAME_TOO_MANY_RECORDS", "the calls ask for more records than fit");
        break;
    case RAW_REFUSE:
        refuse(result, 9, "INSUFFICIENT_BALANCE", "the balance is 5");
        add_details(result);
        break;
    case RAW_UNKNOWN_REASON:
        refuse(result, 9, "MOON_TOO_BRIGHT", "come back at noon");
        break;
    case RAW_BAD_RESPONSE:
        memset(payload, 0xff, 16);
        result->payload = (ProtobufCBinaryData){16, payload};
        break;
    case RAW_NOT_LEADER:
        refuse(result, 14, "NOT_LEADER", "this server follows");
        result->retry_after_ms = NOT_LEADER_RETRY_AFTER_MS;
        if (leader != NULL) {
            result->details = leader;
            result->n_details = 1;
        }
        break;
    case RAW_BEHIND:
        refuse(result, 14, "FOLLOWER_BEHIND", "this server has not seen it yet");
        break;
    case RAW_SILENCE:
    case RAW_DROP:
    case RAW_GARBAGE:
    case RAW_TOO_FEW:
        break;
    }
}

static nng_msg *reply_pack(const Onsale__Rpc__V1__ReplyFrame *frame)
{
    nng_msg *message;
    REQUIRE(nng_msg_alloc(&message, onsale__rpc__v1__reply_frame__get_packed_size(frame)) == 0);
    onsale__rpc__v1__reply_frame__pack(frame, nng_msg_body(message));
    return message;
}

static size_t results_wanted(enum raw_reply reply, size_t calls_count)
{
    if (reply == RAW_TOO_FEW) return calls_count - 1;
    return reply == RAW_ONE_REFUSAL ? 1 : calls_count;
}

static nng_msg *garbage_make(void)
{
    nng_msg *message;
    REQUIRE(nng_msg_alloc(&message, 100) == 0);
    memset(nng_msg_body(message), 0xff, 100);
    return message;
}

/* @param packed  Room for the packed Leader. */
static void name_leader(Onsale__Rpc__V1__Detail *detail, const struct raw_role *role,
                        uint8_t *packed, size_t room)
{
    Onsale__Rpc__V1__Leader leader = ONSALE__RPC__V1__LEADER__INIT;
    char *url = (char *)role->leader_url;
    leader.name = "the leader";
    leader.urls = leader.watch_urls = leader.admin_urls = &url;
    leader.n_urls = leader.n_watch_urls = leader.n_admin_urls = 1;
    leader.epoch = role->leader_epoch;
    REQUIRE(onsale__rpc__v1__leader__get_packed_size(&leader) <= room);
    detail->type = "onsale.rpc.v1.Leader";
    detail->value.data = packed;
    detail->value.len = onsale__rpc__v1__leader__pack(&leader, packed);
}

nng_msg *raw_reply_make(enum raw_reply reply, const struct raw_role *role,
                        const Onsale__Rpc__V1__RequestFrame *request)
{
    if (reply == RAW_GARBAGE) return garbage_make();
    static Onsale__Rpc__V1__Result blank = ONSALE__RPC__V1__RESULT__INIT;
    size_t count = results_wanted(reply, request->n_calls);
    Onsale__Rpc__V1__Result *results = calloc(count + 1, sizeof *results);
    Onsale__Rpc__V1__Result **pointers = calloc(count + 1, sizeof *pointers);
    uint8_t(*payloads)[16] = calloc(count + 1, sizeof *payloads);
    REQUIRE(results != NULL && pointers != NULL && payloads != NULL);

    Onsale__Rpc__V1__ReplyFrame frame = ONSALE__RPC__V1__REPLY_FRAME__INIT;
    uint8_t packed[512];
    Onsale__Rpc__V1__Detail detail = ONSALE__RPC__V1__DETAIL__INIT;
    Onsale__Rpc__V1__Detail *details = &detail;
    if (role->leader_url != NULL) name_leader(&detail, role, packed, sizeof packed);
    frame.epoch = role->epoch;
    frame.index = role->index;
    frame.results = pointers;
    frame.n_results = count;
    for (size_t i = 0; i < count; i++) {
        results[i] = blank;
        pointers[i] = &results[i];
        fill_result(&results[i], reply, role->leader_url == NULL ? NULL : &details,
                    request->calls[i], payloads[i]);
    }
    nng_msg *message = reply_pack(&frame);
    free(results);
    free(pointers);
    free(payloads);
    return message;
}
