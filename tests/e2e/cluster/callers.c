#include "tests/e2e/cluster/callers.h"

#include <stdio.h>

#include "base/require.h"
#include "tests/e2e/cluster/notes.h"

enum { TIMEOUT_MS = 60 * 1000 };

atomic_bool callers_stop;

struct onsale_channel *callers_open(const char *servers, const char *admins, uint32_t read_from)
{
    struct onsale_channel_options options = ONSALE_CHANNEL_OPTIONS_INIT;
    struct onsale_channel *channel;
    struct onsale_error error;
    options.url = servers;
    options.admin_url = admins;
    options.timeout_ms = TIMEOUT_MS;
    options.read_from = read_from;
    if (onsale_channel_open(&options, &channel, &error) != ONSALE_OK) {
        fprintf(stderr, "%s\n", error.message);
        REQUIRE(false);
    }
    return channel;
}

bool callers_has_answer(enum onsale_status status)
{
    Onsale__Rpc__V1__Code code = onsale_status_code(status);
    return status == ONSALE_OK || (code != ONSALE__RPC__V1__CODE__CODE_UNAVAILABLE &&
                                   code != ONSALE__RPC__V1__CODE__CODE_DEADLINE_EXCEEDED &&
                                   !onsale_status_may_retry(status));
}

void callers_make_user(struct onsale_channel *channel, uint64_t user_id, int64_t money)
{
    enum onsale_status status;
    const struct caller_id id = id_make();
    do
        status = call_create_user(channel, user_id);
    while (!callers_has_answer(status));
    while (money > 0 && status == ONSALE_OK) {
        status = call_charge(channel, user_id, &id, money, NULL, NULL);
        if (status == ONSALE_OK) return;
        if (!callers_has_answer(status)) status = ONSALE_OK;
    }
    if (status != ONSALE_OK) notes_wrong("wrong", "no user: %s", onsale_status_name(status));
}
