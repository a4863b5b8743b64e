#include "tests/rpc/listener_fixture.h"

#include <nng/nng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/require.h"
#include "tests/lib/call_frame.h"

atomic_int replies_without_memory;

/* The linker's --wrap puts these in place of nng's own in the listener. */
int __wrap_nng_msg_alloc(nng_msg **message, size_t size);
int __real_nng_msg_alloc(nng_msg **message, size_t size);

int __wrap_nng_msg_alloc(nng_msg **message, size_t size)
{
    if (atomic_load(&replies_without_memory) == 0) return __real_nng_msg_alloc(message, size);
    atomic_fetch_sub(&replies_without_memory, 1);
    return NNG_ENOMEM;
}

static void make_addresses(struct listener_fixture *fixture)
{
    const char *parent = getenv("TMPDIR");
    snprintf(fixture->folder, sizeof fixture->folder, "%s/listener-XXXXXX",
             parent == NULL ? "/tmp" : parent);
    REQUIRE(mkdtemp(fixture->folder) != NULL);
    snprintf(fixture->ipc_url, sizeof fixture->ipc_url, "ipc://%s/socket", fixture->folder);
    snprintf(fixture->tcp_url, sizeof fixture->tcp_url, "tcp://127.0.0.1:%u",
             (unsigned)raw_peer_free_port());
    fixture->urls[0] = fixture->ipc_url;
    fixture->urls[1] = fixture->tcp_url;
}

int listener_fixture_set_up(void **state)
{
    struct listener_fixture *fixture = calloc(1, sizeof *fixture);
    REQUIRE(fixture != NULL);
    atomic_store(&replies_without_memory, 0);
    fake_application_init(&fixture->fake);
    memory_budget_init(&fixture->memory, FIXTURE_MEMORY_BYTES);
    make_addresses(fixture);
    fixture->options = (struct listener_options){
        .socket = RPC_SOCKET_MAIN,
        .urls = fixture->urls,
        .urls_count = 2,
        .memory = &fixture->memory,
        .frames_in_flight_max = 16,
        .frame_bytes_max = 4096,
        .connections_max = 64,
        .connections_per_peer_max = 64,
        .frames_in_flight_per_connection_max = 16,
        .first_frame_ms_max = 1000,
        .idle_ms_max = 5000,
    };
    *state = fixture;
    return rpc_dispatcher_open(&fixture->fake.application, &listener_transport,
                               &fixture->dispatcher) == STATUS_OK
               ? 0
               : -1;
}

int listener_fixture_tear_down(void **state)
{
    struct listener_fixture *fixture = *state;
    fake_application_release(&fixture->fake);
    listener_close(fixture->listener);
    rpc_dispatcher_close(fixture->dispatcher);
    unlink(fixture->ipc_url + strlen("ipc://"));
    rmdir(fixture->folder);
    free(fixture);
    return 0;
}

enum status listener_fixture_open(struct listener_fixture *fixture, struct listener **ret_listener)
{
    return listener_open(&fixture->options, fixture->dispatcher, FAKE_NOW_MS, fixture->problem,
                         ret_listener);
}

void listener_fixture_listen(struct listener_fixture *fixture)
{
    REQUIRE(listener_fixture_open(fixture, &fixture->listener) == STATUS_OK);
}

void send_check(struct raw_peer *peer, uint32_t id)
{
    struct call_frame frame;
    size_t size;
    call_frame_init(&frame);
    call_frame_add(&frame, CHECK, NULL);
    uint8_t *bytes = call_frame_pack(&frame, &size);
    raw_peer_send(peer, id, bytes, size);
    free(bytes);
    call_frame_deinit(&frame);
}

static bool any_reply_is(struct raw_peer *peer, enum status status, uint32_t *ret_id)
{
    size_t size;
    uint8_t *bytes = raw_peer_receive(peer, ret_id, &size);
    if (bytes == NULL) return false;
    Onsale__Rpc__V1__ReplyFrame *reply = onsale__rpc__v1__reply_frame__unpack(NULL, size, bytes);
    free(bytes);
    const char *reason = status == STATUS_OK ? "" : status_name(status);
    bool is =
        reply != NULL && reply->n_results == 1 && strcmp(reply->results[0]->reason, reason) == 0;
    if (reply != NULL) onsale__rpc__v1__reply_frame__free_unpacked(reply, NULL);
    return is;
}

bool reply_is(struct raw_peer *peer, uint32_t id, enum status status)
{
    uint32_t reply_id;
    return any_reply_is(peer, status, &reply_id) && reply_id == id;
}

bool both_replies_are_ok(struct raw_peer *peer)
{
    uint32_t first;
    uint32_t second;
    return any_reply_is(peer, STATUS_OK, &first) && any_reply_is(peer, STATUS_OK, &second) &&
           first + second == 1 + 2;
}

bool check_succeeds(const char *url)
{
    struct raw_peer peer;
    if (!raw_peer_open(&peer, url)) return false;
    send_check(&peer, 1);
    bool succeeds = reply_is(&peer, 1, STATUS_OK);
    raw_peer_close(&peer);
    return succeeds;
}

bool comes_true(bool (*condition)(struct listener_fixture *), struct listener_fixture *fixture)
{
    const struct timespec pause = {.tv_nsec = 1000 * 1000};
    for (int i = 0; i < 10 * 1000; i++) {
        if (condition(fixture)) return true;
        nanosleep(&pause, NULL);
    }
    return false;
}
