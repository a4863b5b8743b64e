#include "tests/e2e/raw_call.h"

#include <stdio.h>
#include <stdlib.h>

#include "onsale/rpc/v1/rpc.pb-c.h"
#include "tests/e2e/wait_until.h"
#include "tests/lib/call_frame.h"

enum { REQUEST_ID = 1 };

bool raw_call_bytes(struct raw_peer *peer, const uint8_t *bytes, size_t size,
                    char ret_reason[RAW_REASON_BYTES])
{
    uint32_t id;
    size_t reply_size;
    raw_peer_send(peer, REQUEST_ID, bytes, size);
    uint8_t *reply_bytes = raw_peer_receive(peer, &id, &reply_size);
    if (reply_bytes == NULL) return false;
    Onsale__Rpc__V1__ReplyFrame *reply =
        onsale__rpc__v1__reply_frame__unpack(NULL, reply_size, reply_bytes);
    free(reply_bytes);
    bool has_one = reply != NULL && id == REQUEST_ID && reply->n_results == 1;
    if (has_one) snprintf(ret_reason, RAW_REASON_BYTES, "%s", reply->results[0]->reason);
    if (reply != NULL) onsale__rpc__v1__reply_frame__free_unpacked(reply, NULL);
    return has_one;
}

bool raw_call(struct raw_peer *peer, const char *method, const ProtobufCMessage *request,
              char ret_reason[RAW_REASON_BYTES])
{
    struct call_frame frame;
    size_t size;
    call_frame_init(&frame);
    call_frame_add(&frame, method, request);
    uint8_t *bytes = call_frame_pack(&frame, &size);
    call_frame_deinit(&frame);
    bool answered = raw_call_bytes(peer, bytes, size, ret_reason);
    free(bytes);
    return answered;
}

bool raw_check(struct raw_peer *peer)
{
    char reason[RAW_REASON_BYTES];
    return raw_call(peer, "onsale.rpc.v1.HealthService/Check", NULL, reason) && reason[0] == '\0';
}

bool raw_check_at(const char *url)
{
    struct raw_peer peer;
    if (!raw_peer_open(&peer, url)) return false;
    bool succeeds = raw_check(&peer);
    raw_peer_close(&peer);
    return succeeds;
}

static bool check_passes(void *url)
{
    return raw_check_at(url);
}

bool raw_check_at_in_time(const char *url)
{
    return wait_until(check_passes, (void *)url);
}
