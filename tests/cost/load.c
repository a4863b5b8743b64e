#include "tests/cost/load.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/require.h"
#include "rpc/channel/call.h"
#include "rpc/channel/frame.h"

enum { TIMEOUT_MS = 60 * 1000, REPLY_BYTES_MAX = 256 * 1024 * 1024 };

static void *allocate(size_t count, size_t size)
{
    void *array = calloc(count, size);
    REQUIRE(array != NULL);
    return array;
}

void load_init(struct load *load, struct shop *shop, const struct call_kind *kind, size_t first,
               size_t count)
{
    size_t frames_count = (count + LOAD_CALLS_PER_FRAME - 1) / LOAD_CALLS_PER_FRAME;
    *load = (struct load){
        .shop = shop,
        .kind = kind,
        .calls_count = count,
        .frames_count = frames_count,
        .requests = allocate(count, sizeof *load->requests),
        .frames = allocate(frames_count, sizeof *load->frames),
        .exchanges = allocate(frames_count, sizeof *load->exchanges),
        .responses = allocate(count, sizeof *load->responses),
    };
    arena_init(&load->arena, REPLY_BYTES_MAX);
    for (size_t i = 0; i < count; i++)
        load->requests[i] = kind->request(shop, first + i);
}

void load_deinit(struct load *load)
{
    for (size_t i = 0; i < load->frames_count; i++) {
        nng_msg_free(load->frames[i]);
        memory_exchange_deinit(&load->exchanges[i]);
    }
    arena_deinit(&load->arena);
    free(load->requests);
    free(load->frames);
    free(load->exchanges);
    free(load->responses);
}

/* The last frame may have fewer calls. */
static size_t calls_in(const struct load *load, size_t frame)
{
    size_t left = load->calls_count - frame * LOAD_CALLS_PER_FRAME;
    return left < LOAD_CALLS_PER_FRAME ? left : LOAD_CALLS_PER_FRAME;
}

static nng_msg *pack_frame(const struct onsale_method *method,
                           const ProtobufCMessage *const *requests, size_t count)
{
    struct channel_call *calls[LOAD_CALLS_PER_FRAME] = {NULL};
    for (size_t i = 0; i < count; i++) {
        const struct channel_request request = {.message = requests[i]};
        calls[i] = channel_call_make(method, &request, (struct packing){0});
        REQUIRE(calls[i] != NULL);
        calls[i]->deadline_ms = TIMEOUT_MS;
    }
    nng_msg *frame = channel_frame_pack(calls, count, 0, (struct channel_wish){0});
    REQUIRE(frame != NULL);
    for (size_t i = 0; i < count; i++)
        channel_call_free(calls[i]);
    return frame;
}

void load_pack(struct load *load)
{
    for (size_t i = 0; i < load->frames_count; i++)
        load->frames[i] = pack_frame(load->kind->method, load->requests + i * LOAD_CALLS_PER_FRAME,
                                     calls_in(load, i));
}

static void serve_frame(struct load *load, size_t frame)
{
    enum rpc_socket socket =
        load->kind->method->endpoint == ONSALE_ENDPOINT_ADMIN ? RPC_SOCKET_ADMIN : RPC_SOCKET_MAIN;
    struct memory_exchange *exchange = &load->exchanges[frame];
    nng_msg *message = load->frames[frame];
    memory_exchange_init(exchange, nng_msg_body(message), nng_msg_len(message));
    world_send(&load->shop->world, socket, exchange);
    REQUIRE(world_step(&load->shop->world) == STATUS_OK);
}

void load_serve(struct load *load)
{
    for (size_t i = 0; i < load->frames_count; i++) {
        if (load->between != NULL) serve_frame(load->between, i);
        serve_frame(load, i);
    }
}

static ProtobufCMessage *unpack_result(struct load *load, const Onsale__Rpc__V1__Result *result)
{
    REQUIRE(result != NULL);
    if (result->code != 0)
        fprintf(stderr, "%s: %s: %s\n", load->kind->method->name, result->reason, result->message);
    REQUIRE(result->code == 0);
    ProtobufCMessage *response = channel_frame_response(load->kind->method, result, &load->arena);
    REQUIRE(response != NULL);
    return response;
}

void load_unpack(struct load *load)
{
    for (size_t i = 0; i < load->frames_count; i++) {
        const struct memory_exchange *exchange = &load->exchanges[i];
        ProtobufCMessage **responses = load->responses + i * LOAD_CALLS_PER_FRAME;
        size_t count = calls_in(load, i);
        const Onsale__Rpc__V1__ReplyFrame *reply =
            channel_frame_unpack(&load->arena, exchange->reply, exchange->reply_size);
        for (size_t j = 0; j < count; j++)
            responses[j] = unpack_result(load, channel_frame_result(reply, j, count));
    }
}

void load_expire(struct load *load)
{
    struct world *world = &load->shop->world;
    world->clock_ms += SHOP_HOLD_MS;
    while (engine_write_due(world->engine) <= world->clock_ms)
        REQUIRE(world_step(world) == STATUS_OK);
}

void load_run(struct load *load)
{
    load_pack(load);
    load_serve(load);
    load_unpack(load);
}
