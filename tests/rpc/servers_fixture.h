/* servers_fixture.h -- Three raw servers, one of which leads, and a channel to them. */
#ifndef TESTS_RPC_SERVERS_FIXTURE_H
#define TESTS_RPC_SERVERS_FIXTURE_H

#include "tests/rpc/channel_fixture.h"

enum { SERVERS = 3 };

struct servers_fixture {
    char folder[64];
    char urls[SERVERS][96];
    char list[SERVERS * 96]; /* of all urls */
    struct raw_server *servers[SERVERS];
    struct onsale_channel *channel; /* opened by the test; closed after it */
};

/** cmocka's setup and teardown: all servers listen, and none has a role yet. */
int servers_fixture_setup(void **state);
int servers_fixture_teardown(void **state);

/** A row of cmocka's table. */
#define SERVERS_TEST(test)                                                                         \
    cmocka_unit_test_setup_teardown(test, servers_fixture_setup, servers_fixture_teardown)

/** Has a server lead, and the others follow it and name it. Whoever was stopped is left alone.
 * @param place  Of all their replies. */
void servers_lead(struct servers_fixture *fixture, size_t leader, uint64_t epoch, uint64_t index);

/** Has a server follow, and name another; SERVERS: none. */
void servers_follow(struct servers_fixture *fixture, size_t server, size_t leader, uint64_t epoch,
                    uint64_t index);

/** Ends a server, as if it had died. */
void servers_stop(struct servers_fixture *fixture, size_t server);

/** Opens the channel to all servers.
 * @param options  Its urls are replaced; NULL: the defaults. */
struct onsale_channel *servers_open(struct servers_fixture *fixture,
                                    const struct onsale_channel_options *options);

/** Frames that came in at a server that lives. */
size_t servers_frames(struct servers_fixture *fixture, size_t server);

#endif
