/* channel_fixture.h -- A raw server, a channel to it, and calls whose answers are known. */
#ifndef TESTS_RPC_CHANNEL_FIXTURE_H
#define TESTS_RPC_CHANNEL_FIXTURE_H

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "onsale/v1/wallet.pb-c.h"
#include "rpc/channel.h"
#include "tests/lib/raw_server.h"

struct channel_fixture {
    char folder[64];
    char url[96];
    struct raw_server *server;
    struct onsale_channel *channel; /* opened by the test; closed after it */
};

/** cmocka's setup and teardown: a server that listens, no channel yet. */
int channel_fixture_setup(void **state);
int channel_fixture_teardown(void **state);

/** A row of cmocka's table. */
#define CHANNEL_TEST(test)                                                                         \
    cmocka_unit_test_setup_teardown(test, channel_fixture_setup, channel_fixture_teardown)

/** Ends the fixture's server, as if it had died; and starts one on the same url. */
void channel_fixture_stop_server(struct channel_fixture *fixture);
void channel_fixture_start_server(struct channel_fixture *fixture);

/** Closes the fixture's channel before its teardown does. */
void channel_fixture_close(struct channel_fixture *fixture);

/** Opens the fixture's channel with every endpoint at its server.
 * @param options  Its urls are replaced; NULL: the defaults. */
struct onsale_channel *channel_fixture_open(struct channel_fixture *fixture,
                                            const struct onsale_channel_options *options);

/** GetBalance by endpoint; the raw server serves it on every one. */
extern const struct onsale_method get_balance;
extern const struct onsale_method get_balance_watched;
extern const struct onsale_method get_balance_administered;

/** A write, with the messages of GetBalance, which are all that the raw server knows. */
extern const struct onsale_method charge_balance;

/** Calls and checks that a success has the right balance.
 * @param ret_error  Set on failure; may be NULL. */
enum onsale_status balance_call(struct onsale_channel *channel, const struct onsale_method *method,
                                uint64_t user_id, uint32_t timeout_ms,
                                struct onsale_error *ret_error);

/** Makes an asynchronous call. */
struct onsale_call_id balance_call_async(struct onsale_channel *channel,
                                         const struct onsale_method *method, uint64_t user_id,
                                         uint32_t timeout_ms, onsale_done *done, void *context);

/** Counts how asynchronous calls ended. */
struct tally {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    size_t ended;
    size_t succeeded;
    size_t failed;               /* with `expected` */
    enum onsale_status expected; /* set by the test */
};

#define TALLY_INIT                                                                                 \
    {                                                                                              \
        .mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER                    \
    }

/** An onsale_done whose context is a tally. */
void tally_done(void *context, const struct onsale_error *error, const ProtobufCMessage *response);

/** Waits until so many calls have ended. */
void tally_await(struct tally *tally, size_t ended);

#endif
