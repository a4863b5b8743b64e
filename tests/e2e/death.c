#include "tests/e2e/death.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/require.h"
#include "tests/e2e/calls.h"
#include "tests/e2e/wait_until.h"
#include "tests/lib/call_frame.h"
#include "tests/lib/raw_peer.h"

enum { AT_ONCE = 4, EVENTS = 100, LISTS_PER_FRAME = 2, FRAME_BYTES_MAX = 256, READ_BYTES = 1000 };

struct dying {
    const char *url;
    enum death_cargo cargo;
    enum death_ending ending;
    size_t frame_size;
    uint8_t frame[FRAME_BYTES_MAX];
    size_t number; /* which client it is: clients differ by it */
    struct raw_peer peers[AT_ONCE];
};

static void block_all_seats(struct shop *shop, bool blocked)
{
    uint32_t seats[HALL_SEATS];
    for (uint32_t i = 0; i < HALL_SEATS; i++)
        seats[i] = i;
    assert_int_equal(call_block(shop->channel, PERFORMANCE, seats, HALL_SEATS, blocked), ONSALE_OK);
}

void death_prepare(struct shop *shop)
{
    for (int i = 0; i < EVENTS; i++)
        block_all_seats(shop, i % 2 == 0);
}

/* Whose reply has some 80 KB, or hardly any. */
static void pack_frame(struct dying *dying)
{
    struct call_frame frame;
    Onsale__V1__ListEventsRequest list = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    list.max = EVENTS;
    call_frame_init(&frame);
    if (dying->cargo == DEATH_LARGE_REPLIES)
        for (int i = 0; i < LISTS_PER_FRAME; i++)
            call_frame_add(&frame, "onsale.v1.EventService/ListEvents", &list.base);
    else
        call_frame_add(&frame, "onsale.rpc.v1.HealthService/Check", NULL);
    uint8_t *bytes = call_frame_pack(&frame, &dying->frame_size);
    REQUIRE(dying->frame_size <= FRAME_BYTES_MAX);
    memcpy(dying->frame, bytes, dying->frame_size);
    free(bytes);
    call_frame_deinit(&frame);
}

static void send_half_a_message(struct raw_peer *peer, size_t number)
{
    uint8_t head[] = {1, 0, 0};
    if (number % 2 == 0)
        raw_peer_write(peer, peer->over_ipc ? head : head + 1, 2);
    else {
        raw_peer_announce(peer, 100);
        raw_peer_write(peer, "\x80half", 1 + number % 5);
    }
}

static void read_a_part(struct raw_peer *peer)
{
    uint8_t bytes[READ_BYTES];
    ssize_t got = recv(peer->fd, bytes, sizeof bytes, 0);
    (void)got; /* the server may have hung up */
}

static void send_cargo(const struct dying *dying, struct raw_peer *peer, size_t number)
{
    size_t frames = 1 + number % FRAMES_IN_FLIGHT_PER_CONNECTION_MAX;
    for (size_t i = 0; i < frames; i++)
        raw_peer_send(peer, (uint32_t)i, dying->frame, dying->frame_size);
    if (dying->cargo == DEATH_LARGE_REPLIES && number % 2 == 0) read_a_part(peer);
    if (dying->cargo == DEATH_HALF_MESSAGE) send_half_a_message(peer, number);
}

/* While connections are freed more slowly than made, it may have to try again. */
static bool peer_opens(void *context)
{
    struct dying *dying = context;
    return raw_peer_open(&dying->peers[dying->number % AT_ONCE], dying->url);
}

static bool open_and_send(struct dying *dying)
{
    for (size_t i = 0; i < AT_ONCE; i++, dying->number++)
        if (!wait_until(peer_opens, dying)) return false;
    for (size_t i = 0; i < AT_ONCE; i++)
        send_cargo(dying, &dying->peers[i], dying->number / AT_ONCE + i * 17);
    return true;
}

static bool end_here(struct dying *dying)
{
    if (!open_and_send(dying)) return false;
    for (size_t i = 0; i < AT_ONCE; i++)
        if (dying->ending == DEATH_RESET)
            raw_peer_reset(&dying->peers[i]);
        else
            raw_peer_close(&dying->peers[i]);
    return true;
}

static bool end_in_a_process(struct dying *dying)
{
    int wait_status;
    pid_t pid = fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
        if (open_and_send(dying)) kill(getpid(), SIGKILL);
        _exit(1);
    }
    REQUIRE(waitpid(pid, &wait_status, 0) == pid);
    dying->number += AT_ONCE;
    return WIFSIGNALED(wait_status);
}

bool death_repeat(const char *url, enum death_cargo cargo, enum death_ending ending, size_t count)
{
    struct dying dying = {.url = url, .cargo = cargo, .ending = ending};
    bool let_in = true;
    pack_frame(&dying);
    while (let_in && dying.number < count)
        let_in = ending == DEATH_KILL ? end_in_a_process(&dying) : end_here(&dying);
    return let_in;
}

int death_postpone(const char *url, enum death_cargo cargo)
{
    struct dying dying = {.url = url, .cargo = cargo};
    struct raw_peer peer;
    pack_frame(&dying);
    if (!raw_peer_open(&peer, url)) return -1;
    send_cargo(&dying, &peer, FRAMES_IN_FLIGHT_PER_CONNECTION_MAX - 1);
    return peer.fd;
}
