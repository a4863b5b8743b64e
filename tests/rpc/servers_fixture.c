#include "tests/rpc/servers_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int servers_fixture_setup(void **state)
{
    struct servers_fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    strcpy(fixture->folder, "/tmp/onsale-servers-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    for (size_t i = 0; i < SERVERS; i++) {
        snprintf(fixture->urls[i], sizeof fixture->urls[i], "ipc://%s/%zu", fixture->folder, i);
        size_t length = strlen(fixture->list);
        snprintf(fixture->list + length, sizeof fixture->list - length, "%s%s", i > 0 ? "," : "",
                 fixture->urls[i]);
        fixture->servers[i] = raw_server_open(fixture->urls[i]);
    }
    *state = fixture;
    return 0;
}

int servers_fixture_teardown(void **state)
{
    struct servers_fixture *fixture = *state;
    onsale_channel_close(fixture->channel);
    for (size_t i = 0; i < SERVERS; i++)
        if (fixture->servers[i] != NULL) servers_stop(fixture, i);
    rmdir(fixture->folder);
    free(fixture);
    return 0;
}

void servers_follow(struct servers_fixture *fixture, size_t server, size_t leader, uint64_t epoch,
                    uint64_t index)
{
    raw_server_set_role(fixture->servers[server],
                        (struct raw_role){
                            .follows = true,
                            .leader_url = leader == SERVERS ? NULL : fixture->urls[leader],
                            .leader_epoch = epoch,
                            .epoch = epoch,
                            .index = index,
                        });
}

void servers_lead(struct servers_fixture *fixture, size_t leader, uint64_t epoch, uint64_t index)
{
    for (size_t i = 0; i < SERVERS; i++)
        if (i != leader && fixture->servers[i] != NULL)
            servers_follow(fixture, i, leader, epoch, index);
    raw_server_set_role(fixture->servers[leader],
                        (struct raw_role){.epoch = epoch, .index = index});
}

void servers_stop(struct servers_fixture *fixture, size_t server)
{
    raw_server_close(fixture->servers[server]);
    fixture->servers[server] = NULL;
    unlink(fixture->urls[server] + strlen("ipc://"));
}

struct onsale_channel *servers_open(struct servers_fixture *fixture,
                                    const struct onsale_channel_options *options)
{
    struct onsale_channel_options all = {0};
    if (options != NULL) all = *options;
    all.url = all.watch_url = all.admin_url = fixture->list;
    assert_int_equal(onsale_channel_open(&all, &fixture->channel, NULL), ONSALE_OK);
    return fixture->channel;
}

size_t servers_frames(struct servers_fixture *fixture, size_t server)
{
    return raw_server_frames(fixture->servers[server]);
}
