#include "onsale/v1/admin.methods.h"
#include "server/engine/call.h"
#include "server/engine/engine.h"
#include "store/backup_note.h"

enum status back_up(struct call *call, const Onsale__V1__BackUpRequest *request,
                    Onsale__V1__BackUpResponse *response)
{
    if (request->path[0] != '/') return call_bad_field(call, "path", "must be absolute");

    enum status err = store_back_up(engine_store(call->engine), request->path, &response->bytes);
    if (err == STATUS_ARGUMENT_INVALID)
        return call_bad_field(call, "path", "is there already or can't be made");
    struct backup_note note;
    if (err == STATUS_OK) err = backup_note_make(request->path, &note);
    if (err != STATUS_OK) return err;
    response->last_event_number = note.last_event;
    response->sha256 = arena_copy(call->rpc->arena, note.sha256, sizeof note.sha256);
    return response->sha256 == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}
