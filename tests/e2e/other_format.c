#include "tests/e2e/other_format.h"

#include "base/require.h"
#include "store/inside.h"
#include "store/meta.h"
#include "store/store.h"

enum { MAP_BYTES = 1 << 20 };

static enum status put_other_version(struct store_txn *txn, void *context)
{
    (void)context;
    meta_format_put(txn, STORE_FORMAT_VERSION + 1);
    return STATUS_OK;
}

void other_format_make(const char *path)
{
    char problem[STORE_PROBLEM_BYTES];
    struct store *store;
    const struct store_options options = {.path = path,
                                          .map_bytes = MAP_BYTES,
                                          .room_bytes = MAP_BYTES,
                                          .journal_bytes = MAP_BYTES,
                                          .readers_max = 1};
    REQUIRE(store_open(&options, problem, &store) == STATUS_OK);
    REQUIRE(store_write(store, put_other_version, NULL) == STATUS_OK);
    store_close(store);
}
