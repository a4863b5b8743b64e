/* listener_fixture.h -- A fake application that really listens, over ipc and tcp. */
#ifndef RPC_LISTENER_FIXTURE_H
#define RPC_LISTENER_FIXTURE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "onsale/rpc/v1/rpc.pb-c.h"
#include "rpc/listener.h"
#include "tests/lib/raw_peer.h"
#include "tests/rpc/fake_application.h"

enum { FIXTURE_MEMORY_BYTES = 64 * 1024 * 1024 };

struct listener_fixture {
    struct fake_application fake;
    struct memory_budget memory;
    struct rpc_dispatcher *dispatcher;
    struct listener *listener; /* NULL until listener_fixture_listen */
    char folder[64];
    char ipc_url[96];
    char tcp_url[64];
    const char *urls[2];
    struct listener_options options; /* generous; tests lower what they test */
    char problem[256];
};

/** cmocka's set-up and tear-down: `*state` is a listener_fixture. */
int listener_fixture_set_up(void **state);
int listener_fixture_tear_down(void **state);

/** Opens the listener, or a second one, with the options as they are.
 * @param ret_listener  Set on STATUS_OK. */
enum status listener_fixture_open(struct listener_fixture *fixture, struct listener **ret_listener);

/** Opens the fixture's listener; the test fails if that does. */
void listener_fixture_listen(struct listener_fixture *fixture);

/** Sends a frame with one Check call. */
void send_check(struct raw_peer *peer, uint32_t id);

/** Receives a reply with one result. @return Whether its reason is that of `status`. */
bool reply_is(struct raw_peer *peer, uint32_t id, enum status status);

/** As reply_is for the requests 1 and 2, in any order: they may be served by two threads. */
bool both_replies_are_ok(struct raw_peer *peer);

/** Makes a whole Check call on a new connection. @return Whether it was answered with OK. */
bool check_succeeds(const char *url);

/** Tries until a condition holds: for what happens on other threads.
 * @return false if it does not for ten seconds. */
bool comes_true(bool (*condition)(struct listener_fixture *), struct listener_fixture *fixture);

/** How many replies there is no memory for from now on. */
extern atomic_int replies_without_memory;

#endif
