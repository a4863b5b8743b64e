#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "tests/sim/frame.h"
#include "tests/sim/message.h"
#include "tests/sim/requests.h"

enum { TRAFFIC_BYTES_MAX = 64 * 1024 * 1024, CALLS_MAX = 40, PATIENT_TIMEOUT_MS = 60000 };

const struct request_kind *request_kind_draw(struct random *random,
                                             const struct request_kind *kinds, size_t count)
{
    uint64_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += kinds[i].weight;
    uint64_t drawn = random_below(random, total);
    size_t i = 0;
    for (; drawn >= kinds[i].weight; i++)
        drawn -= kinds[i].weight;
    return &kinds[i];
}

/* --- Calls ------------------------------------------------------------------------------------ */

/* Wrong whatever the method is. */
static void spoil_call(struct draw *draw, Onsale__Rpc__V1__Call *call)
{
    static uint8_t cut_off[] = {0x0a, 0x7f, 0x01};
    switch (random_below(draw->random, 4)) {
    case 0:
        call->method = "onsale.v1.QueueService/Overtake";
        break;
    case 1:
        call->timeout_ms = 0;
        break;
    case 2:
        call->timeout_ms = CALL_TIMEOUT_MS_MAX + 1;
        break;
    default:
        call->payload = (ProtobufCBinaryData){sizeof cut_off, cut_off};
        break;
    }
}

/* The next page of a list that was begun. */
static bool draw_next_page(struct draw *draw, Onsale__Rpc__V1__Call *call)
{
    const struct simulation *simulation = draw->simulation;
    size_t count =
        simulation->next_pages_count < PAGES_KEPT ? simulation->next_pages_count : PAGES_KEPT;
    if (count == 0 || !random_chance(draw->random, 4)) return false;
    const struct next_page *page = &simulation->next_pages[random_below(draw->random, count)];
    call->method = (char *)page->method->name;
    call->payload = message_pack(draw->arena, page->request);
    return true;
}

static void draw_request(struct draw *draw, bool admin, Onsale__Rpc__V1__Call *call)
{
    const struct request_kind *kind =
        admin ? request_kind_draw(draw->random, admin_kinds, admin_kinds_count)
              : request_kind_draw(draw->random, customer_kinds, customer_kinds_count);
    ProtobufCMessage *request = kind->make(draw);
    bool may_spoil =
        strcmp(kind->method, "ImportCatalogue") != 0 && strcmp(kind->method, "SetQueuePolicy") != 0;
    if (may_spoil && random_chance(draw->random, 4)) request_spoil(draw, request);
    call->method = (char *)model_method_named(kind->method)->name;
    call->payload = message_pack(draw->arena, request);
}

static Onsale__Rpc__V1__Call *draw_call(struct draw *draw, bool admin)
{
    Onsale__Rpc__V1__Call *call = message_make(draw->arena, &onsale__rpc__v1__call__descriptor);
    bool is_hurried = random_chance(draw->random, 10);
    call->timeout_ms =
        is_hurried ? (uint32_t)random_between(draw->random, 1, 20) : PATIENT_TIMEOUT_MS;
    if (!draw_next_page(draw, call)) draw_request(draw, admin, call);
    if (random_chance(draw->random, 1)) spoil_call(draw, call);
    return call;
}

/* --- Frames ----------------------------------------------------------------------------------- */

static void keep_sent(struct simulation *simulation, enum rpc_socket socket,
                      ProtobufCBinaryData bytes)
{
    struct sent *sent = &simulation->sent[simulation->sent_count++ % SENT_KEPT];
    free(sent->bytes);
    *sent = (struct sent){.socket = socket, .bytes = malloc(bytes.len), .size = bytes.len};
    REQUIRE(sent->bytes != NULL);
    memcpy(sent->bytes, bytes.data, bytes.len);
}

static void send_frame(struct draw *draw, enum rpc_socket socket, ProtobufCBinaryData bytes)
{
    keep_sent(draw->simulation, socket, bytes);
    simulation_send(draw->simulation, socket, bytes.data, bytes.len);
}

static size_t draw_calls_count(struct random *random)
{
    if (random_chance(random, 30)) return 1;
    return random_between(random, 1, random_chance(random, 5) ? CALLS_MAX : 7);
}

static void send_calls(struct draw *draw)
{
    bool admin = random_chance(draw->random, 5);
    enum rpc_socket socket =
        admin && !random_chance(draw->random, 5) ? RPC_SOCKET_ADMIN : RPC_SOCKET_MAIN;
    Onsale__Rpc__V1__RequestFrame frame = ONSALE__RPC__V1__REQUEST_FRAME__INIT;
    Onsale__Rpc__V1__Call *calls[CALLS_MAX];
    frame.calls = calls;
    frame.n_calls = draw_calls_count(draw->random);
    for (size_t i = 0; i < frame.n_calls; i++)
        calls[i] = draw_call(draw, admin && random_chance(draw->random, 70));
    send_frame(draw, socket, message_pack(draw->arena, &frame.base));
}

static uint32_t position_of(const struct model *model, const struct model_concert *concert,
                            const struct model_entry *entry)
{
    const int waiting = ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING;
    uint32_t position = 0;
    if ((int)model_entry_status(model, concert, entry) != waiting) return 0;
    for (const struct model_entry *ahead = concert->entries; ahead <= entry; ahead++)
        if ((int)model_entry_status(model, concert, ahead) == waiting) position++;
    return position;
}

/* A long poll by a caller who knows how things are. */
static void send_wait(struct draw *draw)
{
    struct model_concert *concert = draw_concert(draw);
    const struct model_entry *entry = draw_entry(draw, concert, false);
    Onsale__V1__WaitQueueEntryRequest request = ONSALE__V1__WAIT_QUEUE_ENTRY_REQUEST__INIT;
    request.token = draw_token(draw, entry);
    request.wait_ms = (uint32_t)random_between(draw->random, 1, 5000);
    if (entry != NULL) {
        request.known_status = model_entry_status(draw->simulation->model, concert, entry);
        request.known_position = position_of(draw->simulation->model, concert, entry);
    }
    send_frame(draw, RPC_SOCKET_WATCH,
               frame_of_call(draw->arena, model_method_named("WaitQueueEntry")->name,
                             PATIENT_TIMEOUT_MS, &request.base));
}

void simulation_send_random(struct simulation *simulation)
{
    struct arena arena;
    arena_init(&arena, TRAFFIC_BYTES_MAX);
    struct draw draw = {simulation, &simulation->random, &arena};
    if (random_chance(&simulation->random, 3))
        send_wait(&draw);
    else
        send_calls(&draw);
    arena_deinit(&arena);
}

void simulation_send_again(struct simulation *simulation)
{
    size_t count = simulation->sent_count < SENT_KEPT ? simulation->sent_count : SENT_KEPT;
    if (count == 0) return;
    const struct sent *sent = &simulation->sent[random_below(&simulation->random, count)];
    simulation_send(simulation, sent->socket, sent->bytes, sent->size);
}
