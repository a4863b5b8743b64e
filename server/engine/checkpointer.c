/* checkpointer.c -- The data file follows the journal, piece by piece. */
#include "base/require.h"
#include "server/engine/inside.h"

enum status engine_checkpoint(struct engine *engine, uint64_t bytes, enum engine_more *ret_more)
{
    bool is_written;
    REQUIRE(bytes >= 1);
    *ret_more = ENGINE_NO_MORE;
    if (!store_wants_checkpoint(engine->store)) return STATUS_OK;
    enum status err = store_pre_write(engine->store, bytes, &is_written);
    if (err != STATUS_OK) return err;
    if (!is_written) return store_checkpoint(engine->store);
    *ret_more = store_is_pressed(engine->store) ? ENGINE_MORE_URGENT : ENGINE_MORE;
    return STATUS_OK;
}
